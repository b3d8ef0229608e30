import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { BackendError } from '../../../../protocol/errors.js';
import { damagedFile } from '../../damagedFile.js';

/** Of what an archive unpacks to. A book of a thousand pages has less than 10 MB of XML. */
export const archiveLimits = { entries: 10_000, partBytes: 64 * 2 ** 20, bytes: 128 * 2 ** 20 } as const;

/**
 * A ZIP archive that is unpacked part by part. Sizes are counted as they come out: what its directory says is checked
 * too, but not believed.
 */
export class Archive {
  private unpacked = 0;

  private constructor(
    private readonly name: string,
    private readonly file: yauzl.ZipFile,
    private readonly entries: ReadonlyMap<string, yauzl.Entry>,
  ) {}

  /** @throws BackendError `corrupt_document`, `document_too_large` */
  static async open(name: string, bytes: Buffer): Promise<Archive> {
    const file = await new Promise<yauzl.ZipFile>((resolve, reject) => {
      yauzl.fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true }, (error, archive) => {
        if (error) reject(corrupt(name, error));
        else resolve(archive);
      });
    });
    if (file.entryCount > archiveLimits.entries) {
      throw new BackendError('document_too_large', {
        kind: 'tooManyFilesInside',
        file: name,
        files: file.entryCount,
        most: archiveLimits.entries,
      });
    }
    const entries = await entriesOf(name, file);
    const declared = [...entries.values()].filter(({ fileName }) => /\.(?:xml|rels|x?html)$/i.test(fileName));
    if (declared.reduce((sum, entry) => sum + entry.uncompressedSize, 0) > archiveLimits.bytes) throw tooLarge(name);
    return new Archive(name, file, entries);
  }

  get names(): Iterable<string> {
    return this.entries.keys();
  }

  has(part: string): boolean {
    return this.entries.has(part);
  }

  holds(start: string): boolean {
    return [...this.entries.keys()].some((name) => name.startsWith(start));
  }

  /**
   * @returns undefined when there is no such part
   * @throws BackendError `corrupt_document`, `encrypted_document`, `document_too_large`
   */
  async read(part: string): Promise<Buffer | undefined> {
    const entry = this.entries.get(part);
    if (!entry) return undefined;
    if (entry.isEncrypted()) throw new BackendError('encrypted_document', { kind: 'password', file: this.name });
    const most = Math.min(archiveLimits.partBytes, archiveLimits.bytes - this.unpacked);
    if (entry.uncompressedSize > most) throw tooLarge(this.name);
    const content = await this.inflate(entry, most);
    this.unpacked += content.length;
    return content;
  }

  /** Unpacks everything and keeps nothing: for libraries that unpack by themselves, without limits. */
  async check(): Promise<void> {
    let total = 0;
    for (const entry of this.entries.values()) {
      if (entry.isEncrypted()) throw new BackendError('encrypted_document', { kind: 'password', file: this.name });
      total += await this.inflatedSize(entry, archiveLimits.bytes - total);
    }
  }

  private async inflate(entry: yauzl.Entry, maxBytes: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.chunksOf(entry, maxBytes)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  private async inflatedSize(entry: yauzl.Entry, maxBytes: number): Promise<number> {
    let size = 0;
    for await (const chunk of this.chunksOf(entry, maxBytes)) size += chunk.length;
    return size;
  }

  private async *chunksOf(entry: yauzl.Entry, maxBytes: number): AsyncGenerator<Buffer> {
    let size = 0;
    try {
      const stream = await new Promise<Readable>((resolve, reject) => {
        this.file.openReadStream(entry, (error, opened) => {
          if (error) reject(error);
          else resolve(opened);
        });
      });
      for await (const chunk of stream) {
        size += (chunk as Buffer).length;
        if (size > maxBytes) throw tooLarge(this.name);
        yield chunk as Buffer;
      }
    } catch (error) {
      throw error instanceof BackendError ? error : corrupt(this.name, error);
    }
  }
}

function entriesOf(name: string, file: yauzl.ZipFile): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  let seen = 0;
  return new Promise((resolve, reject) => {
    file.on('entry', (entry: yauzl.Entry) => {
      seen += 1;
      entries.set(entry.fileName, entry);
      if (seen > archiveLimits.entries) reject(tooLarge(name));
      else file.readEntry();
    });
    file.on('error', (error: Error) => {
      reject(corrupt(name, error));
    });
    file.on('end', () => {
      resolve(entries);
    });
    file.readEntry();
  });
}

function tooLarge(name: string): BackendError {
  return new BackendError('document_too_large', {
    kind: 'unpacksTooLarge',
    file: name,
    most: archiveLimits.bytes,
    mostInOne: archiveLimits.partBytes,
  });
}

function corrupt(name: string, error: unknown): BackendError {
  return damagedFile('corrupt_document', name, 'office file', error);
}
