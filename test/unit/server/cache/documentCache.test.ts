import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { DocumentContent } from '../../../../backend-native/server/attachments/documents/documentContent.js';
import { openDocument } from '../../../../backend-native/server/attachments/documents/openDocument.js';
import { documentCache, documentKey } from '../../../../backend-native/server/cache/documentCache.js';
import { temporaryDir } from '../../../fixtures/temporaryDir.js';

const content: DocumentContent = {
  unit: 'section',
  count: 2,
  pages: [
    { page: 1, title: 'Tides', text: 'High water at 04:10 — ✓' },
    { page: 2, text: '' },
  ],
  notes: [],
  pictures: [{ name: 'a.png', alt: 'a pier', bytes: Uint8Array.of(0, 137, 255) }],
};
const key = documentKey('docx', Buffer.from('a document'), '');

function cacheIn(folder: string) {
  const warnings: string[] = [];
  const cache = documentCache(
    () => ({ folder, maxBytes: 2 ** 30 }),
    (message) => warnings.push(message),
  );
  return { cache, warnings };
}

test('what_was_read_comes_back_in_another_process_with_its_pictures', async (t) => {
  const folder = await temporaryDir(t);
  const { cache, warnings } = cacheIn(folder);
  assert.equal(await cache.read(key), undefined);
  await cache.write(key, content);
  assert.deepEqual(await cache.read(key), content);
  assert.deepEqual(await cacheIn(folder).cache.read(key), content);
  assert.deepEqual(warnings, []);
});

test('a_damaged_file_is_as_good_as_none', async (t) => {
  const folder = await temporaryDir(t);
  await cacheIn(folder).cache.write(key, content);
  const [name = ''] = fs.readdirSync(folder).filter((file) => file.startsWith('document-'));
  const bytes = fs.readFileSync(path.join(folder, name));
  for (const damaged of [bytes.subarray(0, bytes.length / 2), Buffer.from('not packed'), Buffer.alloc(0)]) {
    fs.writeFileSync(path.join(folder, name), damaged);
    assert.equal(await cacheIn(folder).cache.read(key), undefined);
  }
});

test('the_same_bytes_in_another_format_or_other_pages_are_another_document', () => {
  const bytes = Buffer.from('a document');
  const keys = [documentKey('markdown', bytes, ''), documentKey('html', bytes, ''), documentKey('pdf', bytes, '1-2')];
  assert.equal(new Set([key, ...keys]).size, 4);
});

test('a_document_with_large_pictures_is_not_kept', async (t) => {
  const { cache } = cacheIn(await temporaryDir(t));
  await cache.write(key, { ...content, pictures: [{ name: 'b.png', alt: '', bytes: new Uint8Array(9 * 2 ** 20) }] });
  assert.equal(await cache.read(key), undefined);
});

test('a_document_is_read_once', async (t) => {
  const folder = await temporaryDir(t);
  const file = path.join(folder, 'notes.md');
  fs.writeFileSync(file, '# Tides\n\nHigh water at 04:10.');
  const { signal } = new AbortController();
  const kept = new Map<string, DocumentContent>();
  const cache = {
    read: (one: string) => Promise.resolve(kept.get(one)),
    write: (one: string, read: DocumentContent) => Promise.resolve(void kept.set(one, read)),
  };
  const first = await openDocument({ path: file }, { signal, cache });
  const [[only = '', read] = []] = kept;
  assert.equal(kept.size, 1);
  assert.ok(read && first && /High water/.test(first.pages[0]?.text ?? ''));
  kept.set(only, { ...read, pages: [{ page: 0, text: 'as it was kept' }] });
  const second = await openDocument({ path: file }, { signal, cache });
  assert.equal(second?.pages[0]?.text, 'as it was kept');
  fs.appendFileSync(file, ' Low water at 10:20.');
  const changed = await openDocument({ path: file }, { signal, cache });
  assert.match(changed?.pages[0]?.text ?? '', /Low water/);
});
