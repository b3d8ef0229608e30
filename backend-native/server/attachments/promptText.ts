/** How documents, their pages and their pictures are named in the prompt. */
import type { DocumentPage } from './documents/documentContent.js';
import type { OpenDocument } from './documents/openDocument.js';
import type { OpenPicture } from './documents/openPictures.js';

/** What frames a document in the prompt, without its text. */
export function documentFrame(name: string): string {
  return `Document ${name}:\n\n\n`;
}

/** What stands before a page in the text of a document with several. @param image the name of the image that it is */
export function pageHead(document: OpenDocument, page: DocumentPage, image?: string): string {
  const name = `${document.unit} ${page.page}`;
  if (image !== undefined) return `[${name}: ${image}]`;
  if ((document.pageCount ?? 1) <= 1 && page.title === undefined) return '';
  // A slide's title stands in its text anyway; a sheet's name nowhere else.
  const title = document.unit === 'sheet' && page.title !== undefined ? `: ${page.title}` : '';
  return `[${name}${title}]\n`;
}

/** Between a page and the next. */
export const pageEnd = '\n\n';

/** Where something was left out between two parts of one page. */
export const gap = '\n[…]\n';

/** As the prompt numbers images. */
export function imageName(number: number): string {
  return `Image ${number}`;
}

/** What stands in a text for a picture. @param image its name, when the model sees it */
export function pictureWords(picture: OpenPicture | undefined, image: string | undefined): string {
  if (!picture || picture.isDecoration) return '';
  const alt = picture.alt.replace(/\s+/g, ' ').trim();
  if (image !== undefined) return `[${image}${alt === '' ? '' : `: ${alt}`}]`;
  return alt === '' ? '[picture]' : `[picture: ${alt}]`;
}
