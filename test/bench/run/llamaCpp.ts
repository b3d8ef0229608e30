/** llama.cpp's own programs on the same model and prompt, flash attention on, with as many threads. */
import type { Measurement } from '../measurement.js';
import type { BenchFiles } from '../models/modelStore.js';
import { mtmdPrompt, type PromptFiles } from '../prompt/promptFiles.js';
import { parseLlamaBench, parseMtmd } from './outputs.js';
import { failureOf, runProgram } from './program.js';

export interface Load {
  readonly files: BenchFiles;
  readonly threads: number;
  readonly answerTokens: number;
}

/** Its log's thread may lose the end, and with it the times, or crash when it exits. */
const mtmdAttempts = 4;
/** The last thing it says before it reads the prompt, with the model loaded. */
const mtmdReady = /WARN: This is an experimental CLI/;

export async function runMtmd(load: Load, prompt: PromptFiles, promptTokens: number): Promise<Measurement> {
  const { files, threads, answerTokens } = load;
  // As many as our backend allocates. How fast keys and values are read depends on how far apart they lie in memory,
  // twice as fast at some distances as at others, and the number of cells is that distance.
  const cells = promptTokens + answerTokens;
  const args = [
    '-m',
    files.modelPath,
    '--mmproj',
    files.mmprojPath,
    ...(files.adapterPaths ?? []).flatMap((file) => ['--lora', file]),
    '-p',
    mtmdPrompt(prompt),
    '-c',
    String(cells),
    '-n',
    String(answerTokens),
    '-t',
    String(threads),
    '-fa',
    'on',
    '--temp',
    '0',
    '--ignore-eos',
    '--jinja',
    '--perf',
    '-lv',
    '4',
    ...prompt.images.flatMap((image) => ['--image', image]),
  ];
  for (let attempt = 1; ; attempt += 1) {
    const run = await runProgram('llama-mtmd-cli', args, mtmdReady);
    const times = run.status === 0 ? parseMtmd(run.stderr) : undefined;
    if (times) {
      const { promptTokens: tokens, kvBytes, kvAllocated, ...ms } = times;
      return {
        promptTokens: tokens,
        ...ms,
        ...(run.msToOutput === undefined ? {} : { msFirstToken: run.msToOutput }),
        ...(run.peakRssBytes === 0 ? {} : { peakRssBytes: run.peakRssBytes }),
        kv: { before: kvBytes, after: kvBytes, peak: kvAllocated },
      };
    }
    if (attempt === mtmdAttempts) throw failureOf('llama-mtmd-cli', run);
  }
}

/** A prompt of as many text tokens, and decoding behind as many: prefill and decode without images around them. */
export async function runLlamaBench(
  { files, threads, answerTokens }: Load,
  promptTokens: number,
): Promise<Measurement> {
  const common = ['-m', files.modelPath, '-t', String(threads), '-fa', '1', '-r', '1', '-o', 'json'];
  // Its warm-up would read the whole prompt once more.
  const prefill = await speed([...common, '--no-warmup', '-p', String(promptTokens), '-n', '0']);
  const decode = await speed([...common, '-p', '0', '-n', String(answerTokens), '-d', String(promptTokens)]);
  return { promptTokens, msPrefill: (promptTokens * 1000) / prefill, msPerToken: 1000 / decode };
}

async function speed(args: readonly string[]): Promise<number> {
  const run = await runProgram('llama-bench', args);
  if (run.status !== 0) throw failureOf('llama-bench', run);
  return parseLlamaBench(run.stdout);
}
