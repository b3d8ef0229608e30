/**
 * The one file that knows vscode-languageclient. It is a bundle of its own, loaded with the first process: the client
 * is five times as large as all of ours. Nothing with an identity, such as a class of errors, may therefore cross its
 * border.
 *
 * The client is the transport and the life cycle. What it would do by itself is off: it syncs no documents, because the
 * selector is empty, shows no messages, and does not restart, because a restart needs a model.
 */
import type { ChildProcess } from 'node:child_process';
import type * as vscode from 'vscode';
import {
  CancellationTokenSource,
  CloseAction,
  ErrorAction,
  IPCMessageReader,
  IPCMessageWriter,
  LanguageClient,
  ProgressType,
  RevealOutputChannelOn,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';
import type { RequestOptions, ServerConnection } from '../../backend-native/client/backendProcess.js';
import type { InitializeParams } from '../../backend-native/protocol/lifecycle.js';
import { protocolVersion, type Method, type Requests } from '../../backend-native/protocol/methods.js';

export class ServerClient implements ServerConnection {
  private nextToken = 1;

  private constructor(private readonly client: LanguageClient) {}

  /** Speaks to a process that was just forked, up to the handshake. @throws ResponseError with the server's refusal */
  static async connect(child: ChildProcess, log: vscode.LogOutputChannel): Promise<ServerClient> {
    const initializationOptions: InitializeParams['initializationOptions'] = { protocolVersion };
    let refusal: unknown;
    const options: LanguageClientOptions = {
      documentSelector: [],
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions,
      initializationFailedHandler: (error: unknown) => {
        refusal = error;
        return false;
      },
      errorHandler: {
        // A broken channel shows in the end of the process, which is where it is told.
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    };
    const transports = { reader: new IPCMessageReader(child), writer: new IPCMessageWriter(child) };
    const client = new QuietClient('lookOnce', 'Look Once', () => Promise.resolve(transports), options);
    try {
      await client.start();
    } catch (error) {
      throw refusal ?? error;
    }
    return new ServerClient(client);
  }

  /** @throws ResponseError the server's */
  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    { signal, onProgress }: RequestOptions<M>,
  ): Promise<Requests[M]['result']> {
    const source = new CancellationTokenSource();
    // Cancelling is a result, and that comes from the server: the client would refuse to send what is cancelled
    // already.
    const cancel = () => {
      setImmediate(() => {
        source.cancel();
      });
    };
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    const token = this.nextToken++;
    const listening =
      onProgress && this.client.onProgress(new ProgressType<Requests[M]['progress']>(), token, onProgress);
    try {
      const sent = onProgress ? { ...(params as object), partialResultToken: token } : params;
      return await this.client.sendRequest<Requests[M]['result']>(method, sent, source.token);
    } finally {
      signal?.removeEventListener('abort', cancel);
      listening?.dispose();
      source.dispose();
    }
  }

  /** Shutdown and exit, as the protocol has it. @throws when the process does not answer in time */
  async close(timeoutMs: number): Promise<void> {
    await this.client.dispose(timeoutMs);
  }
}

/** Tells nobody but the log: what the user is to know comes from the one catalogue. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}
