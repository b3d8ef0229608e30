/**
 * A file that is being fetched, of which any pieces may be there, and a record of which. A piece is recorded after it was
 * written, so that a process that is killed at any moment loses the pieces that were under way and nothing else.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { once } from 'node:events';

export const pieceBytes = 256 * 1024;
const magic = 'look-once part 1\n';

export class PartFile {
  private doneSoFar: number;

  private constructor(
    readonly file: string,
    private readonly recordFile: string,
    private readonly data: fs.promises.FileHandle,
    private readonly record: fs.promises.FileHandle,
    private readonly done: Uint8Array,
    private readonly head: number,
    readonly bytes: number,
  ) {
    this.doneSoFar = bytesOf(done, bytes);
  }

  /** Goes on with what is there of this very file, or begins it. @param target the name that it will have when it is whole */
  static async open(target: string, bytes: number, sha256: string): Promise<PartFile> {
    const [file, recordFile] = [`${target}.look-once.part`, `${target}.look-once.record`];
    const head = Buffer.from(`${magic}${sha256} ${bytes} ${pieceBytes}\n`);
    const pieces = Math.ceil(bytes / pieceBytes);
    let done = readRecord(recordFile, head, pieces);
    // Without the data, or with data of another length, the record says nothing.
    if (fs.statSync(file, { throwIfNoEntry: false })?.size !== bytes) done = undefined;
    const data = await fs.promises.open(file, done ? 'r+' : 'w+');
    await data.truncate(bytes);
    if (!done) {
      done = new Uint8Array(pieces);
      await fs.promises.writeFile(recordFile, Buffer.concat([head, done]));
    }
    const record = await fs.promises.open(recordFile, 'r+');
    return new PartFile(file, recordFile, data, record, done, head.length, bytes);
  }

  get pieces(): number {
    return this.done.length;
  }

  get doneBytes(): number {
    return this.doneSoFar;
  }

  has(index: number): boolean {
    return this.done[index] === 1;
  }

  lengthOf(index: number): number {
    return Math.min(pieceBytes, this.bytes - index * pieceBytes);
  }

  async write(index: number, bytes: Buffer): Promise<void> {
    if (bytes.length !== this.lengthOf(index)) throw new RangeError(`Expected the whole of piece ${index}`);
    await this.data.write(bytes, 0, bytes.length, index * pieceBytes);
    if (!this.has(index)) this.doneSoFar += bytes.length;
    this.done[index] = 1;
    await this.record.write(Uint8Array.of(1), 0, 1, this.head + index);
  }

  /** The hash of all that is there. @param onBytes hears how many were read so far */
  async sha256(signal: AbortSignal, onBytes: (bytes: number) => void): Promise<string> {
    const hash = createHash('sha256');
    const stream = fs.createReadStream(this.file, { highWaterMark: 1 << 20, signal });
    let read = 0;
    stream.on('data', (bytes) => {
      hash.update(bytes);
      read += bytes.length;
      onBytes(read);
    });
    await once(stream, 'end');
    return hash.digest('hex');
  }

  /** Gives the whole file its name. */
  async finish(target: string): Promise<void> {
    await this.data.sync();
    await this.close();
    await fs.promises.rename(this.file, target);
    await fs.promises.rm(this.recordFile, { force: true });
  }

  /** Forgets all of it: it is not what it should be. */
  async discard(): Promise<void> {
    await this.close();
    await fs.promises.rm(this.recordFile, { force: true });
    await fs.promises.rm(this.file, { force: true });
  }

  async close(): Promise<void> {
    await this.data.close();
    await this.record.close();
  }
}

/** How much of a file another process has fetched so far. */
export function partBytes(target: string, bytes: number, sha256: string): number {
  const head = Buffer.from(`${magic}${sha256} ${bytes} ${pieceBytes}\n`);
  const pieces = Math.ceil(bytes / pieceBytes);
  const done = readRecord(`${target}.look-once.record`, head, pieces);
  return done ? bytesOf(done, bytes) : 0;
}

function bytesOf(done: Uint8Array, bytes: number): number {
  return done.reduce((sum, isDone, index) => sum + (isDone ? Math.min(pieceBytes, bytes - index * pieceBytes) : 0), 0);
}

/** Undefined for a record that is not there, or of another file, or damaged. */
function readRecord(file: string, head: Buffer, pieces: number): Uint8Array | undefined {
  try {
    const bytes = fs.readFileSync(file);
    const isWhole = bytes.length === head.length + pieces && bytes.subarray(0, head.length).equals(head);
    return isWhole ? Uint8Array.from(bytes.subarray(head.length), (byte) => (byte === 1 ? 1 : 0)) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
