/** Folders, parts of pictures and long documents, as a user attaches them in a workbench. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import {
  activated,
  answerOfTerminal,
  ask,
  attach,
  lastAnswer,
  panelSends,
  question,
  sample,
  startAfresh,
} from './lookOnce.js';
import { manual } from '../../fixtures/documents/manual.js';
import { pdf } from '../../fixtures/documents/pdf.js';
import { hostSuite } from './hostSuite.js';
import { until } from './until.js';

export const run = hostSuite(() => {
  suite('a folder', () => {
    test('by_its_command_is_attached_after_a_count', async () => {
      await startAfresh();
      const folder = await folderOfThree();
      const asked = vscode.commands.executeCommand('lookOnce.askAboutFolder', folder, [folder]);
      await acceptUntilAttached(3);
      await asked;
      assert.deepEqual((await namesOfDraft()).sort(), ['notes.md', 'table.png', 'terminal.png']);
    });

    test('that_is_dropped_from_the_explorer_of_a_remote_window_is_attached_after_a_count', async () => {
      await startAfresh();
      const folder = await folderOfThree();
      // The Explorer of a remote window gives addresses of its own kind.
      const dropped = attach(folder.with({ scheme: 'vscode-remote', authority: 'ssh-remote+host' }));
      await acceptUntilAttached(3);
      await dropped;
      assert.deepEqual((await namesOfDraft()).sort(), ['notes.md', 'table.png', 'terminal.png']);
    });

    test('that_is_not_agreed_to_attaches_nothing', async () => {
      await startAfresh();
      const dropped = attach(await folderOfThree());
      let isOver = false;
      void dropped.then(() => {
        isOver = true;
      });
      await until('the count to be closed', async () => {
        await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
        return isOver;
      });
      assert.deepEqual(await namesOfDraft(), []);
    });

    test('without_anything_to_read_says_so_in_its_chip', async () => {
      await startAfresh();
      const empty = vscode.Uri.joinPath(workspaceFolder(), 'empty');
      await vscode.workspace.fs.createDirectory(empty);
      await attach(empty);
      const [chip] = (await activated()).state().draft.attachments;
      assert.equal(chip?.state, 'failed');
      assert.match(chip.error?.message ?? '', /no pictures and no documents in empty/);
      assert.notEqual(chip.error?.nextStep, '');
    });
  });

  suite('the screen', () => {
    test('of_another_machine_is_not_captured', async () => {
      await startAfresh();
      // This workbench is shown in a browser: what its process could capture is not what the user sees.
      await vscode.commands.executeCommand('lookOnce.askAboutScreen');
      assert.deepEqual(await namesOfDraft(), []);
    });
  });

  suite('a file of an odd name', () => {
    test('is_attached_by_its_address_and_answered', async () => {
      await startAfresh();
      const names = ['Shot 2026-05-12 at 9.41.00\u202fAM.png', 'a#b.png', 'a%41.png', 'höhe 🌊.png', 'a b+c.png'];
      for (const name of names) {
        const file = vscode.Uri.joinPath(workspaceFolder(), name);
        await vscode.workspace.fs.copy(sample('terminal.png'), file, { overwrite: true });
        await attach(file);
      }
      assert.deepEqual(await namesOfDraft(), names);
      await ask(question);
      const answer = await lastAnswer();
      assert.equal(answer.status, 'done', JSON.stringify(answer.error));
      assert.deepEqual(
        answer.result?.images.map(({ name }) => name),
        names,
      );
    });
  });

  suite('a part of a picture', () => {
    test('is_what_the_model_reads', async () => {
      await startAfresh();
      await attach(sample('terminal.png'));
      const whole = await until('the size of the picture', async () => {
        const [chip] = (await activated()).state().draft.attachments;
        return chip?.width !== undefined && chip;
      });
      const part = { x: 0, y: 0, width: 96, height: 40 };
      await panelSends('setAttachmentPart', { id: whole.id, part });
      const [chip] = (await activated()).state().draft.attachments;
      assert.deepEqual(chip?.part, { ...part, wholeWidth: 192, wholeHeight: 80 });
      await ask(question);
      const { status, error, result } = await lastAnswer();
      assert.equal(status, 'done', JSON.stringify(error));
      assert.deepEqual(
        result?.images.map(({ width, height }) => [width, height]),
        [[96, 40]],
      );
    });

    test('may_become_the_whole_picture_again', async () => {
      await startAfresh();
      await attach(sample('terminal.png'));
      const { id } = await until('the size of the picture', async () => {
        const [chip] = (await activated()).state().draft.attachments;
        return chip?.width !== undefined && chip;
      });
      await panelSends('setAttachmentPart', { id, part: { x: 0, y: 0, width: 20, height: 20 } });
      await assert.rejects(
        panelSends('setAttachmentPart', { id, part: { x: 100, y: 0, width: 200, height: 20 } }),
        /invalid_argument/,
      );
      await panelSends('setAttachmentPart', { id, part: null });
      await ask(question);
      const answer = await lastAnswer();
      assert.match(answer.text, new RegExp(answerOfTerminal));
      assert.deepEqual(
        answer.result?.images.map(({ width, height }) => [width, height]),
        [[192, 80]],
      );
    });
  });

  suite('a document of 500 pages', () => {
    test('that_is_still_being_read_holds_a_question_which_can_be_stopped', async () => {
      await startAfresh();
      const file = vscode.Uri.joinPath(workspaceFolder(), 'manual.pdf');
      await vscode.workspace.fs.writeFile(file, pdf(manual(500, 1).pages.map((lines) => ({ lines }))));
      await attach(file);
      const api = await activated();
      const isRead = () => api.state().draft.attachments[0]?.state === 'ready';
      assert.equal(isRead(), false, 'it takes longer than this');
      const asked = panelSends('ask', { question, compare: false });
      await panelSends('stop', null);
      assert.equal(await asked, false);
      assert.equal(api.state().conversation.turns.length, 0);
      assert.deepEqual(await namesOfDraft(), ['manual.pdf']);
      await until('the document to be read after all', isRead);
    });
  });

  suite('an answer', () => {
    test('is_inserted_behind_a_selection_and_what_is_typed_next_follows_it', async () => {
      const document = await vscode.workspace.openTextDocument({ content: 'alpha\nbeta\n' });
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(0, 0, 0, 5);
      await panelSends('insertAtCursor', { text: ' one' });
      assert.equal(document.getText(), 'alpha one\nbeta\n');
      await until('the cursor behind it', () => editor.selection.isEmpty && editor.selection.active.character === 9);
      await vscode.commands.executeCommand('type', { text: '!' });
      assert.equal(document.getText(), 'alpha one!\nbeta\n');
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
  });
});

function workspaceFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return folder.uri;
}

/** With two pictures, a document, and source code that is not attached with its folder. */
async function folderOfThree(): Promise<vscode.Uri> {
  const folder = vscode.Uri.joinPath(workspaceFolder(), 'shots');
  for (const name of ['terminal.png', 'table.png'])
    await vscode.workspace.fs.copy(sample(name), vscode.Uri.joinPath(folder, name), { overwrite: true });
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'notes.md'), Buffer.from('# Notes\n\nAlpha.\n'));
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'code.ts'), Buffer.from('export {};\n'));
  return folder;
}

async function namesOfDraft(): Promise<string[]> {
  return (await activated()).state().draft.attachments.map(({ name }) => name);
}

/** Agrees to the count, which comes some moments after the folder was given. */
async function acceptUntilAttached(count: number): Promise<void> {
  await until('the attachments', async () => {
    if ((await namesOfDraft()).length === count) return true;
    await vscode.commands.executeCommand('quickInput.accept');
    return false;
  });
}
