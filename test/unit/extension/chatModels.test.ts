/** What the models of VS Code's chat say that they can do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as vscode from 'vscode';
import type { FoundModel } from '../../../backend-native/protocol/models.js';
import { ChatModels } from '../../../extension/chat/chatModels.js';
import { mementoDouble } from './doubles/memento.js';
import { settingsOf } from './doubles/settings.js';

const variant = (modelPath: string, tools: boolean) => ({
  modelPath,
  mmprojPath: null,
  sizeBytes: 1,
  quantisation: 'Q8_0',
  ...(tools ? { tools: true as const } : {}),
});

const found: FoundModel[] = [
  { source: 'embedded', name: 'embedded', architecture: 'llama', sizeLabel: '', variants: [variant('/e.gguf', false)] },
  {
    source: 'folder',
    name: 'other',
    architecture: 'llama',
    sizeLabel: '',
    variants: [variant('/a.gguf', true), variant('/b.gguf', false)],
  },
];

function chatModels({ status = 'ready', globalState = mementoDouble() } = {}) {
  const changed = new vscode.EventEmitter<void>();
  const backend = {
    view: { status },
    model: undefined as { readonly tools: boolean } | undefined,
    holds: () => true,
    onDidChange: changed.event,
    request: () => Promise.resolve({ models: found, folders: [] }),
  };
  const services = { settings: settingsOf(), backend, context: { globalState } };
  const models = new ChatModels(services as unknown as ConstructorParameters<typeof ChatModels>[0]);
  let changes = 0;
  models.onDidChangeLanguageModelChatInformation(() => (changes += 1));
  const told = async () =>
    (await models.provideLanguageModelChatInformation({ silent: true })).map(({ id, capabilities }) => [
      id,
      capabilities.toolCalling,
    ]);
  const load = (tools: boolean) => {
    backend.model = { tools };
    changed.fire();
  };
  return { told, load, changes: () => changes };
}

test('each_model_says_whether_it_calls_tools', async () => {
  const { told } = chatModels();
  assert.deepEqual(await told(), [
    ['settings', false],
    ['/a.gguf', true],
    ['/b.gguf', false],
  ]);
});

test('what_the_model_of_the_settings_can_do_is_known_once_it_was_loaded_and_kept', async () => {
  const globalState = mementoDouble();
  const first = chatModels({ status: 'stopped', globalState });
  assert.deepEqual(await first.told(), [['settings', false]]);
  first.load(true);
  first.load(true);
  assert.equal(first.changes(), 1);
  assert.deepEqual(await chatModels({ status: 'stopped', globalState }).told(), [['settings', true]]);
  first.load(false);
  assert.deepEqual(await first.told(), [['settings', false]]);
});
