import type { AdvisedSampling } from '../../protocol/model.js';
import { GgufDamage } from './byteReader.js';
import { readGgufHead, type GgufHead } from './gguf.js';

/** The keys of llama.cpp's general.sampling.*, and what is no advice but damage. */
const advice: readonly (readonly [keyof AdvisedSampling, key: string, isValid: (value: number) => boolean])[] = [
  ['temperature', 'temp', (value) => value >= 0 && value <= 100],
  ['topK', 'top_k', (value) => Number.isInteger(value) && value >= 0],
  ['topP', 'top_p', (value) => value >= 0 && value <= 1],
  ['minP', 'min_p', (value) => value >= 0 && value <= 1],
];

/** @returns what a file that was loaded advises; nothing where it cannot be read any more */
export function advisedSamplingOf(file: string): AdvisedSampling {
  try {
    return advisedSampling(readGgufHead(file));
  } catch (error) {
    if (error instanceof GgufDamage || (error as NodeJS.ErrnoException).code !== undefined) return {};
    throw error;
  }
}

/** @returns of a file's advice what nobody chose instead; undefined for nothing */
export function advisedSamplingUsed(
  advised: AdvisedSampling,
  given: Partial<Record<keyof AdvisedSampling, unknown>> = {},
): AdvisedSampling | undefined {
  const used = Object.entries(advised).filter(([name]) => !(name in given));
  return used.length > 0 ? Object.fromEntries(used) : undefined;
}

/** @returns what a model's own file advises for sampling: most say nothing */
export function advisedSampling({ metadata }: Pick<GgufHead, 'metadata'>): AdvisedSampling {
  return Object.fromEntries(
    advice.flatMap(([name, key, isValid]) => {
      const value = metadata.get(`general.sampling.${key}`);
      return typeof value === 'number' && isValid(value) ? [[name, value]] : [];
    }),
  );
}
