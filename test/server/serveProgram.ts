/** The OpenAI-compatible endpoint as a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import OpenAI from 'openai';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';

export const serveProgram = path.join(packageRoot(), 'dist', 'serve.cjs');
export const token = 'a-token-for-the-tests';

export interface Serving {
  readonly port: number;
  readonly client: OpenAI;
  /** @returns its exit status */
  stop(): Promise<number | null>;
}

export async function startServing(args: readonly string[] = []): Promise<Serving> {
  const child: ChildProcess = spawn(process.execPath, [serveProgram, '--port', '0', '--no-cache', ...args], {
    env: { ...process.env, LOOK_ONCE_TOKEN: token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error('The server ended'));
    });
    child.stdout?.once('data', (line: Buffer) => {
      resolve(Number(/127\.0\.0\.1:(\d+)\/v1/.exec(line.toString())?.[1]));
    });
  });
  return {
    port,
    client: new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: token, maxRetries: 0, timeout: 120_000 }),
    stop: () => {
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      return ended;
    },
  };
}
