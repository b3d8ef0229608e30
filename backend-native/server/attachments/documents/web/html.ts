import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import { wholeText, type DocumentContent, type DocumentPicture } from '../documentContent.js';
import { pictureMark } from '../pictureMarks.js';
import { decodeText } from '../text/decodeText.js';
import { markdownOf } from './markdownOf.js';

/**
 * The text of a web page, all of it: what is the article and what is not is left to the question. Nothing is fetched.
 */
export function readHtml(name: string, bytes: Buffer): DocumentContent {
  const { text: html, encoding } = decodeText(name, bytes);
  return { ...htmlContent(name, html), encoding };
}

export function htmlContent(name: string, html: string): DocumentContent {
  const pictures: DocumentPicture[] = [];
  let remote = 0;
  const linked = new Set<string>();
  const picture = (src: string, alt: string): string => {
    const data = pictureData(src);
    if (data) {
      pictures.push({ name: `picture ${pictures.length + 1}.${data.type}`, alt, bytes: data.bytes });
      return pictureMark(pictures.length - 1);
    }
    if (/^(?:https?:)?\/\//i.test(src)) remote += 1;
    else if (src !== '' && !src.startsWith('data:')) linked.add(src);
    return alt === '' ? '' : `[picture: ${alt}]`;
  };
  const { text, title, hidden, frames } = markdownOf(html, { picture, collapse: true });
  const headed = title === '' || text.startsWith(`# ${title}`) ? text : `${title}\n\n${text}`;
  if (headed === '') throw new BackendError('file_empty', { kind: 'noText', file: name });
  const notes: (DocumentNote | false)[] = [
    hidden > 0 && { kind: 'hiddenElements', count: hidden },
    frames.length > 0 && { kind: 'framesNotRead', names: frames },
    remote > 0 && { kind: 'picturesLeftOut', count: remote, reason: 'remote' },
    linked.size > 0 && { kind: 'picturesLinked', names: [...linked] },
  ];
  return {
    ...wholeText(
      headed,
      notes.filter((note) => note !== false),
    ),
    pictures,
  };
}

/** @returns undefined for an address that is none of data, or of a dot */
function pictureData(src: string): { readonly type: string; readonly bytes: Buffer } | undefined {
  const [, type, more = '', data = ''] = /^data:image\/(png|jpeg|webp|gif|bmp|avif|svg)([^,]*),(.*)$/is.exec(src) ?? [];
  if (type === undefined || data.length <= leastData) return undefined;
  if (/;base64$/i.test(more)) return { type, bytes: Buffer.from(data, 'base64') };
  try {
    return { type, bytes: Buffer.from(decodeURIComponent(data)) };
  } catch {
    return { type, bytes: Buffer.from(data) };
  }
}

/** Smaller ones are dots and lines of the layout. */
const leastData = 400;
