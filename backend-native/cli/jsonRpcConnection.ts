import { CancellationTokenSource, type MessageConnection } from 'vscode-jsonrpc/node';
import type { RequestOptions, ServerConnection } from '../client/backendProcess.js';
import type { InitializeParams, LogMessageParams } from '../protocol/lifecycle.js';
import type { Method, Requests } from '../protocol/methods.js';

/** A backend that is spoken to in plain JSON-RPC, whatever carries the messages. */
export class JsonRpcConnection implements ServerConnection {
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

  /** @throws an error whose data is the server's refusal */
  static async connect(
    connection: MessageConnection,
    initializationOptions: InitializeParams['initializationOptions'],
    hear: (line: string) => void,
  ): Promise<JsonRpcConnection> {
    const client = new JsonRpcConnection(connection, hear);
    const params: InitializeParams = { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions };
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
