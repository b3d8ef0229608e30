/** Pictures in Markdown, HTML and notebooks, as the editor of a workbench offers them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { suite, suiteTeardown, test } from 'mocha';
import * as vscode from 'vscode';
import { activated, sample, startAfresh } from './lookOnce.js';
import { selectedInTerminal } from '../../../extension/asking/askAboutTerminal.js';
import { hostSuite } from './hostSuite.js';
import { openPicker } from './picker.js';
import { until } from './until.js';

export const run = hostSuite(() => {
  suite('a picture in a text', () => {
    suiteTeardown(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

    test('is_described_by_an_action_and_one_undo_takes_it_back', async () => {
      const text = '# Notes\n\n![](../shots/a%20b.png)\n\n<img src="../shots/a%20b.png">\n';
      const { document } = await opened('docs/notes.md', text);
      const offered = await actionsAt(document, 2);
      assert.deepEqual(
        offered.map(({ title }) => title),
        ['Describe Image for Alt Text', 'Describe All 2 Images Without Alt Text'],
      );
      const command = offered[1]?.command;
      assert.ok(command);
      await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
      const [, markdown, html] = /!\[(.+)\]\(\.\.[^)]*\)\n\n<img alt="(.+)" src=/.exec(document.getText()) ?? [];
      assert.ok(markdown, document.getText());
      assert.equal(
        html,
        markdown
          .replace(/\\([\\[\]])/g, '$1')
          .replace(/&/g, '&amp;')
          .replace(/"/g, '&quot;'),
      );
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), text);
    });

    test('that_is_not_here_is_not_offered_and_said_when_it_is_asked_for', async () => {
      const text = '![](https://example.com/a.png) ![](missing.png)\n';
      const { document } = await opened('far.md', text);
      assert.deepEqual(
        (await actionsAt(document, 0)).map(({ title }) => title),
        ['Describe Image for Alt Text'],
      );
      await vscode.commands.executeCommand('lookOnce.describeImages', document.uri);
      assert.equal(document.getText(), text);
    });

    test('has_a_hover_that_asks_about_it', async () => {
      await startAfresh();
      const { document } = await opened('hover.html', '<p><img src="shots/a b.png" alt=""></p>\n');
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        new vscode.Position(0, 8),
      );
      const words = hovers.flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value));
      const [, args] = /command:lookOnce\.askAboutImage\?([^)]+)\)/.exec(words.join('\n')) ?? [];
      assert.ok(args, words.join('\n'));
      const [uri] = JSON.parse(decodeURIComponent(args)) as [vscode.Uri];
      assert.match(uri.path, /\/shots\/a b\.png$/);
    });

    test('without_a_text_is_marked_while_the_setting_is_on', async () => {
      const { document } = await opened('marked.md', '![](shots/a%20b.png) ![ok](shots/a%20b.png)\n');
      const marked = () => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Look Once');
      assert.deepEqual(marked(), []);
      const settings = vscode.workspace.getConfiguration('lookOnce.images');
      await settings.update('altTextDiagnostics', true, vscode.ConfigurationTarget.Global);
      await until('the picture is marked', () => marked().length === 1);
      await settings.update('altTextDiagnostics', undefined, vscode.ConfigurationTarget.Global);
      await until('the mark is gone', () => marked().length === 0);
    });
  });

  suite('a problem', () => {
    test('is_asked_about_with_a_screenshot_and_the_text_around_it', async () => {
      await startAfresh();
      const { document } = await opened('broken.txt', 'one\ntwo\nthree\n');
      const collection = vscode.languages.createDiagnosticCollection('test');
      const { Error: error, Warning: warning } = vscode.DiagnosticSeverity;
      collection.set(document.uri, [
        new vscode.Diagnostic(document.lineAt(0).range, 'A warning', warning),
        new vscode.Diagnostic(document.lineAt(1).range, 'Two is wrong', error),
      ]);
      const offered = async (line: number) =>
        (
          await vscode.commands.executeCommand<vscode.CodeAction[]>(
            'vscode.executeCodeActionProvider',
            document.uri,
            document.lineAt(line).range,
          )
        ).filter(({ command }) => command?.command === 'lookOnce.askAboutProblem');
      assert.deepEqual(await offered(0), []);
      const [action] = await offered(1);
      assert.deepEqual(action?.command?.arguments?.[1], 1);
      const picker = await openPicker(60, 'lookOnce.askAboutProblem', document.uri, 1);
      await picker.acceptAll();
      const names = await until('the attachments', async () => {
        const all = await attached();
        return all.some(([kind]) => kind === 'selection') && all;
      });
      assert.deepEqual(names.at(-1), ['selection', 'broken.txt:1-3']);
      assert.ok(
        names.some(([, name]) => name === 'a b.png'),
        JSON.stringify(names),
      );
      collection.dispose();
    });
  });

  suite('what is selected in the terminal', () => {
    test('is_asked_about_with_a_screenshot_and_the_clipboard_stays', async () => {
      await startAfresh();
      const terminal = vscode.window.createTerminal('test');
      terminal.show(false);
      await terminal.processId;
      terminal.sendText('echo E47$((10+9))');
      await vscode.env.clipboard.writeText('mine');
      await until('the selection', async () => {
        await vscode.commands.executeCommand('workbench.action.terminal.selectAll');
        return (await selectedInTerminal()).includes('E4719');
      });
      const picker = await openPicker(60, 'lookOnce.askAboutTerminal');
      await picker.acceptAll();
      const names = await until('the attachments', async () => {
        const all = await attached();
        return all.some(([, name]) => name === 'terminal.txt') && all;
      });
      assert.ok(
        names.some(([, name]) => name === 'a b.png'),
        JSON.stringify(names),
      );
      assert.equal(await vscode.env.clipboard.readText(), 'mine');
      terminal.dispose();
    });

    test('is_needed', async () => {
      await vscode.env.clipboard.writeText('mine');
      assert.equal(await selectedInTerminal(), '');
      assert.equal(await vscode.env.clipboard.readText(), 'mine');
    });
  });

  suite('a picture in the output of a notebook', () => {
    test('is_attached', async () => {
      await startAfresh();
      const png = fs.readFileSync(sample('terminal.png').fsPath).toString('base64');
      const output = (data: object) => ({ output_type: 'display_data', metadata: {}, data });
      const cell = (outputs: object[]) => ({
        cell_type: 'code',
        execution_count: 1,
        metadata: {},
        source: ['1'],
        outputs,
      });
      const cells = [
        cell([output({ 'text/plain': ['<Figure>'], 'image/png': png })]),
        cell([output({ 'text/plain': ['1'] })]),
      ];
      const uri = await written('plots.ipynb', JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
      const notebook = await vscode.workspace.openNotebookDocument(uri);
      await vscode.commands.executeCommand('lookOnce.askAboutOutput', notebook.cellAt(1));
      assert.deepEqual(await attached(), []);
      await vscode.commands.executeCommand('lookOnce.askAboutOutput', notebook.cellAt(0));
      assert.deepEqual(await attached(), [['image', 'plots-1-1.png']]);
      await startAfresh();
      await vscode.window.showNotebookDocument(notebook);
      await vscode.commands.executeCommand('lookOnce.askAboutOutput', { webviewSection: 'image' });
      assert.deepEqual(await attached(), [['image', 'plots-1-1.png']]);
    });
  });
});

/** A file of the workspace, beside a folder with a picture. */
async function written(name: string, text: string): Promise<vscode.Uri> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  await vscode.workspace.fs.copy(sample('terminal.png'), vscode.Uri.joinPath(folder.uri, 'shots/a b.png'), {
    overwrite: true,
  });
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return uri;
}

async function opened(name: string, text: string): Promise<vscode.TextEditor> {
  await activated();
  return vscode.window.showTextDocument(await written(name, text));
}

/** The workbench may hear of a new provider a moment after the extension host. */
async function actionsAt(document: vscode.TextDocument, line: number): Promise<vscode.CodeAction[]> {
  return until('the actions', async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      document.lineAt(line).range,
      vscode.CodeActionKind.RefactorRewrite.value,
    );
    const ours = actions.filter(({ command }) => command?.command === 'lookOnce.describeImages');
    return ours.length > 0 && ours;
  });
}

async function attached() {
  return (await activated()).state().draft.attachments.map(({ kind, name }) => [kind, name]);
}
