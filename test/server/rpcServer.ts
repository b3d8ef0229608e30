/** A real ggml-rpc-server on loopback: a device with memory of its own, on a machine without a GPU. */
import { spawn, type ChildProcess } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { backendEnvironment } from '../../backend-native/protocol/processEnd.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';

const program = path.join(packageRoot(), 'backend-native', 'build', 'bin', 'ggml-rpc-server');

type Test = Pick<TestContext, 'after'>;

export interface RpcServer {
  /** host:port */
  readonly address: string;
  readonly child: ChildProcess;
}

/** Gone when the test is over. */
export async function startRpcServer(t: Test): Promise<RpcServer> {
  const port = await freePort();
  const child = spawn(program, ['--host', '127.0.0.1', '--port', String(port), '--threads', '1'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...backendEnvironment, ...process.env },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  t.after(() => child.kill('SIGKILL'));
  const deadline = Date.now() + 20_000;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${program} did not start: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { address: `127.0.0.1:${port}`, child };
}

export interface Meter {
  /** host:port to use in the place of the server's. */
  readonly address: string;
  /** Bytes that came back from the server since the start, or since the last call. */
  readonly received: () => number;
}

/** Passes everything on and counts. */
export async function metered(t: Test, server: RpcServer): Promise<Meter> {
  let bytes = 0;
  const [host = '', port = ''] = server.address.split(':');
  const sockets = new Set<net.Socket>();
  const proxy = net.createServer((near) => {
    const far = net.connect({ host, port: Number(port) });
    far.on('data', (data) => {
      bytes += data.length;
    });
    for (const socket of [near, far]) {
      sockets.add(socket.setNoDelay());
      socket.on('error', () => {
        socket.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(proxy.address() as net.AddressInfo).port}`,
    received: () => {
      const since = bytes;
      bytes = 0;
      return since;
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.on('connect', () => {
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
    socket.on('connect', () => socket.destroy());
  });
}
