/** What Look Once offers in VS Code's chat, and in editors whose chat knows less. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as vscode from 'vscode';
import { registerChat, type NewerApi } from '../../../extension/chat/registerChat.js';
import { mementoDouble } from './doubles/memento.js';
import { settingsOf } from './doubles/settings.js';

/** Registers with an editor that has as much as is said. @returns what was registered, by the names of the functions */
function registeredIn(has: { models: boolean; parts: boolean; mcp: boolean }): string[] {
  const registered: string[] = [];
  const register = (what: string) => () => {
    registered.push(what);
    return new vscode.Disposable(() => undefined);
  };
  const api: NewerApi = {
    lm: {
      ...(has.models && { registerLanguageModelChatProvider: register('models') }),
      ...(has.mcp && { registerMcpServerDefinitionProvider: register('mcp') }),
    },
    ...(has.parts && { LanguageModelDataPart: {} }),
  };
  const services = {
    settings: settingsOf(),
    backend: { view: { status: 'ready' }, onDidChange: new vscode.EventEmitter<void>().event },
    context: { globalState: mementoDouble(), extensionPath: '/', extension: { packageJSON: { version: '1' } } },
  };
  registerChat(services as unknown as Parameters<typeof registerChat>[0], api).dispose();
  return registered;
}

test('an_editor_that_has_all_of_it_gets_models_and_an_mcp_server', () => {
  assert.deepEqual(registeredIn({ models: true, parts: true, mcp: true }), ['models', 'mcp']);
});

test('an_older_editor_gets_what_it_can_use_and_the_extension_starts_all_the_same', () => {
  assert.deepEqual(registeredIn({ models: false, parts: false, mcp: false }), []);
  assert.deepEqual(registeredIn({ models: false, parts: false, mcp: true }), ['mcp']);
  assert.deepEqual(registeredIn({ models: true, parts: false, mcp: true }), ['mcp'], 'a model could not see pictures');
});
