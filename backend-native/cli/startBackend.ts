/** Starts the backend for the command line and for tests: over plain JSON-RPC, without VS Code's language client. */
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import {
  CancellationTokenSource,
  IPCMessageReader,
  IPCMessageWriter,
  createMessageConnection,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { BackendProcess, type RequestOptions, type ServerConnection } from '../client/backendProcess.js';
import type { InitializeParams, LogMessageParams } from '../protocol/lifecycle.js';
import { protocolVersion, type Method, type Requests } from '../protocol/methods.js';
import { packageRoot } from '../server/transport/packageRoot.js';

export interface StartOptions {
  /** The server's bundle; the package's own when it is left out. */
  readonly serverFile?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onLog?: (line: string) => void;
  /** For tests of the handshake. */
  readonly protocolVersion?: number;
}

/** @throws BackendError when the process does not come up or speaks another version of the protocol */
export function startBackend(options: StartOptions = {}): Promise<BackendProcess> {
  return BackendProcess.start({
    serverFile: options.serverFile ?? path.join(packageRoot(), 'dist', 'server.cjs'),
    ...(options.env && { env: options.env }),
    execArgv: ['--enable-source-maps'],
    onLog: options.onLog ?? nobodyListens,
    connect: (child, hear) => JsonRpcConnection.connect(child, hear, options.protocolVersion ?? protocolVersion),
  });
}

class JsonRpcConnection implements ServerConnection {
  private readonly progress = new Map<string | number, (value: never) => void>();
  private nextToken = 1;

  private constructor(
    private readonly connection: MessageConnection,
    hear: (line: string) => void,
  ) {
    connection.onNotification('window/logMessage', ({ message }: LogMessageParams) => {
      hear(message);
    });
    connection.onNotification('$/progress', ({ token, value }: { token: string | number; value: never }) => {
      this.progress.get(token)?.(value);
    });
    // A broken channel shows in the end of the process, which is where it is told.
    connection.onError(([error]) => {
      hear(error.message);
    });
    connection.listen();
  }

  static async connect(child: ChildProcess, hear: (line: string) => void, version: number): Promise<JsonRpcConnection> {
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    const client = new JsonRpcConnection(connection, hear);
    const params: InitializeParams = {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: { protocolVersion: version },
    };
    await client.request('initialize', params, {});
    await connection.sendNotification('initialized', {});
    return client;
  }

  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    { signal, onProgress }: RequestOptions<M>,
  ): Promise<Requests[M]['result']> {
    const source = new CancellationTokenSource();
    const cancel = () => {
      source.cancel();
    };
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    const token = this.nextToken++;
    if (onProgress) this.progress.set(token, onProgress);
    const sent = onProgress ? { ...(params as object), partialResultToken: token } : params;
    try {
      return sent === undefined
        ? await this.connection.sendRequest(method, source.token)
        : await this.connection.sendRequest(method, sent, source.token);
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.progress.delete(token);
      source.dispose();
    }
  }

  /** The process that owns this ends what does not answer in time. */
  async close(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
  }
}

function nobodyListens(): void {
  return undefined;
}
