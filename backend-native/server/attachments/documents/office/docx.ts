import path from 'node:path';
import mammoth from 'mammoth';
import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import type { DocumentContent, DocumentPicture } from '../documentContent.js';
import { pictureMark } from '../pictureMarks.js';
import { markdownOf } from '../web/markdownOf.js';
import { Archive } from './archive.js';
import { chartTables } from './charts.js';
import { DocxChunks } from './docxChunks.js';
import { mergedHeaders } from './docxHeaders.js';
import { DocxNumbers } from './docxNumbers.js';
import { DocxSimplifier } from './docxSimplifier.js';
import { relationshipsOf } from './relationships.js';
import { parseXml, serialize, type XmlElement } from './xml.js';
import { damagedFile } from '../../damagedFile.js';

/**
 * Reads a docx: the body with headings, lists, tables, equations and boxes as in Markdown, its notes at the end,
 * pictures at their place. mammoth knows styles, numbering and notes; what it leaves out is put into words that it
 * knows before it reads. Nothing outside the file is fetched.
 */
export async function readDocx(name: string, bytes: Buffer): Promise<DocumentContent> {
  return readNested(name, bytes, 0);
}

/** Of documents inside of each other. */
const maxDepth = 2;

async function readNested(name: string, bytes: Buffer, depth: number): Promise<DocumentContent> {
  const archive = await Archive.open(name, bytes);
  const main = await mainPart(name, archive);
  const part = (file: string) => parsed(name, archive, sibling(main, file));
  const numbers = new DocxNumbers(await part('numbering.xml'), await part('styles.xml'));
  const simplifier = new DocxSimplifier(await part('comments.xml'), numbers);
  const chunks = new DocxChunks(
    depth < maxDepth ? (inner, content) => readNested(inner, content, depth + 1) : undefined,
  );
  const simplified = new Map<string, string>();
  for (const read of [main, sibling(main, 'footnotes.xml'), sibling(main, 'endnotes.xml')]) {
    const root = await parsed(name, archive, read);
    if (!root) continue;
    if (read === main) await chunks.take(name, archive, read, root);
    simplifier.simplify(root);
    if (read === main) {
      const tables = await chartTables(name, archive, read, simplifier.charts);
      simplifier.placeCharts(tables);
      await mergedHeaders(name, archive, read, root, simplifier);
    }
    simplified.set(read, serialize(root));
  }
  const pictures = new DocxPictures();
  const { html, unknownSymbols } = await toHtml(name, archive, simplified, pictures);
  const { text: own } = markdownOf(html, { picture: (src) => (src === '' ? '' : pictureMark(Number(src))) });
  const text = chunks.place(own, pictures.stored);
  const symbols: DocumentNote[] =
    unknownSymbols > 0 ? [{ kind: 'objectsNotRead', what: 'symbols', count: unknownSymbols }] : [];
  const notes = [...simplifier.notes(), ...pictures.notes(), ...symbols, ...chunks.notes()];
  return { unit: 'whole', count: 1, pages: [{ page: 0, text }], notes, pictures: pictures.stored };
}

async function toHtml(
  name: string,
  archive: Archive,
  simplified: ReadonlyMap<string, string>,
  pictures: DocxPictures,
): Promise<{ readonly html: string; readonly unknownSymbols: number }> {
  // An input that mammoth takes and its types do not name: parts that are unpacked when they are asked for.
  const file = {
    exists: (part: string) => archive.has(part),
    read: async (part: string, encoding?: string) => {
      const xml = simplified.get(part);
      if (xml !== undefined) return encoding === undefined ? Buffer.from(xml) : xml;
      const content = await archive.read(part);
      if (!content) throw new Error(`there is no ${part}`);
      if (encoding === undefined) return content;
      // It is parsed here to refuse what saxes refuses and mammoth does not.
      return serialize(parseXml(name, part, content));
    },
  };
  try {
    const { value, messages } = await mammoth.convertToHtml({ file } as unknown as { buffer: Buffer }, {
      externalFileAccess: false,
      includeEmbeddedStyleMap: false,
      styleMap: ['u => u', 'strike => s'],
      convertImage: mammoth.images.imgElement(async (image) => ({ src: await pictures.add(image) })),
    });
    // A message of mammoth's has a type and words, and there is one type for all warnings.
    const symbols = messages.filter(({ message }) => message.includes('w:sym element with an unsupported character'));
    return { html: value, unknownSymbols: symbols.length };
  } catch (error) {
    if (error instanceof BackendError) throw error;
    // Whatever is wrong with the XML surfaces here: it is well packed, and no document.
    throw damagedFile('corrupt_document', name, 'docx file', error);
  }
}

class DocxPictures {
  readonly stored: DocumentPicture[] = [];
  private unreadable = 0;

  /** @returns the index of the picture; empty for one that is not in the file */
  async add(image: Parameters<Parameters<typeof mammoth.images.imgElement>[0]>[0]): Promise<string> {
    try {
      const bytes = await image.readAsBuffer();
      const alt = (image as { altText?: string }).altText ?? '';
      const extension = image.contentType.split('/')[1]?.replace(/\+.*/, '') ?? 'bin';
      this.stored.push({ name: `picture ${this.stored.length + 1}.${extension}`, alt, bytes });
      return String(this.stored.length - 1);
    } catch (error) {
      if (error instanceof BackendError) throw error;
      this.unreadable += 1;
      return '';
    }
  }

  notes(): DocumentNote[] {
    return this.unreadable === 0 ? [] : [{ kind: 'picturesLeftOut', count: this.unreadable, reason: 'unreadable' }];
  }
}

async function mainPart(name: string, archive: Archive): Promise<string> {
  const relationships = await relationshipsOf(name, archive, '');
  const main = [...relationships.values()].find(({ type }) => type.endsWith('/officeDocument'))?.target;
  const part = main ?? 'word/document.xml';
  if (!archive.has(part)) throw damagedFile('corrupt_document', name, 'docx file', `it has no ${part}`);
  return part;
}

async function parsed(name: string, archive: Archive, part: string): Promise<XmlElement | undefined> {
  const bytes = await archive.read(part);
  return bytes && parseXml(name, part, bytes);
}

function sibling(part: string, file: string): string {
  return path.posix.join(path.posix.dirname(part), file);
}
