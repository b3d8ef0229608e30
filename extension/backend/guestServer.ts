/**
 * Where other programs of the user reach the backend of this window: JSON-RPC on a local socket. It is a bundle of its
 * own, loaded with the first process; no class of errors crosses its border.
 */
import { timingSafeEqual } from 'node:crypto';
import net from 'node:net';
import {
  ErrorCodes,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
  createMessageConnection,
  type CancellationToken,
} from 'vscode-jsonrpc/node';
import { BackendError, errorFromResponse, type BackendErrorData } from '../../backend-native/protocol/errors.js';
import { protocolVersion } from '../../backend-native/protocol/methods.js';
import type { GuestCall } from './guests.js';

export interface GuestServerOptions {
  /** The path of a Unix socket, or the name of a pipe. */
  readonly socket: string;
  /** What every guest has to know. */
  readonly token: string;
  readonly answer: (method: string, params: unknown, call: GuestCall) => Promise<unknown>;
  readonly log: (line: string) => void;
}

export interface GuestServer {
  /** Nobody reaches it any more, and whoever is there is hung up on. */
  close(): void;
}

const mostGuests = 32;
/** Until a guest has said the token. */
const handshake = { milliseconds: 5000, bytes: 4096 } as const;
/** The number that JSON-RPC wants; the code that means something is in the data. */
const applicationError = -32000;

/** @throws Error when the socket cannot be had */
export async function listenToGuests(options: GuestServerOptions): Promise<GuestServer> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    receive(socket, options);
  });
  server.maxConnections = mostGuests;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: options.socket }, resolve);
  });
  server.on('error', (error) => {
    options.log(`A guest could not be let in: ${error.message}`);
  });
  return {
    close: () => {
      server.close();
      // What was asked fails with the backend, and that is told first.
      setImmediate(() => {
        for (const socket of sockets) socket.destroySoon();
      });
    },
  };
}

function receive(socket: net.Socket, { token, answer, log }: GuestServerOptions): void {
  const reader = new SocketMessageReader(socket);
  // Its timer would outlive a guest who hung up in the middle of a message.
  reader.partialMessageTimeout = 0;
  const connection = createMessageConnection(reader, new SocketMessageWriter(socket));
  const calls = new Set<AbortController>();
  let isKnown = false;
  let heard = 0;
  const hangUp = () => {
    socket.destroy();
  };
  const count = ({ length }: Buffer) => {
    heard += length;
    if (heard > handshake.bytes) hangUp();
  };
  socket.setTimeout(handshake.milliseconds, hangUp);
  socket.on('data', count);
  socket.on('close', () => {
    for (const call of calls) call.abort();
    connection.dispose();
  });
  // What is no JSON-RPC is nobody we know, and so is one whose socket breaks.
  connection.onError(hangUp);

  const greet = (params: unknown) => {
    const { processId, initializationOptions: given } = (params ?? {}) as Partial<Record<string, unknown>>;
    const said = (given ?? {}) as Partial<Record<'token' | 'protocolVersion', unknown>>;
    if (!isSame(said.token, token))
      throw new BackendError('invalid_argument', { kind: 'expected', expected: 'the token of the offer' });
    if (said.protocolVersion !== protocolVersion)
      throw new BackendError('version_mismatch', { kind: 'windowProtocol', version: String(protocolVersion) });
    isKnown = true;
    socket.off('data', count);
    socket.setTimeout(0);
    log(`Process ${String(processId)} shares the backend`);
    return { capabilities: { experimental: { protocolVersion } }, serverInfo: { name: 'look-once', version: '' } };
  };

  connection.onRequest(async (method: string, params: unknown, cancelled: CancellationToken) => {
    if (!isKnown && method !== 'initialize')
      return new ResponseError(ErrorCodes.ServerNotInitialized, `Expected initialize before ${method}`);
    const controller = new AbortController();
    const abort = () => {
      controller.abort();
    };
    if (cancelled.isCancellationRequested) abort();
    cancelled.onCancellationRequested(abort);
    calls.add(controller);
    try {
      if (method === 'initialize') return greet(params);
      const { partialResultToken, ...given } = (params ?? {}) as Partial<Record<string, unknown>>;
      const progress = (value: unknown) => {
        if (typeof partialResultToken !== 'string' && typeof partialResultToken !== 'number') return;
        connection.sendNotification('$/progress', { token: partialResultToken, value }).catch(hangUp);
      };
      return await answer(method, given, { signal: controller.signal, progress });
    } catch (error) {
      const { data } = errorFromResponse(error);
      return new ResponseError<BackendErrorData>(applicationError, data.message, data);
    } finally {
      calls.delete(controller);
    }
  });
  connection.listen();
}

function isSame(said: unknown, token: string): boolean {
  if (typeof said !== 'string') return false;
  const [one, other] = [Buffer.from(said), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
