import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { decodeText, maxDocumentBytes, readDocument } from '../../../../backend-native/server/ingest/text.js';
import { failsWith } from '../../../failsWith.js';
import { png, solid } from '../../../fixtures/images.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

const words = 'Grüße, Ωmega ✓';

test('text_is_read_in_the_encodings_that_files_are_in', () => {
  const utf16 = Buffer.from(`\ufeff${words}`, 'utf16le');
  assert.equal(decodeText('a', Buffer.from(words)), words);
  assert.equal(decodeText('a', Buffer.from(`\ufeff${words}`)), words);
  assert.equal(decodeText('a', utf16), words);
  assert.equal(decodeText('a', Buffer.from(utf16).swap16()), words);
  assert.equal(decodeText('a', Buffer.from('Gr\xfc\xdfe \x80 5', 'latin1')), 'Grüße € 5');
});

test('line_ends_become_plain', () => {
  assert.equal(decodeText('a', Buffer.from('a\r\nb\rc\n')), 'a\nb\nc\n');
});

test('what_is_no_text_is_said_by_what_it_is', () => {
  assert.throws(() => decodeText('a', Buffer.from('%PDF-1.4')), failsWith('unsupported_document', /PDF/));
  assert.throws(() => decodeText('a', Buffer.from('PK\x03\x04')), failsWith('unsupported_document', /office/));
  assert.throws(() => decodeText('a', png(solid(2, 2, [0, 0, 0]))), failsWith('unsupported_document', /image/));
  assert.throws(() => decodeText('a', Buffer.from('a\0b')), failsWith('unsupported_document', /binary/));
  assert.throws(() => decodeText('a', Buffer.from('\xff\x01\x02\x03', 'latin1')), failsWith('unsupported_document', /binary/));
});

test('a_document_is_known_by_its_file_name', async (t) => {
  const file = writeFile(scratchFolder(t), 'notes.md', '# Notes');
  assert.deepEqual(await readDocument({ path: file }), { name: 'notes.md', text: '# Notes' });
});

test('paths_and_sizes_are_checked', async (t) => {
  const folder = scratchFolder(t);
  await assert.rejects(readDocument({ path: path.join(folder, 'none') }), failsWith('file_not_found'));
  await assert.rejects(readDocument({ path: folder }), failsWith('not_a_file'));
  await assert.rejects(readDocument({ path: writeFile(folder, 'empty', '') }), failsWith('file_empty'));
  await assert.rejects(readDocument({ name: 'pasted', text: ' \n' }), failsWith('file_empty'));
  const huge = writeFile(folder, 'huge', '');
  fs.truncateSync(huge, maxDocumentBytes + 1);
  await assert.rejects(readDocument({ path: huge }), failsWith('unsupported_document', /16 MB/));
});
