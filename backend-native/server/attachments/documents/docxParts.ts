import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { BackendError } from '../../../protocol/errors.js';
import { megabytes } from '../file.js';

/** Of what a docx unpacks to. A book of a thousand pages has less than 10 MB of XML. */
export const docxLimits = { entries: 10_000, partBytes: 64 * 2 ** 20, bytes: 128 * 2 ** 20 } as const;

/**
 * Unpacks the XML parts of a docx. Pictures, fonts and embedded files are never unpacked.
 * Sizes are counted as they come out of the archive: what its directory says is checked too, but not believed.
 * @returns the parts by their paths, such as "word/document.xml"
 * @throws BackendError `unsupported_document`, `corrupt_document`, `encrypted_document`, `document_too_large`
 */
export async function unpackDocx(name: string, bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const archive = await open(name, bytes);
  if (archive.entryCount > docxLimits.entries) {
    throw new BackendError(
      'document_too_large',
      `${name} holds ${archive.entryCount} files; at most ${docxLimits.entries} are looked at`,
    );
  }
  const { names, wanted } = await entriesOf(name, archive);
  if (!names.has('[Content_Types].xml') || ![...names].some((entry) => entry.startsWith('word/')))
    throw noDocx(name, names);
  const declared = wanted.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (declared > docxLimits.bytes) throw tooLarge(name);
  const parts = new Map<string, Buffer>();
  let total = 0;
  for (const entry of wanted) {
    if (entry.isEncrypted()) throw new BackendError('encrypted_document', `${name} is protected by a password`);
    const part = await inflate(name, archive, entry, Math.min(docxLimits.partBytes, docxLimits.bytes - total));
    total += part.length;
    // No program writes one into a docx; entities that grow, and those that name files, need it.
    if (/<!(?:DOCTYPE|ENTITY)/i.test(part.toString('latin1').replaceAll('\0', ''))) {
      throw new BackendError(
        'corrupt_document',
        `${name} is no proper docx file (${entry.fileName} declares entities)`,
      );
    }
    parts.set(entry.fileName, part);
  }
  return parts;
}

function open(name: string, bytes: Buffer): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true }, (error, archive) => {
      if (error) reject(corrupt(name, error));
      else resolve(archive);
    });
  });
}

function entriesOf(name: string, archive: yauzl.ZipFile): Promise<{ names: Set<string>; wanted: yauzl.Entry[] }> {
  const names = new Set<string>();
  const wanted: yauzl.Entry[] = [];
  return new Promise((resolve, reject) => {
    archive.on('entry', (entry: yauzl.Entry) => {
      names.add(entry.fileName);
      if (/\.(?:xml|rels)$/i.test(entry.fileName)) wanted.push(entry);
      if (names.size + wanted.length > 2 * docxLimits.entries) reject(tooLarge(name));
      else archive.readEntry();
    });
    archive.on('error', (error: Error) => {
      reject(corrupt(name, error));
    });
    archive.on('end', () => {
      resolve({ names, wanted });
    });
    archive.readEntry();
  });
}

async function inflate(name: string, archive: yauzl.ZipFile, entry: yauzl.Entry, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const stream = await new Promise<Readable>((resolve, reject) => {
      archive.openReadStream(entry, (error, opened) => {
        if (error) reject(error);
        else resolve(opened);
      });
    });
    for await (const chunk of stream) {
      size += (chunk as Buffer).length;
      if (size > maxBytes) throw tooLarge(name);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw error instanceof BackendError ? error : corrupt(name, error);
  }
  return Buffer.concat(chunks);
}

function noDocx(name: string, names: ReadonlySet<string>): BackendError {
  const holds = (start: string) => [...names].some((entry) => entry.startsWith(start));
  const [is, nextStep] = holds('xl/')
    ? ['an Excel workbook', 'Save it as CSV or PDF and attach that.']
    : holds('ppt/')
      ? ['a PowerPoint presentation', 'Save it as PDF and attach that.']
      : holds('META-INF/manifest.xml') && holds('content.xml')
        ? ['an OpenDocument file', 'Save it as docx or PDF and attach that.']
        : ['a ZIP archive and no docx', undefined];
  return new BackendError('unsupported_document', `${name} is ${is}`, nextStep);
}

function tooLarge(name: string): BackendError {
  return new BackendError(
    'document_too_large',
    `${name} unpacks to more than ${megabytes(docxLimits.bytes)} of text, or ${megabytes(docxLimits.partBytes)} in one part`,
  );
}

function corrupt(name: string, error: unknown): BackendError {
  return new BackendError(
    'corrupt_document',
    `${name} is a damaged or incomplete docx file (${error instanceof Error ? error.message : String(error)})`,
  );
}
