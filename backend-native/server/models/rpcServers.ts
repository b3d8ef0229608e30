/** Servers of ggml's RPC backend: what names one, and whether it answers before ggml is told of it. */
import net from 'node:net';
import type { ErrorReason } from '../../protocol/errorReasons.js';
import { BackendError } from '../../protocol/errors.js';

/** GGML_RPC_MAX_SERVERS. */
const maxServers = 16;
/** RPC_PROTO_MAJOR_VERSION and RPC_PROTO_MINOR_VERSION of the llama.cpp that this is built from. */
const protocol = { major: 7, minor: 0 } as const;
/** For one server: to be found, to accept and to say hello. */
const answerMs = 3000;

/**
 * The whole message RPC_CMD_HELLO (14): a command, the length of what follows, and capabilities, of which this side has
 * none.
 */
const capabilityBytes = 24;
const hello = Buffer.concat([Buffer.from([14]), lengthOf(capabilityBytes), Buffer.alloc(capabilityBytes)]);
/** Its reply: a length, three numbers of the version, one byte of padding, capabilities. */
const replyBytes = 8 + 4 + capabilityBytes;

/** @throws BackendError for anything but a list of different `host:port` */
export function rpcServersFrom(given: unknown): readonly string[] {
  if (!Array.isArray(given)) refuse('a list of host:port', given);
  if (given.length > maxServers) refuse(`at most ${maxServers} servers`, String(given.length));
  const servers = given.map((server: unknown) => {
    // ggml reads no IPv6 address: it takes what is before the first colon for the host.
    const [, host, port] =
      (typeof server === 'string' && /^([A-Za-z0-9][A-Za-z0-9._-]*):(\d{1,5})$/.exec(server)) ||
      refuse('host:port', server);
    if (Number(port) < 1 || Number(port) > 65535) refuse('a port from 1 to 65535', server);
    return `${host ?? ''}:${Number(port)}`;
  });
  const twice = servers.find((server, index) => servers.indexOf(server) !== index);
  return twice === undefined ? servers : refuse('every server once', twice);
}

/**
 * Says hello to every server. ggml itself ends the process when it cannot connect, and waits without an end for a
 * server that is at work for somebody else.
 * @throws BackendError rpc_server_unavailable
 */
export async function checkRpcServers(servers: readonly string[], signal: AbortSignal): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      await checkRpcServer(server, signal);
    }),
  );
}

function checkRpcServer(server: string, signal: AbortSignal): Promise<void> {
  const [host = '', port = ''] = server.split(':');
  return new Promise((resolve, reject) => {
    let connected = false;
    let reply = Buffer.alloc(0);
    // ggml looks for an IPv4 address alone.
    const socket = net.connect({ host, port: Number(port), family: 4, signal });
    const timer = setTimeout(() => {
      end(
        connected
          ? unavailable({ kind: 'rpcAtWork', server, seconds: answerMs / 1000 })
          : unavailable({ kind: 'rpcNoAnswer', server, seconds: answerMs / 1000 }),
      );
    }, answerMs);
    const end = (failure?: BackendError) => {
      clearTimeout(timer);
      socket.destroy();
      if (failure) reject(failure);
      else resolve();
    };
    socket.on('connect', () => {
      connected = true;
      socket.write(hello);
    });
    socket.on('data', (bytes) => {
      reply = Buffer.concat([reply, bytes]);
      if (reply.length >= replyBytes) end(refusalOf(server, reply));
    });
    socket.on('error', (error) => {
      end(unavailable({ kind: 'rpcUnreachable', server, why: error.message }));
    });
    socket.on('close', () => {
      end(unavailable({ kind: 'rpcClosed', server }));
    });
  });
}

/** Why, for a reply that ggml would not go on from; undefined for one that is as it should be. */
function refusalOf(server: string, reply: Buffer): BackendError | undefined {
  const [major = 0, minor = 0, patch = 0] = reply.subarray(8);
  if (!reply.subarray(0, 8).equals(lengthOf(replyBytes - 8))) return unavailable({ kind: 'rpcOther', server });
  if (major === protocol.major && minor <= protocol.minor) return undefined;
  return unavailable({
    kind: 'rpcServerVersion',
    server,
    version: `${major}.${minor}.${patch}`,
    expected: `${protocol.major}.${protocol.minor}`,
  });
}

function unavailable(why: ErrorReason): BackendError {
  return new BackendError('rpc_server_unavailable', why);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes));
  return length;
}

function refuse(expected: string, received: unknown): never {
  throw new BackendError('invalid_argument', {
    kind: 'expected',
    expected: expected,
    what: 'the RPC servers',
    received: String(received),
  });
}
