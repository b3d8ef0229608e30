/** One prompt size of one model: a prompt of the right length, then every program in turn, round after round. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BenchOptions } from '../options.js';
import {
  ourChunkedProgram,
  ourProgram,
  programs,
  sizeName,
  type CaseResult,
  type Measurement,
  type Row,
} from '../measurement.js';
import type { ModelFacts } from '../models/modelStore.js';
import type { BenchModel } from '../models/benchModels.js';
import { picturesFor } from '../prompt/pictures.js';
import { documentOf, writePrompt, type PromptFiles } from '../prompt/promptFiles.js';
import { runLlamaBench, runMtmd, type Load } from './llamaCpp.js';
import { ask, measurementOf, runOurs } from './ours.js';

export interface CaseToMeasure {
  readonly model: BenchModel;
  readonly facts: ModelFacts;
  readonly load: Load;
  readonly size: number;
  readonly folder: string;
  readonly say: (line: string) => void;
  /** Whether the prompt is also read in chunks that are compressed as they come. */
  readonly chunked: boolean;
}

/** The share of a prompt that is images. */
const imageShare = 0.8;
/** Cells that neither prompt nor answer fill: the engine keeps some. */
const spare = 16;
/** What the backend leaves free beside documents at the end of a model's context, where it would cut the document. */
const spareOfContext = 512;
/** What programs need beside weights and caches. */
const programBytes = 512 * 2 ** 20;
/** The budget at which reading in chunks is measured: that of the goals. */
export const chunkedRatio = 0.2;

export async function measureCase(options: BenchOptions, toMeasure: CaseToMeasure): Promise<CaseResult> {
  const { model, size, load, say } = toMeasure;
  const result = { model: model.name, size };
  const name = `${model.name} at ${sizeName(size)}`;
  const lack = lackOf(toMeasure);
  if (lack !== undefined) return { ...result, rows: [], leftOut: lack };
  let prompt: CalibratedPrompt;
  try {
    say(`${name}: warming up`);
    prompt = await promptOf(toMeasure);
  } catch (error) {
    return { ...result, rows: [], leftOut: messageOf(error) };
  }
  const rows = new Map<string, { runs: Measurement[]; failure?: string }>();
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [program, run] of programsFor(options, toMeasure, prompt)) {
      const row = rows.get(program) ?? { runs: [] };
      rows.set(program, row);
      // What failed once is not tried again: a prompt of many tokens takes minutes.
      if (row.failure !== undefined) continue;
      say(`${name}, round ${round} of ${options.rounds}: ${program}`);
      try {
        row.runs.push(await run(load));
      } catch (error) {
        row.failure = messageOf(error);
        say(`${name}: ${program} failed: ${row.failure}`);
      }
    }
  }
  return { ...result, rows: [...rows].map(([program, row]): Row => ({ program, ...row })) };
}

type Run = (load: Load) => Promise<Measurement>;

function programsFor(
  { ratios, programs: wanted }: BenchOptions,
  { chunked }: CaseToMeasure,
  { files, tokens }: CalibratedPrompt,
): Map<string, Run> {
  const all = new Map<string, Run>();
  if (wanted.includes('llama-mtmd-cli')) all.set(programs.mtmd, (load) => runMtmd(load, files, tokens));
  if (wanted.includes('llama-bench')) all.set(programs.bench, (load) => runLlamaBench(load, tokens));
  if (wanted.includes('whole')) {
    for (const ratio of ratios) all.set(ourProgram(ratio), (load) => runOurs(load, files, ratio));
  }
  if (chunked && wanted.includes('chunks')) {
    all.set(ourChunkedProgram(chunkedRatio), (load) => runOurs(load, files, chunkedRatio, 'chunks'));
  }
  return all;
}

interface CalibratedPrompt {
  readonly files: PromptFiles;
  readonly tokens: number;
}

/**
 * How many tokens the frame of a prompt takes is the backend's to know, so the warm-up reads a prompt with too short a
 * document, and the document is then made as long as the size asks for. What the warm-up measured is thrown away, so it
 * reads in chunks, the fastest way through a long prompt.
 */
async function promptOf({ model, facts, load, size, folder }: CaseToMeasure): Promise<CalibratedPrompt> {
  const place = path.join(folder, model.name, sizeName(size));
  const wanted = Math.min(size - spare, facts.contextTokens - spareOfContext) - load.answerTokens;
  const pictures = picturesFor(imageShare * wanted, model.picture);
  const pieces = Math.max(1, Math.floor(((1 - imageShare) * wanted) / 2));
  const write = (length: number) => writePrompt(place, pictures, documentOf(length, model.pieces, 'bench'));
  const { promptTokens } = measurementOf(
    await ask({ ...load, answerTokens: 2 }, write(pieces), [
      '--kv-ratio',
      String(chunkedRatio),
      '--kv-reading',
      'chunks',
      '--no-cache',
    ]),
  );
  const missing = Math.max(1 - pieces, wanted - promptTokens);
  return { files: write(pieces + missing), tokens: promptTokens + missing };
}

/** Why it cannot be measured; undefined when it can. */
function lackOf({ facts, load, size }: CaseToMeasure): string | undefined {
  if (size > facts.contextTokens) return `the model's context is ${facts.contextTokens} tokens`;
  // Weights may be in memory twice, as they lie in the file and as the processor likes them.
  const weights = 2 * fs.statSync(load.files.modelPath).size;
  const caches = 2 * size * facts.cellBytes;
  const needed = weights + caches + programBytes;
  const free = os.freemem();
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return free < needed ? `needs about ${gib(needed)} of memory and ${gib(free)} are free` : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
