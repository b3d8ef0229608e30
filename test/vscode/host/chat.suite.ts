/** Look Once as a model and as tools of VS Code, asked as another extension or an agent would ask it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { activated, answerOfTerminal, extension, question, sample } from './lookOnce.js';
import { hostSuite } from './hostSuite.js';
import { backendPids } from './processes.js';

export const run = hostSuite(() => {
  suite('a model of the chat', () => {
    test('is_listed_and_reads_pictures', async () => {
      await activated();
      const [model] = await vscode.lm.selectChatModels({ vendor: 'look-once', id: 'settings' });
      assert.ok(model, 'the model of the settings is not listed');
      assert.ok(model.maxInputTokens > 0);
    });

    test('answers_about_a_picture_and_goes_on', async () => {
      const model = await settingsModel();
      const picture = vscode.LanguageModelDataPart.image(fs.readFileSync(sample('terminal.png').fsPath), 'image/png');
      const first = vscode.LanguageModelChatMessage.User([picture, new vscode.LanguageModelTextPart(question)]);
      const answer = await textOf(await model.sendRequest([first]));
      assert.match(answer, new RegExp(answerOfTerminal));
      const next = await model.sendRequest([
        first,
        vscode.LanguageModelChatMessage.Assistant(answer),
        vscode.LanguageModelChatMessage.User(question),
      ]);
      assert.notEqual(await textOf(next), '');
    });

    test('counts_tokens', async () => {
      const model = await settingsModel();
      assert.ok((await model.countTokens('The error code is E4719.')) > 3);
      const picture = vscode.LanguageModelDataPart.image(fs.readFileSync(sample('terminal.png').fsPath), 'image/png');
      const words = new vscode.LanguageModelTextPart('What is it?');
      const message = (...parts: (vscode.LanguageModelTextPart | vscode.LanguageModelDataPart)[]) =>
        model.countTokens(vscode.LanguageModelChatMessage.User(parts));
      assert.ok((await message(picture, words)) > (await message(words)) + 10);
    });

    test('tells_programs_what_an_answer_does_not_say', async () => {
      const model = await settingsModel();
      const response = await model.sendRequest([vscode.LanguageModelChatMessage.User(question)]);
      const notes: string[] = [];
      for await (const part of response.stream)
        if (part instanceof vscode.LanguageModelDataPart)
          notes.push(...(JSON.parse(new TextDecoder().decode(part.data)) as { notes: string[] }).notes);
      assert.match(notes.join('\n'), /stand-in|stands in/);
    });

    test('says_that_it_takes_no_tools_and_drops_none', async () => {
      const model = await settingsModel();
      const tools = [{ name: 'weather', description: 'The weather.' }];
      const asked = async () =>
        textOf(await model.sendRequest([vscode.LanguageModelChatMessage.User(question)], { tools }));
      await assert.rejects(asked(), /takes no tools/);
    });

    test('stops_when_it_is_cancelled', async () => {
      const model = await settingsModel();
      const source = new vscode.CancellationTokenSource();
      source.cancel();
      try {
        await textOf(await model.sendRequest([vscode.LanguageModelChatMessage.User('Hello')], {}, source.token));
      } catch (error) {
        // VS Code's own error of this name is not always of the class that extensions see.
        assert.match(String(error), /^Cancell?ed/);
      }
      assert.equal((await activated()).state().backend.status, 'ready');
    });
  });

  suite('an agent outside of the window', () => {
    test('is_answered_by_the_backend_of_the_window', async () => {
      const file = sampleInWorkspace('terminal.png');
      const client = new Client({ name: 'agent', version: '1' });
      const agent = new StdioClientTransport({
        command: process.execPath,
        args: [path.join(extension().extensionPath, 'dist', 'mcp.cjs'), '--root', workspace().fsPath],
        env: process.env as Record<string, string>,
      });
      await client.connect(agent);
      try {
        assert.equal(backendPids().length, 1);
        const answer = await client.callTool({ name: 'look', arguments: { question, images: [file] } });
        assert.match(JSON.stringify(answer.structuredContent), new RegExp(answerOfTerminal));
        assert.deepEqual(backendPids(agent.pid ?? 0), [], 'it has started one of its own');
        const read = await client.callTool({ name: 'read_text', arguments: { file: '../outside.png' } });
        assert.match(JSON.stringify(read.content), /path_not_allowed/);
      } finally {
        await client.close();
      }
    });
  });

  suite('a tool', () => {
    test('looks_at_a_file_and_says_where', async () => {
      const text = await invoked('lookonce_look', { question, files: [sampleInWorkspace('terminal.png')] });
      assert.match(text, new RegExp(answerOfTerminal));
    });

    test('reads_the_words_of_a_document', async () => {
      const file = vscode.Uri.joinPath(workspace(), 'notes.md');
      await vscode.workspace.fs.writeFile(file, Buffer.from('# Notes\n\nThe server is called alpha.\n'));
      assert.match(await invoked('lookonce_readText', { file: 'notes.md' }), /called alpha/);
    });

    test('finds_which_file_shows_something', async () => {
      const file = vscode.Uri.joinPath(workspace(), 'incident.md');
      await vscode.workspace.fs.writeFile(file, Buffer.from('# Incident\n\nThe turbine refused connections.\n'));
      const text = await invoked('lookonce_find', { query: 'turbine connections' });
      assert.match(text, /^- .*incident\.md, page 1: .*turbine refused/);
      assert.match(text, /\n\d+ files were read\.$/);
      assert.match(await invoked('lookonce_find', { query: '' }), /^error: invalid_argument: /);
      assert.match(await invoked('lookonce_find', { query: 'x', folder: '..' }), /^error: path_not_allowed: /);
    });

    test('refuses_what_lies_outside_of_the_workspace', async () => {
      const outside = sample('terminal.png').fsPath;
      assert.match(await invoked('lookonce_look', { question, files: [outside] }), /^error: path_not_allowed: /);
      assert.match(await invoked('lookonce_readText', { file: '../outside.txt' }), /^error: path_not_allowed: /);
    });
  });
});

function workspace(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return folder.uri;
}

function sampleInWorkspace(name: string): string {
  const file = vscode.Uri.joinPath(workspace(), name).fsPath;
  fs.copyFileSync(sample(name).fsPath, file);
  return file;
}

async function settingsModel(): Promise<vscode.LanguageModelChat> {
  const [model] = await vscode.lm.selectChatModels({ vendor: 'look-once', id: 'settings' });
  assert.ok(model);
  return model;
}

async function textOf(response: vscode.LanguageModelChatResponse): Promise<string> {
  let text = '';
  for await (const part of response.text) text += part;
  return text;
}

async function invoked(name: string, input: object): Promise<string> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}
