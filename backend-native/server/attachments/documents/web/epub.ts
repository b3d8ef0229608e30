import path from 'node:path';
import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import type { DocumentContent, DocumentPage, DocumentPicture } from '../documentContent.js';
import { Archive } from '../office/archive.js';
import { descendants, parseXml, type XmlElement } from '../office/xml.js';
import { pictureMark } from '../pictureMarks.js';
import { decodeText } from '../text/decodeText.js';
import { markdownOf } from './markdownOf.js';
import { damagedFile } from '../../damagedFile.js';

/** A book, section by section in the order in which it is read, with its pictures. */
export async function readEpub(
  name: string,
  bytes: Buffer,
  onProgress: (done: number, total: number) => void,
): Promise<DocumentContent> {
  const archive = await Archive.open(name, bytes);
  const protection = (await archive.read('META-INF/encryption.xml'))?.toString('utf8') ?? '';
  if (/\.x?html?"/i.test(protection))
    throw new BackendError('encrypted_document', { kind: 'copyProtected', file: name });
  const packagePath = descendants(await xml(name, archive, 'META-INF/container.xml'), new Set(['rootfile']))[0]
    ?.attributes['full-path'];
  const book = await xml(name, archive, packagePath ?? '');
  const items = new Map(
    descendants(book, new Set(['item', 'opf:item'])).map(({ attributes }) => [attributes['id'], attributes]),
  );
  const spine = descendants(book, new Set(['itemref', 'opf:itemref']));
  const folder = path.posix.dirname(packagePath ?? '');
  const pages: DocumentPage[] = [];
  const pictures: DocumentPicture[] = [];
  let hidden = 0;
  const frames = new Set<string>();
  for (const [i, { attributes }] of spine.entries()) {
    const part = path.posix.join(folder, decoded(items.get(attributes['idref'])?.['href'] ?? ''));
    const content = await archive.read(part);
    if (!content) {
      pages.push({ page: pages.length + 1, text: '', damaged: true });
      continue;
    }
    const found: { readonly src: string; readonly alt: string }[] = [];
    const { text, title, ...rest } = markdownOf(decodeText(part, content).text, {
      collapse: true,
      picture: (src, alt) => pictureMark(pictures.length + found.push({ src, alt }) - 1),
    });
    hidden += rest.hidden;
    for (const address of rest.frames) frames.add(address);
    for (const { src, alt } of found) {
      const file = path.posix.join(path.posix.dirname(part), decoded(src));
      pictures.push({ name: path.posix.basename(file), alt, bytes: (await archive.read(file)) ?? new Uint8Array() });
    }
    const heading = /^#+ (.+)$/m.exec(text)?.[1] ?? title;
    if (text !== '') pages.push({ page: pages.length + 1, text, ...(heading === '' ? {} : { title: heading }) });
    onProgress(i + 1, spine.length);
  }
  if (pages.every(({ damaged }) => damaged === true))
    throw new BackendError('file_empty', { kind: 'noText', file: name });
  const notes: DocumentNote[] = hidden > 0 ? [{ kind: 'hiddenElements', count: hidden }] : [];
  if (frames.size > 0) notes.push({ kind: 'framesNotRead', names: [...frames] });
  return { unit: 'section', count: pages.length, pages, notes, pictures };
}

async function xml(name: string, archive: Archive, part: string): Promise<XmlElement> {
  const bytes = await archive.read(part);
  if (!bytes) throw damagedFile('corrupt_document', name, 'EPUB file', `it has no ${part || 'package'}`);
  return parseXml(name, part, bytes);
}

function decoded(href: string): string {
  const file = href.split('#', 1)[0] ?? '';
  try {
    return decodeURIComponent(file);
  } catch {
    return file;
  }
}
