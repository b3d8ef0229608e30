import fs from 'node:fs';
import { sentenceOf, type ErrorReason } from '../../protocol/errorReasons.js';

/** Where the bytes of a file come from: the disk, or as much of it as was fetched. */
export interface ByteSource {
  /** Of the whole file. */
  readonly size: number;
  /** @returns at least `least` bytes from `position`, `most` where it is no trouble; until the next call */
  read: (position: number, least: number, most: number) => Buffer;
}

/** An open file. */
export function fileSource(descriptor: number): ByteSource {
  const { size } = fs.fstatSync(descriptor);
  // One for all: what a head takes would else stay in memory until something else wants to be collected.
  let bytes = Buffer.alloc(0);
  return {
    size,
    read: (position, least, most) => {
      const wanted = Math.min(most, size - position);
      if (bytes.length < wanted) bytes = Buffer.alloc(wanted);
      const read = fs.readSync(descriptor, bytes, 0, wanted, position);
      if (read < least) throw new GgufDamage('became shorter while it was read');
      return bytes.subarray(0, read);
    },
  };
}

/** Damage that was found in a file; the message goes on after the file's name. */
export class GgufDamage extends Error {
  private readonly fault: GgufFault;

  /** @param fault how; or what was found, in words that follow the name of the file */
  constructor(fault: GgufFault | string) {
    const facts: GgufFault = typeof fault === 'string' ? { kind: 'ggufDamaged', found: fault } : fault;
    super(sentenceOf({ ...facts, file: 'it' }));
    this.fault = facts;
  }

  /** @param file as it is told to people */
  in(file: string): ErrorReason {
    return { ...this.fault, file };
  }
}

type WithoutFile<Reason> = Reason extends unknown ? Omit<Reason, 'file'> : never;
type GgufFault = WithoutFile<
  Extract<ErrorReason, { kind: 'noGguf' | 'ggufBigEndian' | 'ggufVersion' | 'ggufCut' | 'ggufDamaged' }>
>;

const windowBytes = 1 << 20;

/** Reads little-endian values one after the other through a window; running out of file is damage. */
export class ByteReader {
  position = 0;
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;

  constructor(private readonly source: ByteSource) {}

  get size(): number {
    return this.source.size;
  }

  u8(): number {
    return this.take(1).readUInt8();
  }
  i8(): number {
    return this.take(1).readInt8();
  }
  u16(): number {
    return this.take(2).readUInt16LE();
  }
  i16(): number {
    return this.take(2).readInt16LE();
  }
  u32(): number {
    return this.take(4).readUInt32LE();
  }
  i32(): number {
    return this.take(4).readInt32LE();
  }
  u64(): bigint {
    return this.take(8).readBigUInt64LE();
  }
  i64(): bigint {
    return this.take(8).readBigInt64LE();
  }
  f32(): number {
    return this.take(4).readFloatLE();
  }
  f64(): number {
    return this.take(8).readDoubleLE();
  }

  text(bytes: number): string {
    return this.take(bytes).toString('utf8');
  }

  /** A text after its length. */
  sizedText(maxBytes: number): string {
    return this.text(this.count('bytes in a text', maxBytes));
  }

  skipSizedText(): void {
    this.skip(this.count('bytes in a text', this.size));
  }

  /** A u64 that counts something of which there cannot be more than max. */
  count(what: string, max: number): number {
    // A vocabulary has a hundred thousand of them: they are no BigInts, and no views.
    const at = this.advance(8);
    const value = this.window.readUInt32LE(at + 4) * 2 ** 32 + this.window.readUInt32LE(at);
    if (value > max) throw new GgufDamage(`is damaged: it promises ${this.window.readBigUInt64LE(at)} ${what}`);
    return value;
  }

  skip(bytes: number): void {
    if (this.position + bytes > this.size) throw this.cutShort(bytes);
    this.position += bytes;
  }

  private take(bytes: number): Buffer {
    const from = this.advance(bytes);
    return this.window.subarray(from, from + bytes);
  }

  /** @returns where in the window the bytes begin */
  private advance(bytes: number): number {
    if (this.position + bytes > this.size) throw this.cutShort(bytes);
    const start = this.position - this.windowStart;
    if (start < 0 || start + bytes > this.window.length) {
      this.window = this.source.read(this.position, bytes, Math.max(bytes, windowBytes));
      this.windowStart = this.position;
    }
    const from = this.position - this.windowStart;
    this.position += bytes;
    return from;
  }

  private cutShort(bytes: number): GgufDamage {
    return new GgufDamage({ kind: 'ggufCut', part: 'head', needs: this.position + bytes, has: this.size });
  }
}
