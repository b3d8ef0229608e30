import mammoth from 'mammoth';
import { BackendError } from '../../../protocol/errors.js';
import { unpackDocx } from './docxParts.js';
import { markdownOf } from './markdownOf.js';

export interface DocxContent {
  /** Headings, lists, tables and emphasis as in Markdown. */
  readonly text: string;
  /** Pictures that are in it and were not read. */
  readonly pictures: number;
}

/** Reads the text of a docx: the body, with its notes at the end. Nothing outside the file is fetched. */
export async function readDocx(name: string, bytes: Buffer): Promise<DocxContent> {
  const parts = await unpackDocx(name, bytes);
  let pictures = 0;
  // An input that mammoth takes and its types do not name: the unpacked parts instead of an archive.
  const file = {
    exists: (part: string) => parts.has(part),
    read: (part: string, encoding?: string) => {
      const content = parts.get(part);
      if (!content) return Promise.reject(new Error(`there is no ${part}`));
      return Promise.resolve(encoding === undefined ? content : new TextDecoder(encoding).decode(content));
    },
  };
  try {
    const { value } = await mammoth.convertToHtml({ file } as unknown as { buffer: Buffer }, {
      externalFileAccess: false,
      includeEmbeddedStyleMap: false,
      convertImage: mammoth.images.imgElement(() => {
        pictures += 1;
        return Promise.resolve({ src: '' });
      }),
    });
    return { text: markdownOf(value), pictures };
  } catch (error) {
    // Whatever is wrong with the XML surfaces here: it is well packed, and no document.
    throw new BackendError(
      'corrupt_document',
      `${name} is a damaged docx file (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
