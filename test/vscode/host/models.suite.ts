/** From an empty profile to an answer of a model of the hub, by what a user does in the workbench. */
import assert from 'node:assert/strict';
import { test } from 'mocha';
import * as vscode from 'vscode';
import { activated, askAbout, sample } from './lookOnce.js';
import { hostSuite } from './hostSuite.js';
import { until } from './until.js';

export const run = hostSuite(() => {
  test('what_is_here_and_what_can_be_had_are_listed_without_asking_the_network', async () => {
    const box = await opened('lookOnce.chooseModel');
    const labels = box.items.map(({ label }) => label.replace(/\$\([\w-]+\)\s*/g, ''));
    assert.ok(labels.includes('Qwen3-VL 4B'), labels.join(', '));
    assert.ok(labels.includes('Add Model from the Hub…') && labels.includes('Choose a GGUF File…'));
    assert.ok(labels.indexOf('Comes with the extension') < labels.indexOf('From the hub'));
    box.hide();
  });

  test('a_model_of_the_hub_is_found_as_its_name_is_typed_fetched_and_answers', async () => {
    const box = await opened('lookOnce.addModel');
    box.value = 'tiny';
    await until('the hub to be searched', () => box.items.some(({ label }) => label === 'test/tiny'));
    await accept(box);
    // The choice among its quantisations.
    await until('the quantisations', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return modelPath() !== '' && projectorPath() !== '';
    });
    assert.match(modelPath(), /models--test--tiny.*tiny-Q8_0\.gguf$/);
    assert.match(projectorPath(), /mmproj/);
    const answer = await askAbout('What is this?', sample('terminal.png'));
    assert.equal(answer.status, 'done');
    assert.equal((await activated()).state().model.embedded, false);
  });

  test('what_was_fetched_is_here_from_then_on', async () => {
    const box = await opened('lookOnce.chooseModel');
    const found = box.items.find(({ label }) => label.startsWith('$(check)'));
    assert.match(found?.description ?? '', /Q8_0|F16/);
    assert.equal(found?.buttons?.length, 1, 'it can be deleted');
    box.hide();
  });
});

function modelPath(): string {
  return vscode.workspace.getConfiguration().get<string>('lookOnce.model.path') ?? '';
}

function projectorPath(): string {
  return vscode.workspace.getConfiguration().get<string>('lookOnce.model.projectorPath') ?? '';
}

async function accept(box: vscode.QuickPick<vscode.QuickPickItem>): Promise<void> {
  await until('the item to be active', () => box.activeItems.length > 0);
  await vscode.commands.executeCommand('quickInput.accept');
}

/** Runs a command that opens a quick pick, and gives that once it has items, or takes a text to search for. */
async function opened(command: string): Promise<vscode.QuickPick<vscode.QuickPickItem>> {
  const { createQuickPick } = vscode.window;
  let box: vscode.QuickPick<vscode.QuickPickItem> | undefined;
  // An extension's quick pick can be seen by nobody else: this is how the test gets to it.
  const watched = <T extends vscode.QuickPickItem>() => {
    const made = createQuickPick<T>();
    box = made;
    return made;
  };
  Object.defineProperty(vscode.window, 'createQuickPick', { value: watched, configurable: true, writable: true });
  try {
    void vscode.commands.executeCommand(command);
    return await until('the quick pick', () => box, 60);
  } finally {
    Object.defineProperty(vscode.window, 'createQuickPick', {
      value: createQuickPick,
      configurable: true,
      writable: true,
    });
  }
}
