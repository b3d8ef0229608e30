/**
 * Look once, ask again: a second question about the same eight images, in a new process, with a cache on disk between
 * them.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { SecondQuestion } from '../measurement.js';
import type { BenchModel } from '../models/benchModels.js';
import { writePrompt } from '../prompt/promptFiles.js';
import type { Load } from './llamaCpp.js';
import { messageOf } from './measureCase.js';
import { ask } from './ours.js';

const images = 8;
const imageTokens = 448;
const ratio = '0.2';
const secondQuestion = 'Which picture shows it?';

/** @param folder for pictures and caches; a cache of its own for each round */
export async function askTwice(model: BenchModel, load: Load, rounds: number, folder: string): Promise<SecondQuestion> {
  const base = { model: model.name, images };
  const first = writePrompt(
    path.join(folder, model.name, 'eight'),
    Array.from({ length: images }, () => model.picture(imageTokens)),
    '',
  );
  const measured: { first: number; second: number; restoredTokens: number }[] = [];
  let promptTokens = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const cache = path.join(folder, `cache-${model.name}-${round}`);
      const options = ['--kv-ratio', ratio, '--cache-dir', cache];
      const one = await ask(load, first, options);
      const other = await ask(load, { ...first, question: secondQuestion }, options);
      fs.rmSync(cache, { recursive: true, force: true });
      promptTokens = one.result.prompt.tokens;
      measured.push({
        first: one.msFirstToken,
        second: other.msFirstToken,
        restoredTokens: other.result.prompt.restoredTokens,
      });
    }
    return { ...base, promptTokens, rounds: measured };
  } catch (error) {
    return { ...base, promptTokens, rounds: measured, failure: messageOf(error) };
  }
}
