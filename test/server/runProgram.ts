import { spawn } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Hears every piece of stdout and may send a signal. */
  readonly onStdout?: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs a bundled command to its end, as `npm run` would. Nothing is left in the user's own cache. */
export function runProgram(
  name: 'ask' | 'conformance',
  args: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  const child = spawn(
    process.execPath,
    [
      path.join(packageRoot(), 'dist', `${name}.cjs`),
      ...(name === 'ask' && !args.includes('--cache-dir') ? ['--no-cache'] : []),
      ...args,
    ],
    { env: options.env ?? process.env },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.onStdout?.((signal) => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, stdout, stderr });
    });
  });
}
