/**
 * The packed extension in VS Code's own chat view, where nobody is signed in to anything: a participant is asked there
 * only once a model was chosen, which our command does.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { scratchFolder } from '../scratch.js';
import { WorkbenchPage } from './vsix/workbenchPage.js';
import { openWorkbench, whyNoWorkbench } from './workbench.js';

const vsix = path.join(packageRoot(), 'dist/trial', `look-once-${process.platform}-${process.arch}.vsix`);
const logs = path.join(packageRoot(), 'dist/test-logs/chat-view');

test('vs_codes_own_chat_answers_about_the_open_picture_without_a_sign_in', { skip: whyNoWorkbench() }, async (t) => {
  assert.ok(fs.existsSync(vsix), `${vsix} is not there; npm run test:vsix makes it`);
  fs.rmSync(logs, { recursive: true, force: true });
  const workspace = scratchFolder(t);
  fs.copyFileSync(path.join(packageRoot(), 'media/samples/terminal.png'), path.join(workspace, 'terminal.png'));
  const workbench = await openWorkbench({
    workspace,
    vsix,
    logs,
    settings: { 'chat.disableAIFeatures': false, 'workbench.secondarySideBar.defaultVisibility': 'visible' },
  });
  t.after(() => workbench.close());
  const { page } = workbench;
  page.setDefaultTimeout(30_000);
  const ui = new WorkbenchPage(page);
  const answers = page.locator('.interactive-item-container.interactive-response');
  try {
    await ui.openFile('terminal.png');
    await ui.runCommand("Look Once: Ask in VS Code's Chat");
    // The name of the participant stands in the question from then on.
    for (const turn of [0, 1]) {
      await page.locator('.interactive-input-part .slash-command, .interactive-input-part .mtk1').first().waitFor();
      await page.keyboard.type('What is the error code?');
      await page.keyboard.press('Enter');
      await answers.nth(turn).getByText('E4719').first().waitFor({ timeout: 120_000 });
    }
    assert.doesNotMatch((await answers.allInnerTexts()).join('\n'), /Nothing is attached|unavailable|[Ss]ign in/);
  } finally {
    await page.screenshot({ path: path.join(logs, 'end.png') });
  }
});
