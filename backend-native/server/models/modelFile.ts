/** A GGUF file on disk with its head, or the parts of a split one together. */
import path from 'node:path';
import type { ErrorReason } from '../../protocol/errorReasons.js';
import { GgufDamage } from './byteReader.js';
import { readGgufHead, type GgufHead } from './gguf.js';
import { projectorArchitecture } from './pairing.js';

export interface ModelFile {
  /** Of the first part. */
  readonly path: string;
  /** That the file has, or a better one where its place knows that. */
  readonly name: string;
  /** Of all parts. */
  readonly sizeBytes: number;
  /** Of the first part. */
  readonly head: GgufHead;
  /** Of all parts. */
  readonly heads: readonly GgufHead[];
}

/** Hears of every file that was passed over, and why. */
export type Pass = (why: ErrorReason) => void;

/** Heads are read in one go, and other requests get their turn between two files. */
export async function readModelFiles(files: readonly string[], pass: Pass): Promise<ModelFile[]> {
  const read: ModelFile[] = [];
  for (const parts of partsTogether(files)) {
    await new Promise((resolve) => setImmediate(resolve));
    const file = readModelFile(parts, pass);
    if (file) read.push(file);
  }
  return read;
}

/**
 * @param parts of one model, all in their order
 * @returns undefined when the file is damaged or cannot be read, and why is told
 */
export function readModelFile(parts: readonly string[], pass: Pass): ModelFile | undefined {
  const [first = ''] = parts;
  const expected = Number(partName.exec(first)?.[3] ?? 1);
  if (parts.length !== expected) {
    pass({ kind: 'partsMissing', file: first, there: parts.length, of: expected });
    return undefined;
  }
  try {
    const heads = parts.map(readGgufHead);
    const [head] = heads;
    if (!head) return undefined;
    return {
      path: first,
      name: path.basename(first),
      sizeBytes: heads.reduce((sum, { bytes }) => sum + bytes, 0),
      head,
      heads,
    };
  } catch (error) {
    if (!(error instanceof GgufDamage) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    const why =
      error instanceof GgufDamage
        ? error.message
        : `it cannot be read (${String((error as NodeJS.ErrnoException).code)})`;
    pass({ kind: 'passedOver', file: first, why });
    return undefined;
  }
}

export function isProjector({ head }: ModelFile): boolean {
  return head.architecture === projectorArchitecture;
}

/** Something that llama.cpp can talk with: not a projector, an adapter, or a model that only embeds. */
export function isTextModel({ head }: ModelFile): boolean {
  const of = (key: string) => head.metadata.get(`${head.architecture}.${key}`);
  const isModel =
    head.architecture !== projectorArchitecture && (head.metadata.get('general.type') ?? 'model') === 'model';
  const embeds = of('pooling_type') !== undefined || of('attention.causal') === false;
  return isModel && !embeds && of('block_count') !== undefined && head.metadata.has('tokenizer.ggml.model');
}

const partName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;

/** The files of every model: one, or the parts of a split one in their order. */
export function partsTogether(files: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const match = partName.exec(file);
    const key = match ? `${match[1] ?? ''} of ${match[3] ?? ''}` : file;
    groups.set(key, [...(groups.get(key) ?? []), file].sort());
  }
  return [...groups.values()];
}
