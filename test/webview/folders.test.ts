/** Folders that are dropped from the desktop, by the browser's own drag and drop. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { scratchFolder } from '../scratch.js';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { panelState } from './samplePanel.js';

after(closeBrowser);

/** Two pictures and a document among what is not attached. */
function folderOfThree(t: TestContext): string {
  const folder = path.join(scratchFolder(t), 'shots');
  for (const [index, name] of ['old.png', 'deep/new.JPG', 'notes.md', 'code.ts', '.git/x.png'].entries()) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, Buffer.from([index]));
    fs.utimesSync(file, 1000 + index, 1000 + index);
  }
  return folder;
}

/** As the desktop does it. */
async function drop({ page }: PanelPage, ...files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 100, y: 100, data });
}

test('a_folder_of_the_desktop_is_attached_after_a_count', { skip }, async (t) => {
  const panel = await PanelPage.open({ state: panelState() });
  await drop(panel, folderOfThree(t));
  await panel.page.getByText('shots holds 2 pictures and 1 document.').waitFor();
  assert.deepEqual(panel.sent('attachBytes'), [], 'nothing is attached before the user agrees');
  await panel.picture('folder-offer');
  await panel.page.getByRole('button', { name: 'Attach', exact: true }).click();
  assert.deepEqual(
    (await panel.asked('attachBytes', 3)).map(({ name, base64 }) => [name, base64]),
    [
      ['new.JPG', 'AQ=='],
      ['old.png', 'AA=='],
      ['notes.md', 'Ag=='],
    ],
  );
  await panel.page.locator('.folder-offer').waitFor({ state: 'detached' });
  assert.deepEqual([panel.leaks, panel.problems], [[], []]);
  await panel.close();
});

test('a_folder_that_is_not_agreed_to_attaches_nothing', { skip }, async (t) => {
  const panel = await PanelPage.open({ state: panelState() });
  await drop(panel, folderOfThree(t));
  await panel.page.getByRole('button', { name: 'Cancel' }).click();
  await panel.page.locator('.folder-offer').waitFor({ state: 'detached' });
  assert.deepEqual(panel.sent('attachBytes'), []);
  await panel.close();
});

test('files_dropped_with_a_folder_are_attached_and_an_empty_folder_says_so', { skip }, async (t) => {
  const empty = path.join(scratchFolder(t), 'empty');
  fs.mkdirSync(empty);
  const panel = await PanelPage.open({ state: panelState() });
  await drop(panel, empty, path.join(folderOfThree(t), 'old.png'));
  await panel.page.getByText('There are no pictures and no documents in empty.').waitFor();
  assert.deepEqual(
    (await panel.asked('attachBytes')).map(({ name }) => name),
    ['old.png'],
  );
  await panel.close();
});
