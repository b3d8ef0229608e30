import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnosticsText } from '../../../extension/diagnostics.js';

const facts = {
  extension: '0.1.0',
  vscode: '1.106.0',
  platform: 'linux',
  node: 'v22',
  remote: 'none',
  trusted: true,
  memory: '1 of 2 GB free',
  backend: 'backend_crashed: /home/someone/models/a.gguf is not there',
  settings: { 'model.path': '/home/someone/models/a.gguf', 'model.folders': ['/home/someone', '/data'] },
  log: ['[info] loaded /home/someone/models/a.gguf'],
};

test('the_home_folder_is_shortened_wherever_it_appears', () => {
  const text = diagnosticsText(facts, '/home/someone');
  assert.doesNotMatch(text, /someone/);
  for (const part of [
    '~/models/a.gguf is not there',
    '"model.path": "~/models/a.gguf"',
    '[info] loaded ~/models/a.gguf',
    '"/data"',
    'vscode: 1.106.0',
  ])
    assert.ok(text.includes(part), part);
});

test('the_home_folder_of_windows_is_shortened_inside_of_json_too', () => {
  const text = diagnosticsText(
    { ...facts, settings: { 'model.path': 'C:\\Users\\someone\\a.gguf' } },
    'C:\\Users\\someone',
  );
  assert.ok(text.includes('"model.path": "~\\\\a.gguf"'), text);
});

test('a_home_that_is_the_root_changes_nothing', () => {
  assert.ok(diagnosticsText(facts, '/').includes('/home/someone/models/a.gguf'));
});
