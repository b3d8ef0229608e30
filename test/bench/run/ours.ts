/**
 * Questions to a backend of our own, as `npm run ask` asks them; mostly a process for each, so that its peak of memory
 * is its own.
 */
import { parseAskArguments } from '../../../backend-native/cli/askArguments.js';
import { startBackend } from '../../../backend-native/cli/startBackend.js';
import type { AskProgress, AskResult } from '../../../backend-native/protocol/ask.js';
import type { ReadingRule } from '../../../backend-native/protocol/kv.js';
import type { BackendInfo } from '../../../backend-native/protocol/model.js';
import type { KvBytes, Measurement, Share } from '../measurement.js';
import type { PromptFiles } from '../prompt/promptFiles.js';
import type { Load } from './llamaCpp.js';

export interface AskRun {
  readonly result: AskResult;
  readonly info: BackendInfo;
  /** From the request to the first text of the answer, and to the result, as the client saw them. */
  readonly msFirstToken: number;
  readonly wallMs: number;
}

/** A backend of our own with the model loaded. */
export interface OpenBackend {
  ask(prompt: PromptFiles): Promise<AskRun>;
  close(): Promise<void>;
}

/**
 * @param options of `npm run ask`, beside the model, the prompt and the length of the answer
 * @param holdMinutes that the cache of a question stays in memory for the next one
 */
export async function openOurs(load: Load, options: readonly string[], holdMinutes = 0): Promise<OpenBackend> {
  const backend = await startBackend();
  try {
    const { load: given } = commandOf(load, { images: [], question: 'Ready?' }, options);
    await backend.request('lookOnce/load', { ...given, engine: { ...given.engine, holdMinutes } });
  } catch (error) {
    await backend.close();
    throw error;
  }
  return {
    ask: async (prompt) => {
      const start = performance.now();
      let first: number | undefined;
      // The answer is streamed, as it is to a client that shows it.
      const onProgress = ({ phase }: AskProgress) => {
        if (phase === 'answer') first ??= performance.now();
      };
      const result = await backend.request('lookOnce/ask', commandOf(load, prompt, options).ask, { onProgress });
      const end = performance.now();
      return {
        result,
        msFirstToken: (first ?? end) - start,
        wallMs: end - start,
        info: await backend.request('lookOnce/info', undefined),
      };
    },
    close: () => backend.close(),
  };
}

/** One question to a process of its own. @param options as of openOurs */
export async function ask(load: Load, prompt: PromptFiles, options: readonly string[]): Promise<AskRun> {
  const backend = await openOurs(load, options);
  try {
    return await backend.ask(prompt);
  } finally {
    await backend.close();
  }
}

function commandOf({ files, threads, answerTokens }: Load, prompt: PromptFiles, options: readonly string[]) {
  const command = parseAskArguments([
    '--model',
    files.modelPath,
    '--mmproj',
    files.mmprojPath,
    ...(files.adapterPaths ?? []).flatMap((file) => ['--lora', file]),
    '--threads',
    String(threads),
    '--max-tokens',
    String(answerTokens),
    '--ignore-end',
    // As llama.cpp's programs are asked, whatever the model's file advises.
    '--temperature',
    '0',
    ...prompt.images.flatMap((image) => ['--image', image]),
    ...(prompt.document === undefined ? [] : ['--doc', prompt.document.path]),
    ...options,
    prompt.question,
  ]);
  if (command === 'help') throw new Error('Expected a question for the benchmark but received --help');
  return command;
}

/** Without anything from disk, so that every run reads its whole prompt. */
export async function runOurs(
  load: Load,
  prompt: PromptFiles,
  ratio: number,
  reading: ReadingRule = 'whole',
): Promise<Measurement> {
  const run = await ask(load, prompt, ['--kv-ratio', String(ratio), '--kv-reading', reading, '--no-cache']);
  expectAsAsked(run.result, { ratio, reading, answerTokens: load.answerTokens });
  return measurementOf(run);
}

/** A run that did something else than it was to do is no measurement of it. */
export function expectAsAsked(
  { kv, tokens, stop, documents }: Pick<AskResult, 'kv' | 'tokens' | 'stop' | 'documents'>,
  asked: { ratio: number; reading: ReadingRule; answerTokens: number },
): void {
  if (tokens !== asked.answerTokens)
    throw new Error(`Expected ${asked.answerTokens} tokens of answer but received ${tokens}: ${stop}`);
  const cut = documents.find(({ complete }) => !complete);
  if (cut) throw new Error(`Expected all of ${cut.name} to be read but it was cut: ${cut.note}`);
  if (asked.ratio === 1) return;
  if (!kv.compressed || kv.ratio !== asked.ratio)
    throw new Error(
      `Expected the KV cache to be compressed to ${asked.ratio} but it was left at ${kv.ratio}: ${kv.note}`,
    );
  if (kv.reading !== asked.reading)
    throw new Error(`Expected the prompt to be read with --kv-reading ${asked.reading} but it was ${kv.reading}`);
}

export function measurementOf({ result, info, msFirstToken, wallMs }: AskRun): Measurement {
  const { prompt, ms, tokens } = result;
  return {
    promptTokens: prompt.tokens,
    imageTokens: prompt.imageTokens,
    msFirstToken,
    msEncode: ms.encode,
    msPrefill: ms.prefill,
    msCompress: ms.compress,
    msPerToken: ms.decode / tokens,
    peakRssBytes: info.process.peakRssBytes,
    kv: kvOf(result),
    // From where the backend has its first token, not from where the client sees it: what lies between is IPC too.
    outsideModel: outsideModel(wallMs - ms.firstToken, ms),
  };
}

function kvOf({ kv }: AskResult): KvBytes {
  return {
    before: kv.bytesBefore,
    after: kv.bytesAfter,
    ...(kv.bytesPeak === 0 ? {} : { peak: kv.bytesPeak }),
    ...(kv.residentBefore === 0 ? {} : { residentFreed: kv.residentBefore - kv.residentAfter }),
  };
}

/** @param wallMs of the client, without the backend's time to the first token: every message of the request is in it */
export function outsideModel(wallMs: number, ms: { readonly decode: number; readonly compute?: number }): Share {
  return { share: (wallMs - (ms.compute ?? ms.decode)) / wallMs, exact: ms.compute !== undefined };
}
