/** Runs one of llama.cpp's programs to its end and watches it. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { backendEnvironment } from '../../../backend-native/protocol/processEnd.js';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';

export interface ProgramRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the first line on stderr that matches `from` to the first byte on stdout after it, in milliseconds. */
  readonly msToOutput: number | undefined;
  /** 0 where there is no /proc. */
  readonly peakRssBytes: number;
}

const sampleMs = 5;

export function runProgram(name: string, args: readonly string[], from?: RegExp): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(builtProgram(name), args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...backendEnvironment, ...process.env },
    });
    let [stdout, stderr, peakRssBytes] = ['', '', 0];
    let started: number | undefined;
    let msToOutput: number | undefined;
    const sampler = setInterval(() => {
      peakRssBytes = Math.max(peakRssBytes, peakRssOf(child.pid));
    }, sampleMs);
    child.stdout.on('data', (data: Buffer) => {
      if (started !== undefined) msToOutput ??= performance.now() - started;
      stdout += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
      if (started === undefined && from?.test(stderr)) started = performance.now();
    });
    const end = (settle: () => void) => {
      clearInterval(sampler);
      settle();
    };
    child.on('error', (error) => {
      end(() => {
        reject(error);
      });
    });
    child.on('close', (status) => {
      end(() => {
        resolve({ status, stdout, stderr, msToOutput, peakRssBytes });
      });
    });
  });
}

export function failureOf(name: string, run: ProgramRun): Error {
  return new Error(
    `${name} ended with status ${run.status}: ${run.stderr.trim().split('\n').slice(-3).join(' ').slice(-300)}`,
  );
}

export function builtProgram(name: string): string {
  const build = path.join(packageRoot(), 'backend-native', 'build');
  const file = ['bin', 'Release', path.join('bin', 'Release'), path.join('llama.cpp', 'bin')]
    .map((folder) => path.join(build, folder, name))
    .find((place) => fs.existsSync(place));
  if (file === undefined) throw new Error(`Expected ${name} below ${build} but it was not built`);
  return file;
}

/** The program may end between two looks. */
export function peakRssOf(pid: number | undefined): number {
  const status = `/proc/${pid}/status`;
  const peak = fs.existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readOrEmpty(status)) : null;
  return Number(peak?.[1] ?? 0) * 1024;
}

function readOrEmpty(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
