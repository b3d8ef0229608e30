import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GitIgnore } from '../../../../../extension/attachments/screenshots/gitIgnore.js';

/** A tree of .gitignore files, and which of them were read. */
function tree(files: Record<string, string>) {
  const read: string[] = [];
  const git = new GitIgnore((folder) => {
    read.push(folder);
    return Promise.resolve(files[folder]);
  });
  return { read, git };
}

test('without_a_gitignore_nothing_is_ignored', async () => {
  assert.equal(await tree({}).git.ignores('a/b/c.png'), false);
});

test('patterns_apply_below_their_folder_only', async () => {
  const { git } = tree({ '': '/top.png\nbuild/\n', 'web': '*.webp\n!keep.webp\n' });
  const ignored = async (file: string) => await git.ignores(file);
  assert.deepEqual(
    await Promise.all(
      ['top.png', 'web/top.png', 'a/build/x.png', 'web/a/b.webp', 'web/keep.webp', 'b.webp', 'build.png'].map(ignored),
    ),
    [true, false, true, true, false, false, false],
  );
});

test('the_nearest_file_that_says_anything_decides', async () => {
  const { git } = tree({ '': '*.png\n', 'docs': '!shown.png\n', 'docs/old': 'shown.png\n' });
  assert.equal(await git.ignores('docs/shown.png'), false);
  assert.equal(await git.ignores('docs/other.png'), true);
  assert.equal(await git.ignores('docs/old/shown.png'), true);
});

test('an_exception_within_an_ignored_folder_does_not_count', async () => {
  const { git, read } = tree({ '': 'out/\n!out/keep.png\n', 'out': '!keep.png\n' });
  assert.equal(await git.ignores('out/keep.png'), true);
  assert.equal(await git.ignores('out/deep/er/keep.png'), true);
  assert.deepEqual(read, [''], 'nothing is read in an ignored folder');
});

test('contents_ignored_by_a_star_can_have_exceptions', async () => {
  const { git } = tree({ '': '/shots/*\n!/shots/public/\n' });
  assert.equal(await git.ignores('shots/a.png'), true);
  assert.equal(await git.ignores('shots/public/a.png'), false);
});

test('every_gitignore_is_read_once', async () => {
  const { git, read } = tree({ '': '*.tmp\n' });
  await Promise.all(Array.from({ length: 50 }, (_, index) => git.ignores(`a/b/${index}.png`)));
  assert.deepEqual(read.toSorted(), ['', 'a', 'a/b']);
});
