import PostalMime, { type Address } from 'postal-mime';
import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import { wholeText, type DocumentContent } from '../documentContent.js';
import { withoutSigns } from '../pictureMarks.js';
import { markdownOf } from './markdownOf.js';
import { damagedFile } from '../../damagedFile.js';

/** An e-mail: who, when, about what, and its text. What is attached to it is named. */
export async function readEmail(name: string, bytes: Buffer): Promise<DocumentContent> {
  let mail;
  try {
    mail = await PostalMime.parse(bytes, { maxNestingDepth: 50 });
  } catch (error) {
    throw damagedFile('corrupt_document', name, 'e-mail', error);
  }
  const head = [
    ['From', mail.from && [mail.from]],
    ['To', mail.to],
    ['Cc', mail.cc],
  ] as const;
  const lines = head.flatMap(([label, people]) =>
    people?.length ? [`${label}: ${people.map(written).join(', ')}`] : [],
  );
  if (mail.date) lines.push(`Date: ${mail.date}`);
  if (mail.subject) lines.push(`Subject: ${mail.subject}`);
  const html = mail.html === undefined ? undefined : markdownOf(mail.html, { collapse: true });
  const body = mail.text?.trim() ? mail.text.trim() : (html?.text ?? '');
  const names = mail.attachments.map(({ filename, mimeType }) => filename ?? mimeType);
  if (lines.length === 0 && body === '') throw new BackendError('file_empty', `${name} holds no text`);
  const notes: DocumentNote[] = names.length > 0 ? [{ kind: 'attachedFiles', names }] : [];
  return wholeText(withoutSigns(`${lines.join('\n')}\n\n${body}`.trim()), notes);
}

function written(person: Address): string {
  return person.address === undefined || person.address === ''
    ? person.name
    : `${person.name} <${person.address}>`.trim();
}
