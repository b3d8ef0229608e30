/** Files of other formats that a docx holds as a part of its text (altChunk): Word takes them in when it opens it. */
import { randomUUID } from 'node:crypto';
import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import type { DocumentContent, DocumentPicture } from '../documentContent.js';
import { pictureMark, withPictures } from '../pictureMarks.js';
import { readText } from '../text/plainText.js';
import { readEmail } from '../web/email.js';
import { readHtml } from '../web/html.js';
import type { Archive } from './archive.js';
import { paragraph } from './docxSimplifier.js';
import { relationshipsOf } from './relationships.js';
import { descendants, type XmlElement } from './xml.js';

type Reader = (name: string, bytes: Buffer) => DocumentContent | Promise<DocumentContent>;

/** More of them are said not to be read, as are those inside of each other. */
const mostChunks = 200;

export class DocxChunks {
  /** Stand for them until the text is made; no document can know one. */
  private readonly contents = new Map<string, DocumentContent>();

  /** @param readDocx undefined where a docx is inside of others already */
  constructor(private readonly readDocx: Reader | undefined) {}

  /** Puts a mark in the place of each that can be read. The others stay, for whoever counts them. */
  async take(name: string, archive: Archive, part: string, root: XmlElement): Promise<void> {
    const chunks = descendants(root, new Set(['w:altChunk'])).slice(0, mostChunks);
    if (chunks.length === 0) return;
    const relationships = await relationshipsOf(name, archive, part);
    for (const chunk of chunks) {
      const target = relationships.get(chunk.attributes['r:id'] ?? '')?.target ?? '';
      const bytes = await archive.read(target);
      const content = bytes && (await this.read(target, bytes));
      if (!content) continue;
      const mark = randomUUID();
      this.contents.set(mark, content);
      Object.assign(chunk, paragraph(mark));
    }
  }

  /** @param pictures of the document, to which theirs are added. @returns the text with their words in it */
  place(text: string, pictures: DocumentPicture[]): string {
    return [...this.contents].reduce((all, [mark, content]) => {
      const before = pictures.length;
      pictures.push(...content.pictures);
      const words = withPictures(content.pages.map((page) => page.text).join('\n\n'), (index) =>
        pictureMark(before + index),
      );
      const isAlone = all.split('\n').includes(mark);
      // In a cell of a table.
      return all.replace(mark, () => (isAlone ? words : words.replace(/\s+/g, ' ').replaceAll('|', '/')));
    }, text);
  }

  notes(): DocumentNote[] {
    return [...this.contents.values()].flatMap(({ notes }) => notes);
  }

  /** @returns undefined for what is damaged, or of a format that is not read */
  private async read(target: string, bytes: Buffer): Promise<DocumentContent | undefined> {
    try {
      return await this.readerOf(target, bytes)?.(target, bytes);
    } catch (error) {
      if (error instanceof BackendError) return undefined;
      throw error;
    }
  }

  private readerOf(target: string, bytes: Buffer): Reader | undefined {
    const start = bytes.toString('latin1', 0, 1000).trimStart();
    if (start.startsWith('PK')) return this.readDocx;
    if (/\.x?html?$/i.test(target) || /^(?:\xef\xbb\xbf)?<(?:!doctype )?html\b/i.test(start)) return readHtml;
    if (/\.(?:mht|mhtml|eml)$/i.test(target) || /^mime-version:/im.test(start)) return readEmail;
    return /\.te?xt$/i.test(target) ? readText : undefined;
  }
}
