/** The backend of a VS Code window, asked by another program of its user. */
import net from 'node:net';
import { SocketMessageReader, SocketMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import type { RequestOptions } from '../client/backendProcess.js';
import { findOffers, removeOffer, type BackendOffer } from '../client/backendOffer.js';
import { BackendError, errorFromResponse } from '../protocol/errors.js';
import { protocolVersion, type Method, type Requests } from '../protocol/methods.js';
import { JsonRpcConnection } from './jsonRpcConnection.js';

/** A window that does not answer by then is passed over. */
const handshakeMs = 3000;

export class OfferedBackend {
  private open = true;
  private readonly ended: Promise<BackendError>;

  private constructor(
    readonly pid: number,
    private readonly socket: net.Socket,
    private readonly connection: JsonRpcConnection,
  ) {
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        this.open = false;
        resolve(new BackendError('backend_crashed', { kind: 'windowClosed', process: pid }));
      });
    });
  }

  get isOpen(): boolean {
    return this.open;
  }

  /**
   * The newest that can be asked. Offers of processes that are gone are removed.
   * @param say hears why one that is there is not taken
   */
  static async find(folder: string, say: (line: string) => void): Promise<OfferedBackend | undefined> {
    for (const offer of findOffers(folder)) {
      if (offer.protocolVersion !== protocolVersion) continue;
      try {
        return await OfferedBackend.connect(offer);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'ECONNREFUSED') removeOffer(folder, offer);
        else say(`The backend of the VS Code window ${offer.pid} is not asked: ${String(error)}`);
      }
    }
    return undefined;
  }

  private static async connect({ pid, socket: path, token }: BackendOffer): Promise<OfferedBackend> {
    const socket = net.connect({ path });
    const failed = new Promise<never>((_, reject) => {
      socket.once('error', reject);
      socket.once('close', () => {
        reject(new Error('it hung up'));
      });
      socket.setTimeout(handshakeMs, () => {
        reject(new Error('it does not answer'));
      });
    });
    try {
      const reader = new SocketMessageReader(socket);
      // Its timer would outlive a window that closes in the middle of a message.
      reader.partialMessageTimeout = 0;
      const messages = createMessageConnection(reader, new SocketMessageWriter(socket));
      const greeted = JsonRpcConnection.connect(messages, { protocolVersion, token }, nobodyListens);
      const connection = await Promise.race([greeted, failed]);
      socket.setTimeout(0);
      return new OfferedBackend(pid, socket, connection);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** @throws BackendError: the backend's own, or backend_crashed when it is gone before it answers */
  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<Requests[M]['result']> {
    const gone = this.ended.then((error) => {
      throw error;
    });
    try {
      return await Promise.race([this.connection.request(method, params, options), gone]);
    } catch (error) {
      throw this.open ? errorFromResponse(error) : await this.ended;
    }
  }

  /** Lets go of it. What was asked is cancelled. */
  close(): void {
    this.socket.destroy();
  }
}

function nobodyListens(): void {
  return undefined;
}
