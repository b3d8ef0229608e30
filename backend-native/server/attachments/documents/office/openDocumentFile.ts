import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import { wholeText, type DocumentContent, type DocumentPage } from '../documentContent.js';
import { Archive } from './archive.js';
import { odfStylesOf } from './odfStyles.js';
import { OdfWriter } from './odfWriter.js';
import { child, childElements, descendants, parseXml, type XmlElement } from './xml.js';
import { damagedFile } from '../../damagedFile.js';

/**
 * A text of OpenDocument (odt, fodt): headings, lists, tables, boxes, notes, changes as accepted, headers and footers
 * once.
 */
export async function readOdt(name: string, bytes: Buffer): Promise<DocumentContent> {
  const file = await openFile(name, bytes);
  const body = bodyOf(name, file, 'office:text');
  const writer = new OdfWriter(name, file.archive, odfStylesOf([file.styles ?? file.content, file.content]));
  const text = await writer.blocks(body);
  const { headers, footers } = await headersOf(file, writer);
  const whole = [...headers.map((words) => `Header: ${words}`), text, ...footers.map((words) => `Footer: ${words}`)]
    .filter((part) => part !== '')
    .join('\n\n');
  const differ: DocumentNote[] =
    headers.length > 1 || footers.length > 1 ? [{ kind: 'headersDiffer', count: headers.length + footers.length }] : [];
  return { ...wholeText(whole, [...writer.notes(), ...differ]), pictures: writer.pictures };
}

/** A presentation of OpenDocument, slide by slide, with the speaker's notes. */
export async function readOdp(name: string, bytes: Buffer): Promise<DocumentContent> {
  const file = await openFile(name, bytes);
  const body = bodyOf(name, file, 'office:presentation');
  const writer = new OdfWriter(name, file.archive, odfStylesOf([file.styles ?? file.content, file.content]));
  const pages: DocumentPage[] = [];
  for (const slide of childElements(body).filter((one) => one.name === 'draw:page')) {
    const text = await writer.blocks(slide);
    const notes = child(slide, 'presentation:notes');
    const words = notes ? await writer.blocks(notes) : '';
    const title = titleOf(slide);
    pages.push({
      page: pages.length + 1,
      text: [text, words === '' ? '' : `Speaker notes: ${words}`].filter((part) => part !== '').join('\n\n'),
      ...(title === undefined ? {} : { title }),
    });
  }
  if (pages.every(({ text }) => text === '')) throw new BackendError('file_empty', { kind: 'noText', file: name });
  return { unit: 'slide', count: pages.length, pages, notes: writer.notes(), pictures: writer.pictures };
}

interface OdfFile {
  readonly content: XmlElement;
  readonly styles: XmlElement | undefined;
  readonly archive: Archive | undefined;
}

async function openFile(name: string, bytes: Buffer): Promise<OdfFile> {
  if (bytes.toString('latin1', 0, 2) !== 'PK') {
    const content = parseXml(name, name, bytes);
    return { content, styles: content, archive: undefined };
  }
  const archive = await Archive.open(name, bytes);
  const manifest = await archive.read('META-INF/manifest.xml');
  if (manifest?.includes('encryption-data'))
    throw new BackendError('encrypted_document', { kind: 'password', file: name });
  const content = await archive.read('content.xml');
  if (!content) throw damagedFile('corrupt_document', name, 'OpenDocument file', 'it has no content.xml');
  const styles = await archive.read('styles.xml');
  return {
    content: parseXml(name, 'content.xml', content),
    styles: styles && parseXml(name, 'styles.xml', styles),
    archive,
  };
}

function bodyOf(name: string, { content }: OdfFile, kind: string): XmlElement {
  const body = child(child(content, 'office:body'), kind);
  if (!body) throw damagedFile('corrupt_document', name, 'OpenDocument file', `it has no ${kind}`);
  return body;
}

/** Each text once. */
async function headersOf({ styles }: OdfFile, writer: OdfWriter): Promise<{ headers: string[]; footers: string[] }> {
  const found = { header: new Set<string>(), footer: new Set<string>() };
  for (const master of styles ? descendants(styles, new Set(['style:master-page'])) : []) {
    for (const part of childElements(master)) {
      const kind = /^style:(header|footer)/.exec(part.name)?.[1] as 'header' | 'footer' | undefined;
      if (!kind || part.attributes['style:display'] === 'false') continue;
      const words = (await writer.blocks(part)).replace(/\s+/g, ' ').trim();
      if (words !== '') found[kind].add(words);
    }
  }
  return { headers: [...found.header], footers: [...found.footer] };
}

function titleOf(slide: XmlElement): string | undefined {
  const frame = childElements(slide).find(({ attributes }) => attributes['presentation:class'] === 'title');
  const words =
    frame &&
    descendants(frame, new Set(['text:p'])).flatMap((one) => one.children.filter((node) => typeof node === 'string'));
  const title = words?.join('').replace(/\s+/g, ' ').trim();
  return title === undefined || title === '' ? undefined : title;
}
