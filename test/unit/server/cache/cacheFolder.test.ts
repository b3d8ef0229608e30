import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  cacheInfo,
  clearCacheFolder,
  prepareCacheFolder,
} from '../../../../backend-native/server/cache/cacheFolder.js';
import { failsWith } from '../../../failsWith.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

/** @returns whether the folder can be used, and the warnings */
async function prepared(folder: string): Promise<{ usable: boolean; warnings: string[] }> {
  const warnings: string[] = [];
  return { usable: await prepareCacheFolder(folder, (warning) => warnings.push(warning)), warnings };
}

test(
  'a_new_folder_is_for_this_user_alone',
  { skip: process.platform === 'win32' && 'Windows has no such modes' },
  async (t) => {
    const folder = path.join(scratchFolder(t), 'a', 'b');
    assert.deepEqual(await prepared(folder), { usable: true, warnings: [] });
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
    assert.deepEqual(await prepared(folder), { usable: true, warnings: [] });
  },
);

test('a_folder_that_cannot_be_used_is_a_warning_and_no_error', async (t) => {
  const file = writeFile(scratchFolder(t), 'file', 'x');
  for (const folder of [file, path.join(file, 'below')]) {
    const { usable, warnings } = await prepared(folder);
    assert.equal(usable, false);
    assert.match(
      warnings.join('\n'),
      /^Nothing is kept on disk: the cache folder .*file.* cannot be used \((EEXIST|ENOTDIR)\)$/,
    );
  }
});

test(
  'a_folder_that_cannot_be_written_to_is_used_with_a_warning',
  {
    skip:
      process.getuid?.() === 0
        ? 'root may write everywhere'
        : process.platform === 'win32' && 'Windows has no such modes',
  },
  async (t) => {
    const folder = scratchFolder(t);
    fs.chmodSync(folder, 0o500);
    const { usable, warnings } = await prepared(folder);
    assert.equal(usable, true);
    assert.match(warnings.join('\n'), /^Nothing new is kept on disk/);
  },
);

test('only_files_of_the_engine_are_counted_and_deleted', async (t) => {
  const folder = scratchFolder(t);
  writeFile(folder, 'a.lookonce', 'four');
  writeFile(folder, 'b.lookonce', 'seventy');
  writeFile(folder, 'notes.txt', 'mine');
  fs.mkdirSync(path.join(folder, 'folder.lookonce'));
  const elsewhere = writeFile(scratchFolder(t), 'c.lookonce', 'elsewhere');
  fs.symlinkSync(elsewhere, path.join(folder, 'link.lookonce'));
  assert.deepEqual(await cacheInfo({ folder, maxBytes: 100 }), { folder, maxBytes: 100, bytes: 11 });
  assert.deepEqual(await clearCacheFolder(folder), { folder, files: 2, freedBytes: 11 });
  assert.deepEqual(fs.readdirSync(folder).sort(), ['folder.lookonce', 'link.lookonce', 'notes.txt']);
  assert.equal(fs.readFileSync(elsewhere, 'utf8'), 'elsewhere');
  assert.deepEqual(await clearCacheFolder(folder), { folder, files: 0, freedBytes: 0 });
});

test('a_folder_that_is_not_there_is_an_empty_one', async (t) => {
  const folder = path.join(scratchFolder(t), 'nowhere');
  assert.equal((await cacheInfo({ folder, maxBytes: 1 })).bytes, 0);
  assert.deepEqual(await clearCacheFolder(folder), { folder, files: 0, freedBytes: 0 });
});

test('a_folder_to_clear_is_named_by_an_absolute_path', async () => {
  for (const folder of ['cache', '', 3, null])
    await assert.rejects(
      clearCacheFolder(folder),
      failsWith('invalid_argument', /an absolute path for the folder of the cache/),
    );
});
