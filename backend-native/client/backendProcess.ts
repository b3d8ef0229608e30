/**
 * One life of the backend process, for every client: fork, handshake, requests, and what it said before it died. How it
 * is spoken to is the client's affair: vscode-languageclient in the extension, plain JSON-RPC on the command line.
 */
import { fork, type ChildProcess } from 'node:child_process';
import readline from 'node:readline';
import { BackendError, errorFromResponse } from '../protocol/errors.js';
import type { Method, Requests } from '../protocol/methods.js';
import { LastWords, backendEnvironment, processCrash } from '../protocol/processEnd.js';
import { Watchdog } from './watchdog.js';

export interface RequestOptions<M extends Method> {
  /** Aborting gives a result that says so, never an error. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: Requests[M]['progress']) => void) | undefined;
}

/** The channel to a process, once the handshake is over. */
export interface ServerConnection {
  /** @throws an error whose `data` is the server's BackendErrorData; anything else for a channel that broke */
  request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    options: RequestOptions<M>,
  ): Promise<Requests[M]['result']>;
  /** Shutdown and exit, as the protocol has it. @throws when the process does not answer in time */
  close(timeoutMs: number): Promise<void>;
}

export interface ProcessOptions {
  /** The server's bundle. */
  readonly serverFile: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Shakes hands with a process that was just forked. @param hear takes what the process says through the channel */
  readonly connect: (child: ChildProcess, hear: (line: string) => void) => Promise<ServerConnection>;
  readonly onLog: (line: string) => void;
  /** So long may it give no sign of life; for ever when it is left out. Asked for again and again. */
  readonly unresponsiveSeconds?: () => number;
}

/** How long the process may take to end by itself. */
const exitMs = 2000;

export class BackendProcess {
  private readonly words = new LastWords();
  private readonly watchdog: Watchdog | undefined;
  private connection: ServerConnection | undefined;
  private pending = 0;
  private hung: BackendError | undefined;
  private closing: Promise<void> | undefined;
  /** Resolves with the reason when the process has ended and all it wrote was read. */
  readonly ended: Promise<BackendError>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: ProcessOptions,
  ) {
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.hear(error.message);
      });
      child.on('close', (status, signal) => {
        this.watchdog?.stop();
        resolve(this.hung ?? processCrash(status, signal, this.words.toString()));
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream)
        readline.createInterface({ input: stream }).on('line', (line) => {
          this.hear(line);
        });
    }
    const { unresponsiveSeconds } = options;
    this.watchdog =
      unresponsiveSeconds &&
      new Watchdog(
        () => this.ping(),
        unresponsiveSeconds,
        (seconds) => {
          this.endHung(seconds);
        },
      );
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Whether it was asked to end, by close. */
  get isClosing(): boolean {
    return this.closing !== undefined;
  }

  /** @throws BackendError when the process does not come up, hangs, or speaks another version of the protocol */
  static async start(options: ProcessOptions): Promise<BackendProcess> {
    const child = fork(options.serverFile, [], {
      env: { ...backendEnvironment, ...(options.env ?? process.env) },
      execArgv: [], // not those of this process, such as reading a source map: it starts as the extension starts it
      // ggml prints to stdout in places: neither stream may reach the client's own.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const backend = new BackendProcess(child, options);
    try {
      await backend.whileWatched(async () => {
        backend.connection = await options.connect(child, (line) => {
          backend.hear(line);
        });
      });
      return backend;
    } catch (error) {
      await backend.close();
      throw error;
    }
  }

  /** @throws BackendError: the server's, backend_crashed or backend_hung when the process ends before it answers */
  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<Requests[M]['result']> {
    const { connection } = this;
    if (!connection) throw new BackendError('internal', { kind: 'expected', expected: `a handshake before ${method}` });
    return this.whileWatched(async () => connection.request(method, params, options));
  }

  /** Ends the process: politely first. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    const timer = setTimeout(() => {
      this.child.kill('SIGKILL');
    }, exitMs);
    try {
      const farewell = this.connection?.close(exitMs) ?? Promise.reject(new Error('There was no handshake'));
      await Promise.race([farewell, this.ended]).catch((error: unknown) => {
        this.options.onLog(`The backend is ended the hard way: ${String(error)}`);
        this.child.kill('SIGKILL');
      });
      await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The end of the process says more than the closed channel that comes with it. */
  private async whileWatched<T>(work: () => Promise<T>): Promise<T> {
    this.pending += 1;
    this.watchdog?.start();
    const crash = this.ended.then((error) => {
      throw error;
    });
    try {
      return await Promise.race([work(), crash]);
    } catch (error) {
      throw this.child.connected ? errorFromResponse(error) : await this.ended;
    } finally {
      this.pending -= 1;
      if (this.pending === 0) this.watchdog?.stop();
    }
  }

  private ping(): Promise<unknown> {
    // Before the handshake is over there is nobody to ask: the wait for it is what the watchdog counts.
    return this.connection ? this.connection.request('lookOnce/info', undefined, {}) : this.ended;
  }

  private endHung(seconds: number): void {
    this.hung = new BackendError('backend_hung', { kind: 'hung', seconds });
    this.child.kill('SIGKILL');
  }

  private hear(line: string): void {
    if (line.trim() === '') return;
    this.options.onLog(line);
    this.words.hear(line);
  }
}
