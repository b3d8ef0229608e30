/// <reference lib="dom" />
/**
 * A new user's day with the packed extension, in a workbench that never saw this checkout: every way in, and what the
 * panel can do. On the way it takes the pictures of the README.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { PanelFrame } from './vsix/panelFrame.js';
import { takePicture } from './vsix/pictures.js';
import { WorkbenchPage } from './vsix/workbenchPage.js';
import { openWorkbench, whyNoWorkbench } from './workbench.js';

const question = 'What is the error code?';
const vsix = path.join(packageRoot(), 'dist/trial', `look-once-${process.platform}-${process.arch}.vsix`);
const samples = path.join(packageRoot(), 'media/samples');
const logs = path.join(packageRoot(), 'dist/test-logs/vsix');

test('the_packed_extension', { skip: whyNoWorkbench() }, async (t) => {
  assert.ok(fs.existsSync(vsix), `${vsix} is not there; npm run test:vsix makes it`);
  fs.rmSync(logs, { recursive: true, force: true });
  const workspace = workspaceOf(path.join(scratchFolder(t), 'storefront'));
  const profile = scratchFolder(t);
  const workbench = await openWorkbench({
    workspace,
    profile,
    vsix,
    logs,
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 1.5,
    // A preview that comes up would take the selection in the Explorer back to its file.
    settings: { 'workbench.secondarySideBar.defaultVisibility': 'visible', 'explorer.autoReveal': false },
  });
  const { page } = workbench;
  const ui = new WorkbenchPage(page);
  page.setDefaultTimeout(20_000);
  const panel = () => PanelFrame.find(page);
  // One step that fails leaves the others to say what they find.
  const step = async (name: string, run: () => Promise<void>) => {
    await t.test(name, async () => {
      try {
        await run();
      } catch (error) {
        await page.screenshot({ path: path.join(logs, `${name}.png`) });
        throw error;
      } finally {
        await page.keyboard.press('Escape');
      }
    });
  };
  const afresh = async () => {
    await ui.runCommand('Look Once: New Conversation');
    await (await panel()).removeAll();
  };

  try {
    await step('shows_a_welcome_while_there_is_nothing_to_show', async () => {
      await ui.runCommand('Look Once: Open Panel');
      await (await panel()).frame.getByText('Ask about what you see').waitFor();
      await ui.widenPanel(460);
      await takePicture(page.locator('.part.auxiliarybar'), 'welcome');
    });

    await step('an_image_of_the_explorer_is_asked_about_by_its_context_menu', async () => {
      await ui.choose(ui.file('build-failed.png'), 'Ask About Image');
      await (await panel()).chipsAre('build-failed.png');
      assert.match(await (await panel()).ask(question), /E4719/);
    });

    await step('a_follow_up_goes_on_with_the_conversation', async () => {
      await (await panel()).ask('What is the error code?');
      assert.equal(await (await panel()).turns.count(), 2);
    });

    await step('several_images_are_asked_about_at_once', async () => {
      await afresh();
      await ui.selectFiles('1.png', '8.png', 8);
      await ui.choose(ui.file('8.png'), 'Ask About Image');
      await (await panel()).chipsAre('1.png', '2.png', '3.png', '4.png', '5.png', '6.png', '7.png', '8.png');
      // Of so short a prompt auto keeps everything.
      await (await panel()).frame.locator('look-once-ratio input').fill('0.5');
      await (await panel()).ask(question);
      await (
        await panel()
      ).answers
        .last()
        .getByText(/\d+ → \d+ cells/)
        .waitFor();
    });

    await step('the_gauge_opens_to_all_numbers', async () => {
      const { answers } = await panel();
      await answers.last().locator('.gauge-line').click();
      await answers.last().getByText('Cells per KV head').waitFor();
      await violationsOf(await panel());
      await answers.last().locator('.gauge-line').click();
    });

    await step('the_heat_map_opens_from_the_chip_and_shows_every_layer', async () => {
      const { frame } = await panel();
      await frame.getByRole('button', { name: 'Show what was kept of 1.png' }).first().click();
      await frame.locator('look-once-heat-map canvas').first().waitFor({ timeout: 30_000 });
      await takePicture(page.locator('.part.auxiliarybar'), 'heatmap');
      await violationsOf(await panel());
      await frame.getByRole('button', { name: 'Close' }).click();
    });

    await step('an_image_on_its_tab_is_asked_about_by_its_context_menu', async () => {
      await afresh();
      await ui.openFile('table.png');
      await ui.choose(ui.tab('table.png'), 'Ask About Image');
      await (await panel()).chipsAre('table.png');
    });

    await step('a_document_is_asked_about_by_its_context_menu_and_pages_of_it_are_chosen', async () => {
      await afresh();
      await ui.choose(ui.file('handbook.pdf'), 'Ask About Document');
      await (await panel()).chipsAre('handbook.pdf');
      await (await panel()).button('Choose pages of handbook.pdf').click();
      await (await panel()).frame.locator('look-once-page-range').waitFor();
      await page.keyboard.press('Escape');
      assert.notEqual(await (await panel()).ask('What is this about?'), '');
    });

    await step('a_selection_is_asked_about_by_the_context_menu_of_the_editor', async () => {
      await afresh();
      await ui.openFile('notes.md');
      await page.locator('.monaco-editor .view-line').first().click({ clickCount: 3 });
      await ui.choose(page.locator('.monaco-editor .view-line').first(), 'Ask About Selection');
      await (await panel()).chipsAre('notes.md');
    });

    await step('a_question_may_come_first', async () => {
      await afresh();
      await ui.runCommand('Look Once: Ask…');
      await ui.quickInput().fill(question);
      await page.keyboard.press('Enter');
      await ui.quickPickRow('creenshots').click({ timeout: 20_000 });
      await ui.quickPickRow('build-failed.png').click({ timeout: 30_000 });
      await page.keyboard.press('Enter');
      assert.match(await (await panel()).lastAnswer(), /E4719/);
    });

    await step('the_screenshots_of_the_workspace_are_picked_newest_first', async () => {
      await afresh();
      await ui.runCommand('Look Once: Ask About Workspace Screenshots…');
      await ui.quickPickRow('build-failed.png').waitFor({ timeout: 30_000 });
      assert.match(
        (await page.locator('.quick-input-list .monaco-list-row').first().textContent()) ?? '',
        /build-failed\.png/,
      );
      await takePicture(page, 'screenshots');
      await ui.quickPickRow('build-failed.png').click();
      await page.keyboard.press('Enter');
      await (await panel()).chipsAre('build-failed.png');
    });

    await step('an_image_of_the_clipboard_is_asked_for_by_paste_where_the_host_sees_no_clipboard', async () => {
      await afresh();
      await ui.runCommand('Look Once: Ask About Clipboard Image');
      await (await panel()).frame.getByText(/^Paste the picture into the question/).waitFor({ timeout: 20_000 });
      await (await panel()).button('Dismiss').first().click();
    });

    await step('an_image_is_pasted_into_the_panel', async () => {
      await afresh();
      await (await panel()).paste('pasted.png', 'image/png', fs.readFileSync(path.join(samples, 'terminal.png')));
      await (await panel()).chipsAre('pasted.png');
      assert.match(await (await panel()).ask(question), /E4719/);
    });

    await step('files_are_dropped_on_the_panel', async () => {
      await afresh();
      await (
        await panel()
      ).drop(
        pathToFileURL(path.join(workspace, 'table.png')).href,
        pathToFileURL(path.join(workspace, 'notes.md')).href,
      );
      await (await panel()).chipsAre('table.png', 'notes.md');
    });

    await step('a_file_is_attached_by_the_button', async () => {
      await afresh();
      await (await panel()).button('Attach files…').first().click();
      await ui.enterPath(path.join(workspace, 'form.png'));
      await (await panel()).chipsAre('form.png');
    });

    await step('kv_ratios_are_compared_side_by_side', async () => {
      await afresh();
      await ui.selectFiles('1.png', '8.png', 8);
      await ui.choose(ui.file('8.png'), 'Ask About Image');
      await (await panel()).chipsAre('1.png', '2.png', '3.png', '4.png', '5.png', '6.png', '7.png', '8.png');
      // Of so short a prompt auto keeps everything.
      await (await panel()).frame.locator('look-once-ratio input').fill('0.2');
      await ui.runCommand('Look Once: Compare KV Ratios…');
      await ui.quickInput().fill('Is there an error?');
      await page.keyboard.press('Enter');
      const { answers, frame } = await panel();
      await answers.nth(1).locator('.answer-foot').waitFor({ timeout: 180_000 });
      await frame.getByText('Full KV cache').first().waitFor();
      await takePicture(page.locator('.part.auxiliarybar'), 'compare');
      await violationsOf(await panel());
      // A fifth of so short a prompt is too little for the answers that are asked for below.
      await frame.getByRole('button', { name: /^Use the setting again/ }).click();
    });

    await step('an_answer_is_stopped', async () => {
      await afresh();
      await (await panel()).paste('pasted.png', 'image/png', fs.readFileSync(path.join(samples, 'terminal.png')));
      await (await panel()).chipsAre('pasted.png');
      const backend = backendOf(profile);
      process.kill(backend, 'SIGSTOP');
      try {
        await (await panel()).question.fill(question);
        await (await panel()).question.press('Enter');
        await (await panel()).button(/^Stop/).first().click();
      } finally {
        process.kill(backend, 'SIGCONT');
      }
      await (
        await panel()
      ).answers
        .last()
        .getByText(/^Stopped/)
        .waitFor({ timeout: 60_000 });
    });

    await step('an_answer_that_the_backend_did_not_live_to_finish_is_asked_again_by_one_click', async () => {
      await afresh();
      await (await panel()).paste('pasted.png', 'image/png', fs.readFileSync(path.join(samples, 'terminal.png')));
      await (await panel()).chipsAre('pasted.png');
      const backend = backendOf(profile);
      process.kill(backend, 'SIGSTOP');
      await (await panel()).question.fill(question);
      await (await panel()).question.press('Enter');
      await (await panel()).turns.last().waitFor();
      process.kill(backend, 'SIGKILL');
      await (await panel()).answers.last().locator('.answer-foot').waitFor({ timeout: 60_000 });
      await takePicture(page.locator('.part.auxiliarybar'), 'crash');
      await (await panel()).answers.last().getByText('Ask again', { exact: true }).click();
      await (await panel()).answers.last().getByText('E4719').waitFor({ timeout: 120_000 });
    });

    await step('models_are_chosen_from_a_list_with_the_embedded_one', async () => {
      await ui.runCommand('Look Once: Choose Model…');
      await ui.quickPickRow('Embedded model').waitFor({ timeout: 60_000 });
    });

    await step('the_log_and_what_the_backend_is_are_shown', async () => {
      await ui.runCommand('Look Once: Show Log');
      await page.locator('.part.panel').getByText('OUTPUT', { exact: false }).first().waitFor({ timeout: 20_000 });
      await ui.runCommand('Look Once: Show Backend Info');
      await page.locator('.tabs-container .tab', { hasText: 'Look Once Backend' }).first().waitFor({ timeout: 60_000 });
      await ui.runCommand('Look Once: Copy Diagnostics');
      await ui.runCommand('View: Toggle Panel Visibility');
    });

    await step('the_walkthrough_shows_four_steps_and_its_button_attaches_the_sample', async () => {
      await afresh();
      await ui.runCommand('View: Close All Editors');
      await ui.runCommand('Look Once: Open Walkthrough');
      const steps = page.locator('.gettingStartedContainer .step-title');
      await steps.first().waitFor({ timeout: 30_000 });
      assert.equal(await page.locator('.gettingStartedContainer .getting-started-step').count(), 4);
      await page.waitForTimeout(1500);
      await takePicture(page, 'walkthrough');
      await page
        .locator('.gettingStartedContainer .monaco-button', { hasText: 'Ask About the Sample' })
        .first()
        .click();
      await (await panel()).chipsAre('terminal.png');
    });

    await step('the_panel_opens_as_an_editor', async () => {
      await ui.runCommand('View: Close All Editors');
      await ui.runCommand('Look Once: Open Panel in Editor');
      await page.locator('.tabs-container .tab', { hasText: 'Look Once' }).first().waitFor({ timeout: 20_000 });
      await ui.runCommand('View: Close All Editors');
    });

    await step('a_reload_brings_the_conversation_back', async () => {
      await afresh();
      await (await panel()).paste('pasted.png', 'image/png', fs.readFileSync(path.join(samples, 'terminal.png')));
      await (await panel()).ask(question);
      await page.reload();
      await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 120_000 });
      await (await panel()).answers.last().getByText('E4719').waitFor({ timeout: 60_000 });
    });

    await step('a_conversation_for_the_pictures', async () => {
      await afresh();
      await ui.runCommand('View: Close All Editors');
      await ui.openFile('build-failed.png');
      await ui.choose(ui.file('build-failed.png'), 'Ask About Image');
      await (await panel()).chipsAre('build-failed.png');
      await (await panel()).ask(question);
      await takePicture(page.locator('.part.auxiliarybar'), 'answer');
    });

    await step('every_theme_is_good_to_look_at_and_has_no_violation_of_accessibility', async () => {
      const themes = [
        { theme: 'Light Modern', kind: 'vscode-light', picture: 'panel-light' },
        { theme: 'Default High Contrast', kind: 'vscode-high-contrast', picture: 'panel-high-contrast' },
        { theme: 'Dark Modern', kind: 'vscode-dark', picture: 'panel-dark' },
      ];
      for (const { theme, kind, picture } of themes) {
        await ui.chooseTheme(theme);
        await (await panel()).frame.locator(`body.${kind}`).waitFor({ timeout: 30_000 });
        // Colours fade from one theme to the other.
        await page.waitForTimeout(1500);
        await violationsOf(await panel());
        await takePicture(page, picture);
      }
    });

    await step('the_panel_is_good_at_320_pixels', async () => {
      await ui.widenPanel(320);
      await page.waitForTimeout(500);
      await violationsOf(await panel());
      await takePicture(page.locator('.part.auxiliarybar'), 'panel-narrow');
    });
  } finally {
    await workbench.close();
  }
});

/** Files as a new user may have them; the pictures, newest first: build-failed.png, table.png, form.png. */
function workspaceOf(folder: string): string {
  fs.mkdirSync(folder);
  for (const [name, from] of [
    ['form.png', 'form.png'],
    ['table.png', 'table.png'],
    ['build-failed.png', 'terminal.png'],
    ['handbook.pdf', 'handbook.pdf'],
  ] as const) {
    fs.copyFileSync(path.join(samples, from), path.join(folder, name));
  }
  for (const name of fs.readdirSync(path.join(samples, 'eight')))
    fs.copyFileSync(path.join(samples, 'eight', name), path.join(folder, name));
  const minutesOld: Record<string, number> = { 'build-failed.png': 1, 'table.png': 90, 'form.png': 3000 };
  for (const name of fs.readdirSync(folder)) {
    const time = Date.now() / 1000 - 60 * (minutesOld[name] ?? 20_000);
    fs.utimesSync(path.join(folder, name), time, time);
  }
  writeFile(folder, 'notes.md', 'The server is called alpha.\n\nIt runs behind the gateway.\n');
  return folder;
}

/** The process that an installed extension of this profile has started. */
function backendOf(profile: string): number {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' });
  const line = table.split('\n').find((one) => one.includes(`${profile}/extensions/`) && one.includes('server.cjs'));
  assert.ok(line, 'there is no backend process');
  return Number.parseInt(line, 10);
}

/** Fails with what axe-core finds wrong in the panel. */
async function violationsOf({ frame }: PanelFrame): Promise<void> {
  await frame.evaluate(
    fs.readFileSync(createRequire(path.join(packageRoot(), 'package.json')).resolve('axe-core/axe.min.js'), 'utf8'),
  );
  const found = await frame.evaluate(async () => {
    // The page is transparent: what is behind it is outside of its frame, where axe does not see it.
    document.documentElement.style.background = 'var(--vscode-sideBar-background)';
    interface Axe {
      run(
        context: Document,
      ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
    }
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(document);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`),
    );
  });
  assert.deepEqual(found, []);
}
