/** The files of a conformance case: raw little-endian numbers beside a case.json that tells their shape. */
import fs from 'node:fs';
import path from 'node:path';
import { BackendError } from '../protocol/errors.js';
import { readInputFile } from '../server/attachments/file.js';
import type { LayerInput, LayerOutput } from '../server/transport/nativeAddon.js';
import { kvSettingsFrom } from '../server/conversation/settings.js';

const maxCaseBytes = 16 * 2 ** 20;
const maxArrayBytes = 2 ** 31;
/** Reads and checks a case: every array has the size that case.json tells. */
export async function readCase(folder: string): Promise<LayerInput> {
  const file = path.join(folder, 'case.json');
  const header = parseHeader(
    file,
    (await readInputFile(file, { maxBytes: maxCaseBytes, code: 'invalid_argument' })).toString('utf8'),
  );
  const nTokens = count(file, header, 'n_tokens');
  const nHeadKv = count(file, header, 'n_head_kv');
  const dHead = count(file, header, 'd_head');
  const kv = kvSettingsFrom({
    ratio: header['ratio'],
    method: header['method'] ?? 'look-m',
    ...optional(header, 'recent_share', 'recentShare'),
    ...optional(header, 'text_prior', 'textPrior'),
    ...optional(header, 'merge', 'merge'),
    ...optional(header, 'seed', 'seed'),
    ...optional(header, 'pooling', 'pooling'),
    ...optional(header, 'text_pooling', 'textPooling'),
    ...optional(header, 'share', 'share'),
    ...optional(header, 'diversity', 'diversity'),
    ...optional(header, 'value_norm', 'valueNorm'),
    ...optional(header, 'sinks', 'sinks'),
  });
  if (kv.ratio === 'auto') throw bad(file, 'ratio', 'a number above 0 and at most 1', kv.ratio);
  const mergeWhat = header['merge_what'] ?? 'keys+values';
  if (mergeWhat !== 'keys+values' && mergeWhat !== 'values')
    throw bad(file, 'merge_what', 'keys+values or values', mergeWhat);
  const rows = [nTokens, nHeadKv, dHead];
  return {
    nTokens,
    nHeadKv,
    dHead,
    ratio: kv.ratio,
    recentShare: kv.recentShare,
    textPrior: kv.textPrior,
    method: kv.method,
    merge: kv.merge,
    mergeWhat,
    seed: kv.seed,
    queries: kv.queries,
    recent: kv.recent,
    share: kv.share,
    pooling: kv.pooling,
    textPooling: kv.textPooling,
    diversity: kv.diversity,
    valueNorm: kv.valueNorm,
    sinks: kv.sinks,
    kinds: parseKinds(file, header['kinds'], nTokens),
    keys: await readFloats(path.join(folder, 'keys.f32'), rows),
    values: await readFloats(path.join(folder, 'values.f32'), rows),
    scores: await readFloats(path.join(folder, 'scores.f32'), [nTokens, nHeadKv]),
  };
}

/** Writes the result beside the case. A file is there whole or not at all. */
export async function writeResult(folder: string, input: LayerInput, output: LayerOutput): Promise<void> {
  const row = output.nKept * input.nHeadKv;
  expectLength('kept', output.kept, row);
  expectLength('keys', output.keys, row * input.dHead);
  expectLength('values', output.values, row * input.dHead);
  await writeWhole(path.join(folder, 'kept.i32'), output.kept);
  await writeWhole(path.join(folder, 'keys.out.f32'), output.keys);
  await writeWhole(path.join(folder, 'values.out.f32'), output.values);
}

function parseHeader(file: string, json: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch (error) {
    throw new BackendError('invalid_argument', { kind: 'caseNoJson', file, why: (error as SyntaxError).message });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new BackendError('invalid_argument', { kind: 'caseNoObject', file });
  }
  return header as Record<string, unknown>;
}

function count(file: string, header: Record<string, unknown>, name: string): number {
  const value = header[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    throw bad(file, name, 'a whole number from 1', value);
  return value;
}

function optional(header: Record<string, unknown>, name: string, as: string): Record<string, unknown> {
  return header[name] === undefined ? {} : { [as]: header[name] };
}

function parseKinds(file: string, kinds: unknown, nTokens: number): Uint8Array {
  if (typeof kinds !== 'string' || !/^[ti]*$/.test(kinds)) throw bad(file, 'kinds', 'a text of t and i', kinds);
  if (kinds.length !== nTokens) throw bad(file, 'kinds', `${nTokens} letters`, `${kinds.length}`);
  return Uint8Array.from(kinds, (kind) => (kind === 'i' ? 1 : 0));
}

async function readFloats(file: string, shape: readonly number[]): Promise<Float32Array> {
  const bytes = await readInputFile(file, { maxBytes: maxArrayBytes, code: 'invalid_argument' });
  const expected = shape.reduce((product, extent) => product * extent, 4);
  if (bytes.length !== expected) {
    throw new BackendError('invalid_argument', {
      kind: 'caseExpected',
      expected: `${expected} bytes`,
      what: `[${shape.join(', ')}] float32`,
      file,
      received: String(bytes.length),
    });
  }
  // Small files come out of a shared buffer, at an offset that may not suit floats.
  const own = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  return new Float32Array(own.buffer, own.byteOffset, expected / 4);
}

async function writeWhole(file: string, values: Int32Array | Float32Array): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  await fs.promises.writeFile(part, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  await fs.promises.rename(part, file);
}

function expectLength(name: string, values: { readonly length: number }, expected: number): void {
  if (values.length !== expected)
    throw new BackendError('internal', { kind: 'addonGave', what: name, expected, given: values.length });
}

function bad(file: string, name: string, expected: string, received: unknown): BackendError {
  const shown = received === undefined ? 'nothing' : JSON.stringify(received).slice(0, 60);
  return new BackendError('invalid_argument', { kind: 'caseExpected', expected, what: name, file, received: shown });
}
