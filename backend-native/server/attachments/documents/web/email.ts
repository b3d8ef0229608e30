import { isUtf8 } from 'node:buffer';
import PostalMime, { type Address } from 'postal-mime';
import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import { wholeText, type DocumentContent } from '../documentContent.js';
import { withoutSigns } from '../pictureMarks.js';
import { decodeText } from '../text/decodeText.js';
import { markdownOf } from './markdownOf.js';
import { damagedFile } from '../../damagedFile.js';

/** An e-mail: who, when, about what, and its text. What is attached to it is named. */
export async function readEmail(name: string, bytes: Buffer): Promise<DocumentContent> {
  let mail;
  try {
    mail = await PostalMime.parse(saysItsEncoding(bytes) ? bytes : decodeText(name, bytes).text, {
      maxNestingDepth: 50,
    });
  } catch (error) {
    throw damagedFile('corrupt_document', name, 'e-mail', error);
  }
  const head = [
    ['From', mail.from && [mail.from]],
    ['To', mail.to],
    ['Cc', mail.cc],
    ['Bcc', mail.bcc],
    ['Reply-To', mail.replyTo],
  ] as const;
  const lines = head.flatMap(([label, people]) =>
    people?.length ? [`${label}: ${people.map(written).join(', ')}`] : [],
  );
  if (mail.date) lines.push(`Date: ${mail.date}`);
  if (mail.subject) lines.push(`Subject: ${mail.subject}`);
  const html = mail.html === undefined ? undefined : markdownOf(mail.html, { collapse: true });
  const plain = mail.text?.trim() ?? '';
  // The same words twice, as a rule; some programs write no more as text than that there is a page to look at.
  const body = html && !holdsMostOf(plain, html.text) ? html.text : plain;
  const names = mail.attachments.map(({ filename, mimeType }) => filename ?? mimeType);
  if (lines.length === 0 && body === '') throw new BackendError('file_empty', { kind: 'noText', file: name });
  const notes: DocumentNote[] = names.length > 0 ? [{ kind: 'attachedFiles', names }] : [];
  if (html && html.hidden > 0 && body === html.text) notes.push({ kind: 'hiddenElements', count: html.hidden });
  if (html && html.frames.length > 0) notes.push({ kind: 'framesNotRead', names: html.frames });
  return wholeText(withoutSigns(`${lines.join('\n')}\n\n${body}`.trim()), notes);
}

/** Old programs send other encodings than ASCII without a word about it. */
function saysItsEncoding(bytes: Buffer): boolean {
  return isUtf8(bytes) || /\bcharset=/i.test(bytes.toString('latin1'));
}

function holdsMostOf(plain: string, page: string): boolean {
  const words = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []);
  const [inPlain, inPage] = [words(plain), words(page.replace(/\]\([^)\s]*\)/g, ''))];
  const shared = [...inPage].filter((word) => inPlain.has(word)).length;
  return inPage.size === 0 || shared >= 0.7 * inPage.size;
}

function written(person: Address): string {
  if (person.group) return `${person.name}: ${person.group.map(written).join(', ')}`;
  return person.address === '' ? person.name : `${person.name} <${person.address}>`.trim();
}
