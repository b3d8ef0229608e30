/** One life of the backend process: fork, handshake, requests, and what it said before it died. */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import {
  CancellationTokenSource,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
  createMessageConnection,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { BackendError, errorFromData } from '../protocol/errors.js';
import type { InitializeParams, LogMessageParams } from '../protocol/lifecycle.js';
import { protocolVersion, type Method, type Requests } from '../protocol/methods.js';
import { LastWords, backendEnvironment, processCrash } from '../protocol/processEnd.js';
import { packageRoot } from '../server/transport/packageRoot.js';

export interface RequestOptions<M extends Method> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: Requests[M]['progress']) => void) | undefined;
}

export interface ProcessOptions {
  /** The server's bundle; the package's own when left out. */
  readonly serverFile?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onLog?: (line: string) => void;
  readonly protocolVersion?: number;
}

/** How long the process may take to end by itself. */
const exitMs = 2000;

export class BackendProcess {
  private readonly words = new LastWords();
  private readonly progress = new Map<string | number, (value: never) => void>();
  private nextToken = 1;
  private closing = false;
  /** Resolves when the process has ended and all it wrote was read. */
  readonly ended: Promise<BackendError>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly connection: MessageConnection,
    private readonly options: ProcessOptions,
  ) {
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.hear(error.message);
      });
      child.on('close', (status, signal) => {
        resolve(processCrash(status, signal, this.words.toString()));
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream)
        readline.createInterface({ input: stream }).on('line', (line) => {
          this.hear(line);
        });
    }
    connection.onNotification('window/logMessage', ({ message }: LogMessageParams) => {
      this.hear(message);
    });
    connection.onNotification('$/progress', ({ token, value }: { token: string | number; value: never }) => {
      this.progress.get(token)?.(value);
    });
    // A broken channel shows in the end of the process, which is where it is told.
    connection.onError(([error]) => {
      this.hear(error.message);
    });
    connection.listen();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** @throws BackendError when the process does not come up or speaks another version of the protocol */
  static async start(options: ProcessOptions = {}): Promise<BackendProcess> {
    const serverFile = options.serverFile ?? path.join(packageRoot(), 'dist', 'server.cjs');
    const child = fork(serverFile, [], {
      env: { ...backendEnvironment, ...(options.env ?? process.env) },
      execArgv: ['--enable-source-maps'],
      // ggml prints to stdout in places: neither stream may reach the terminal unasked.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    const backend = new BackendProcess(child, connection, options);
    const params: InitializeParams = {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: { protocolVersion: options.protocolVersion ?? protocolVersion },
    };
    try {
      await backend.request('initialize', params);
    } catch (error) {
      await backend.close();
      throw error;
    }
    await connection.sendNotification('initialized', {});
    return backend;
  }

  /** @throws BackendError: the server's, or backend_crashed when the process ends before it answers */
  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<Requests[M]['result']> {
    const source = new CancellationTokenSource();
    const cancel = () => {
      source.cancel();
    };
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener('abort', cancel);
    const token = this.nextToken++;
    if (options.onProgress) this.progress.set(token, options.onProgress);
    const sent = options.onProgress ? { ...(params as object), partialResultToken: token } : params;
    try {
      const crashed = this.ended.then((error) => {
        throw error;
      });
      return await Promise.race([this.send(method, sent, source), crashed]);
    } finally {
      options.signal?.removeEventListener('abort', cancel);
      this.progress.delete(token);
      source.dispose();
    }
  }

  /** Ends the process: politely first. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    const timer = setTimeout(() => {
      this.child.kill('SIGKILL');
    }, exitMs);
    try {
      if (this.child.connected) {
        await Promise.race([
          this.send('shutdown', undefined, new CancellationTokenSource()).catch(toNothing),
          this.ended,
        ]);
      }
      // It may have ended over giving its memory back, when that was on another machine.
      if (this.child.connected) await this.connection.sendNotification('exit').catch(toNothing);
      await this.ended;
    } finally {
      clearTimeout(timer);
      this.connection.dispose();
    }
  }

  private async send(method: string, params: unknown, source: CancellationTokenSource): Promise<never> {
    try {
      return params === undefined
        ? await this.connection.sendRequest(method, source.token)
        : await this.connection.sendRequest(method, params, source.token);
    } catch (error) {
      if (error instanceof ResponseError)
        throw errorFromData(error.data) ?? new BackendError('internal', error.message);
      // The channel is closed: the process is about to be seen ending, and that says more.
      throw await this.ended;
    }
  }

  private hear(line: string): void {
    if (line.trim() === '') return;
    this.options.onLog?.(line);
    this.words.hear(line);
  }
}

/** For a process that is to end: how the farewell went does not matter, only that it ends. */
function toNothing(): null {
  return null;
}
