/**
 * `npm run bench`: the tables of the README. Ours and llama.cpp's own program, built from the same source, on the same
 * prompt of eight images, in one run: rounds are interleaved, medians are printed, and speeds are given as ratios too.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { embeddedModel } from '../server/models/modelFiles.js';
import { packageRoot } from '../server/packageRoot.js';
import { patientThreads } from '../protocol/processEnd.js';
import { median, parseMtmdTimes, table, type Measurement } from './benchReport.js';
import { runCommand } from './terminal.js';
import { exitStatus, UsageError } from './usage.js';

const usage = 'Usage: npm run --silent bench -- [rounds]';
const answerTokens = 128;
/** Every image is read at about so many tokens, which makes the long prompt that compression is for. */
const imageTokens = 500;
const question = 'What is the code?';
const maxAttempts = 10;
const sampleImages = ['terminal', 'form', 'editor', 'table', 'terminal', 'form', 'editor', 'table'];

void runCommand(usage, async () => {
  const rounds = Number(process.argv[2] ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1) throw new UsageError(`Expected a number of rounds but received ${process.argv[2] ?? ''}`);
  const images = sampleImages.map((name) => path.join(packageRoot(), 'media', 'samples', `${name}.png`));
  const programs = new Map<string, () => Promise<Measurement>>([
    ['llama-mtmd-cli', () => runMtmd(images)],
    ['look-once, ratio 1', () => runAsk(images, '1')],
    ['look-once, ratio 0.2', () => runAsk(images, '0.2')],
  ]);
  const results = new Map<string, Measurement[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of programs) {
      process.stderr.write(`[bench] round ${round + 1} of ${rounds}: ${name}\n`);
      results.set(name, [...(results.get(name) ?? []), await run()]);
    }
  }
  process.stdout.write(report(results, rounds));
  return exitStatus.done;
});

function report(results: ReadonlyMap<string, readonly Measurement[]>, rounds: number): string {
  const cpu = os.cpus()[0]?.model ?? 'unknown processor';
  const heading = `Eight screenshots of ${imageTokens} tokens or more and a question, ${answerTokens} tokens of answer; the embedded model; ${os.cpus().length} threads of ${cpu}; medians of ${rounds} interleaved rounds.`;
  const base = results.get('llama-mtmd-cli') ?? [];
  const rows = [...results].map(([name, runs]) => {
    const of = (pick: (run: Measurement) => number) => median(runs.map(pick));
    const against = (pick: (run: Measurement) => number) => (of(pick) / median(base.map(pick))).toFixed(2);
    return [
      name,
      String(of((run) => run.promptTokens)),
      String(of((run) => run.cells)),
      `${(of((run) => run.kvBytes) / 2 ** 20).toFixed(2)} MiB`,
      `${of((run) => run.prefillPerSecond).toFixed(0)} (${against((run) => run.prefillPerSecond)})`,
      `${of((run) => run.decodePerSecond).toFixed(0)} (${against((run) => run.decodePerSecond)})`,
      `${(of((run) => run.totalMs) / 1000).toFixed(2)} s`,
      `${(of((run) => run.peakRssBytes) / 2 ** 20).toFixed(0)} MiB`,
    ];
  });
  const header = ['program', 'prompt tokens', 'KV cells in decoding', 'KV memory in decoding', 'prefill tokens/s (ratio)', 'decode tokens/s (ratio)', 'whole command', 'peak memory'];
  return `${heading}\n\n${table(header, rows)}`;
}

/** One `npm run ask`, without the check for what is to build. */
async function runAsk(images: readonly string[], ratio: string): Promise<Measurement> {
  const args = [path.join(packageRoot(), 'dist', 'ask.cjs'), '--json', '--kv-ratio', ratio, '--max-tokens', String(answerTokens), '--ignore-end', '--image-min-tokens', String(imageTokens)];
  const run = await measured(process.execPath, [...args, ...images.flatMap((image) => ['--image', image]), question]);
  if (run.status !== 0) throw failed('ask', run);
  const json = JSON.parse(run.stdout) as {
    tokensPerSecond: number; peakRssBytes: number; prompt: { tokens: number };
    kv: { cellsAfter: number; bytesAfter: number }; ms: { prefill: number };
  };
  return {
    promptTokens: json.prompt.tokens,
    cells: json.kv.cellsAfter,
    kvBytes: json.kv.bytesAfter,
    prefillPerSecond: (json.prompt.tokens * 1000) / json.ms.prefill,
    decodePerSecond: json.tokensPerSecond,
    totalMs: run.ms,
    peakRssBytes: json.peakRssBytes,
  };
}

/** One run of llama.cpp's program; what it does not say (KV bytes) is its cells times the bytes of ours. */
async function runMtmd(images: readonly string[]): Promise<Measurement> {
  const binary = ['bin/llama-mtmd-cli', 'Release/llama-mtmd-cli', 'llama.cpp/bin/llama-mtmd-cli']
    .map((name) => path.join(packageRoot(), 'backend-native', 'build', name))
    .find((file) => fs.existsSync(file));
  if (binary === undefined) throw new Error('llama-mtmd-cli was not built');
  const { modelPath, mmprojPath } = embeddedModel();
  const prompt = images.map((_, i) => `Image ${i + 1}:\n<__media__>\n`).join('') + question;
  const args = ['-m', modelPath, '--mmproj', mmprojPath, '-p', prompt, '--temp', '0', '-n', String(answerTokens), '-c', '8192', '--image-min-tokens', String(imageTokens), '-fa', 'on', '-t', String(os.cpus().length), '--ignore-eos', '--perf', '-lv', '4', '--jinja'];
  for (let attempt = 1; ; attempt += 1) {
    const run = await measured(binary, [...args, ...images.flatMap((image) => ['--image', image])]);
    // When it exits it may lose the end of its log, and with it the times, or crash in its log's thread.
    const times = run.status === 0 ? parseMtmdTimes(run.stderr) : undefined;
    if (times) return { ...times, totalMs: run.ms, peakRssBytes: run.peakRssBytes };
    if (attempt === maxAttempts) throw failed(binary, run);
  }
}

function failed(program: string, run: Run): Error {
  return new Error(`${path.basename(program)} ended with status ${run.status}: ${run.stderr.slice(-500)}`);
}

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  readonly peakRssBytes: number;
}

/** Runs a program to its end; its peak memory is read from /proc while it runs, where there is one. */
function measured(program: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...patientThreads, ...process.env } });
    let stdout = '';
    let stderr = '';
    let peakRssBytes = 0;
    const sampler = setInterval(() => { peakRssBytes = Math.max(peakRssBytes, peakRssOf(child.pid)); }, 5);
    child.stdout.on('data', (data: Buffer) => { stdout += data.toString(); });
    child.stderr.on('data', (data: Buffer) => { stderr += data.toString(); });
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(sampler);
      resolve({ status, stdout, stderr, ms: performance.now() - start, peakRssBytes });
    });
  });
}

function peakRssOf(pid: number | undefined): number {
  const status = `/proc/${pid}/status`;
  const peak = fs.existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(status, 'utf8')) : null;
  return Number(peak?.[1] ?? 0) * 1024;
}
