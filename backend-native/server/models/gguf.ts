/**
 * Reads the head of a GGUF file and makes sure that everything it promises is in the file. llama.cpp checks too, but
 * ends the process over some damage, and where it does not, it says less.
 * The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import fs from 'node:fs';
import { ByteReader, GgufDamage, fileSource, type ByteSource } from './byteReader.js';
import { tensorType } from './tensorTypes.js';

export interface GgufHead {
  readonly version: number;
  readonly architecture: string;
  /** Numbers, texts and booleans of the metadata by name. */
  readonly metadata: ReadonlyMap<string, string | number | boolean>;
  /** Short arrays of numbers and booleans, such as one value a layer; longer ones and those of texts are left out. */
  readonly arrays: ReadonlyMap<string, readonly number[]>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Of the whole file. */
  readonly bytes: number;
}

export interface TensorInfo {
  /** Innermost first. */
  readonly extents: readonly number[];
  /** ggml's number of it. */
  readonly type: number;
  /** As they are stored. */
  readonly bytes: number;
}

const maxKeyBytes = 64 * 1024;
const maxTextBytes = 64 * 2 ** 20;
const maxMetadata = 1 << 20;
const maxTensors = 1 << 20;
const maxDimensions = 4;
/** More values than any model has layers, and fewer than any has tokens. */
const maxArrayKept = 1024;

/** Bytes of a metadata value of fixed size, by its type. */
const scalarBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const textType = 8;
const arrayType = 9;

/** Throws GgufDamage when the file is not a whole GGUF file; the message says how, of "it". */
export function readGgufHead(file: string): GgufHead {
  const descriptor = fs.openSync(file, 'r');
  try {
    return parseGgufHead(fileSource(descriptor));
  } finally {
    fs.closeSync(descriptor);
  }
}

/** As readGgufHead, of bytes from anywhere. */
export function parseGgufHead(source: ByteSource): GgufHead {
  const reader = new ByteReader(source);
  if (reader.size < 4 || reader.text(4) !== 'GGUF') throw new GgufDamage({ kind: 'noGguf' });
  const version = reader.u32();
  if (version === 0x02000000 || version === 0x03000000) throw new GgufDamage({ kind: 'ggufBigEndian' });
  if (version < 2 || version > 3) throw new GgufDamage({ kind: 'ggufVersion', version });
  const tensorCount = reader.count('tensors', maxTensors);
  const entries = reader.count('metadata entries', maxMetadata);

  const metadata = new Map<string, string | number | boolean>();
  const arrays = new Map<string, readonly number[]>();
  for (let i = 0; i < entries; i += 1) {
    const key = reader.sizedText(maxKeyBytes);
    const value = readValue(reader, reader.u32(), 0);
    if (Array.isArray(value)) arrays.set(key, value);
    else if (value !== undefined) metadata.set(key, value);
  }
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || alignment < 1 || !Number.isInteger(Math.log2(alignment))) {
    throw new GgufDamage(`has an alignment of ${alignment}`);
  }
  const tensors = new Map<string, TensorInfo>();
  let end = 0;
  for (let i = 0; i < tensorCount; i += 1) {
    const tensor = readTensor(reader, alignment);
    tensors.set(tensor.name, tensor);
    end = Math.max(end, tensor.end);
  }
  const start = Math.ceil(reader.position / alignment) * alignment;
  if (tensorCount > 0 && start + end > reader.size) {
    throw new GgufDamage({ kind: 'ggufCut', part: 'tensors', needs: start + end, has: reader.size });
  }
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string' || architecture === '') throw new GgufDamage('does not name its architecture');
  return { version, architecture, metadata, arrays, tensors, bytes: reader.size };
}

function readValue(reader: ByteReader, type: number, depth: number): string | number | boolean | number[] | undefined {
  if (type === textType) return reader.sizedText(maxTextBytes);
  if (type === arrayType) return readArray(reader, depth);
  switch (type) {
    case 0:
      return reader.u8();
    case 1:
      return reader.i8();
    case 2:
      return reader.u16();
    case 3:
      return reader.i16();
    case 4:
      return reader.u32();
    case 5:
      return reader.i32();
    case 6:
      return reader.f32();
    case 7:
      return reader.u8() !== 0;
    case 10:
      return Number(reader.u64());
    case 11:
      return Number(reader.i64());
    case 12:
      return reader.f64();
    default:
      throw new GgufDamage(`has a metadata value of type ${type}, which does not exist`);
  }
}

/** @returns undefined for an array that is passed over */
function readArray(reader: ByteReader, depth: number): number[] | undefined {
  if (depth > 2) throw new GgufDamage('has arrays inside arrays inside arrays in its metadata');
  const type = reader.u32();
  const bytes = scalarBytes[type];
  if (bytes !== undefined) {
    const count = reader.count('array elements', Math.floor(reader.size / bytes));
    if (count <= maxArrayKept) return Array.from({ length: count }, () => Number(readValue(reader, type, depth + 1)));
    reader.skip(count * bytes);
    return undefined;
  }
  // A text takes 8 bytes at least, which bounds their number by the size of the file.
  const count = reader.count('array elements', Math.floor(reader.size / 8));
  for (let i = 0; i < count; i += 1) {
    if (type === textType) reader.skipSizedText();
    else readValue(reader, type, depth + 1);
  }
  return undefined;
}

/** @returns with where the tensor ends, counted from the start of the tensor data */
function readTensor(
  reader: ByteReader,
  alignment: number,
): TensorInfo & { readonly name: string; readonly end: number } {
  const name = reader.sizedText(maxKeyBytes);
  const dimensions = reader.u32();
  if (dimensions > maxDimensions)
    throw new GgufDamage(`has a tensor ${name} of ${dimensions} dimensions; ${maxDimensions} are the most`);
  const extents: number[] = [];
  let elements = 1;
  for (let i = 0; i < dimensions; i += 1) {
    const extent = Number(reader.u64());
    extents.push(extent);
    elements *= extent;
    if (extent === 0 || elements > Number.MAX_SAFE_INTEGER)
      throw new GgufDamage(`has a tensor ${name} of an absurd size`);
  }
  const typeId = reader.u32();
  const type = tensorType(typeId);
  if (!type) throw new GgufDamage(`has a tensor ${name} of type ${typeId}, which is not known here`);
  if ((extents[0] ?? 1) % type.block !== 0)
    throw new GgufDamage(`has a tensor ${name} whose rows do not fill blocks of ${type.block}`);
  const offset = Number(reader.u64());
  if (offset % alignment !== 0) throw new GgufDamage(`has a tensor ${name} at an offset that is not aligned`);
  const bytes = (elements / type.block) * type.bytes;
  return { name, extents, type: typeId, bytes, end: offset + bytes };
}
