import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AttachmentStore, nameOfPasted, safeFileName } from '../../../../extension/attachments/attachmentStore.js';
import { scratchFolder } from '../../../scratch.js';

test('bytes_are_kept_under_their_name_until_dropped', async (t) => {
  const folder = path.join(scratchFolder(t), 'not', 'made', 'yet');
  const store = new AttachmentStore(folder);
  const [id, other] = [crypto.randomUUID(), crypto.randomUUID()];
  const { path: file, sha256 } = await store.put(id, 'shot.png', Buffer.from('bytes'));
  const kept = await store.put(other, 'shot.png', Buffer.from('bytes'));
  assert.equal(path.basename(file), 'shot.png');
  assert.equal(sha256, kept.sha256);
  await store.drop([id]);
  assert.ok(!fs.existsSync(file));
  assert.equal(fs.readFileSync(kept.path, 'utf8'), 'bytes');
});

test('thumbnails_come_back_and_go_with_their_attachment', async (t) => {
  const store = new AttachmentStore(scratchFolder(t));
  const id = crypto.randomUUID();
  assert.equal(await store.thumbnail(id), undefined);
  await store.put(id, 'image.png', Buffer.from('the picture'));
  await store.putThumbnail(id, Buffer.from('small'));
  assert.equal(String(await store.thumbnail(id)), 'small');
  await store.drop([id]);
  assert.equal(await store.thumbnail(id), undefined);
});

test('an_id_cannot_name_another_folder', async (t) => {
  const folder = scratchFolder(t);
  const store = new AttachmentStore(path.join(folder, 'attachments'));
  await assert.rejects(store.drop(['..']), /Expected a UUID/);
  await assert.rejects(store.put('../x', 'a.png', Buffer.from('a')), /Expected a UUID/);
  assert.ok(fs.existsSync(folder));
});

test('names_become_file_names_of_every_system', () => {
  assert.equal(safeFileName('../../etc/passwd'), 'passwd');
  assert.equal(safeFileName('C:\\shots\\a.png'), 'a.png');
  assert.equal(safeFileName('a:b?.png'), 'a_b_.png');
  assert.equal(safeFileName('..'), '_');
  assert.equal(safeFileName('con.png'), '_con.png');
  assert.equal(safeFileName('console.png'), 'console.png');
  assert.equal(safeFileName(`${'x'.repeat(300)}.png`), `${'x'.repeat(80)}.png`);
});

test('pasted_bytes_without_a_name_get_one', () => {
  assert.equal(nameOfPasted(' ', 'image/webp', 'Pasted'), 'Pasted.webp');
  assert.equal(nameOfPasted('image.png', 'image/png', 'Pasted'), 'image.png');
});
