import fs from 'node:fs';

/** Damage that was found in a file; the message goes on after the file's name. */
export class GgufDamage extends Error {}

const windowBytes = 1 << 20;

/** Reads little-endian values of an open file one after the other through a window; running out of file is damage. */
export class ByteReader {
  position = 0;
  private window = Buffer.alloc(0);
  private windowStart = 0;

  constructor(
    private readonly descriptor: number,
    readonly size: number,
  ) {}

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
    const value = this.u64();
    if (value > BigInt(max)) throw new GgufDamage(`is damaged: it promises ${value} ${what}`);
    return Number(value);
  }

  skip(bytes: number): void {
    if (this.position + bytes > this.size) throw this.cutShort(bytes);
    this.position += bytes;
  }

  private take(bytes: number): Buffer {
    if (this.position + bytes > this.size) throw this.cutShort(bytes);
    const start = this.position - this.windowStart;
    if (start < 0 || start + bytes > this.window.length) {
      this.window = Buffer.alloc(Math.min(Math.max(bytes, windowBytes), this.size - this.position));
      this.windowStart = this.position;
      fs.readSync(this.descriptor, this.window, 0, this.window.length, this.position);
    }
    const from = this.position - this.windowStart;
    this.position += bytes;
    return this.window.subarray(from, from + bytes);
  }

  private cutShort(bytes: number): GgufDamage {
    return new GgufDamage(
      `is cut short: its head goes on to byte ${this.position + bytes} and the file has ${this.size}`,
    );
  }
}
