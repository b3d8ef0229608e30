import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as vscode from 'vscode';
import { attachLabel, chooseFromFolders, contentOf } from '../../../../extension/attachments/folders.js';
import { folderGlob } from '../../../../extension/attachments/screenshots/imageGlob.js';
import { failsWith } from '../../../failsWith.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

const file = (path: string, modified = 0) => ({ uri: `file:///w/${path}`, folder: 'w', path, bytes: 1, modified });
const context = {} as Parameters<typeof chooseFromFolders>[0];

/** The parts of VS Code that search and ask, played by the test. */
function play(found: readonly string[], choose: (labels: readonly string[]) => number | undefined) {
  Object.assign(vscode.workspace, {
    findFiles: () => Promise.resolve(found.map((path) => vscode.Uri.from({ scheme: 'file', path }))),
    getConfiguration: () => ({ get: () => undefined }),
  });
  Object.assign(vscode.window, {
    withProgress: (_: unknown, task: () => Promise<unknown>) => task(),
    showQuickPick: (items: readonly { label: string }[]) => {
      const index = choose(items.map(({ label }) => label));
      return Promise.resolve(index === undefined ? undefined : items[index]);
    },
  });
}

test('the_newest_are_taken_up_to_what_a_question_takes', () => {
  const pictures = Array.from({ length: 70 }, (_, index) => file(`${index}.PNG`, index));
  const content = contentOf([...pictures, file('a.pdf')]);
  assert.deepEqual([content.pictures.length, content.documents.length, content.allPictures], [64, 1, 70]);
  assert.equal(content.pictures[0]?.path, '69.PNG');
});

test('the_count_is_said_in_words', () => {
  assert.equal(
    attachLabel(contentOf([file('a.png'), file('b.png'), file('c.pdf')])),
    'Attach 2 pictures and 1 document',
  );
  assert.equal(attachLabel(contentOf([file('c.pdf'), file('d.md')])), 'Attach 2 documents');
  assert.equal(attachLabel(contentOf([file('a.png')])), 'Attach 1 picture');
});

test('a_folder_is_searched_for_pictures_and_documents_and_not_for_source_code', () => {
  const glob = folderGlob();
  for (const ending of ['[pP][nN][gG]', '[pP][dD][fF]', '[tT][xX][tT]', '[mM][dD]']) assert.ok(glob.includes(ending));
  assert.doesNotMatch(glob, /\[jJ\]\[sS\][,}]|\[cC\][,}]/);
});

test('nothing_of_a_folder_is_attached_before_its_count_was_agreed_to', async (t) => {
  const folder = scratchFolder(t);
  const files = ['a.png', 'b.pdf'].map((name) => writeFile(folder, name, Buffer.from('x')));
  const folders = [vscode.Uri.from({ scheme: 'file', path: folder })];
  play(files, (labels) => {
    assert.deepEqual(labels, ['$(attach) Attach 1 picture and 1 document', '$(list-selection) Choose pictures…']);
    return undefined;
  });
  assert.deepEqual(await chooseFromFolders(context, folders), []);
  play(files, () => 0);
  assert.deepEqual((await chooseFromFolders(context, folders)).map(({ path }) => path).sort(), [...files].sort());
});

test('a_folder_without_pictures_and_documents_says_so_and_what_helps', async (t) => {
  play([], () => undefined);
  const folders = [vscode.Uri.from({ scheme: 'file', path: scratchFolder(t) })];
  await assert.rejects(chooseFromFolders(context, folders), failsWith('file_empty', /no pictures and no documents/));
});
