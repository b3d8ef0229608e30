import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import { unloadWhenIdle } from '../../../../extension/backend/unloadWhenIdle.js';
import type { ModelInfo } from '../../../../backend-native/protocol/model.js';
import { recordedLog } from '../doubles/log.js';

function world(t: TestContext, unloadAfterMinutes: number) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const backendChanged = new vscode.EventEmitter<void>();
  const settingsChanged = new vscode.EventEmitter<void>();
  const backend = {
    view: { status: 'ready' as 'ready' | 'busy' },
    model: {} as ModelInfo | undefined,
    onDidChange: backendChanged.event,
    unloaded: 0,
    unload: () => {
      backend.unloaded += 1;
      backend.model = undefined;
      return Promise.resolve();
    },
  };
  const settings = { current: { unloadAfterMinutes }, onDidChange: settingsChanged.event };
  const idle = unloadWhenIdle({ backend, settings, log: recordedLog().channel });
  t.after(() => {
    idle.dispose();
  });
  const become = (status: 'ready' | 'busy') => {
    backend.view = { status };
    backendChanged.fire();
  };
  return {
    backend,
    settings,
    become,
    settingsChanged,
    pass: (minutes: number) => {
      t.mock.timers.tick(minutes * 60_000);
    },
  };
}

test('a_model_is_unloaded_when_nobody_asked_for_so_many_minutes', (t) => {
  const { backend, become, pass } = world(t, 10);
  become('ready');
  pass(9);
  become('busy');
  pass(60);
  become('ready');
  pass(9);
  assert.equal(backend.unloaded, 0);
  pass(1);
  assert.equal(backend.unloaded, 1);
  become('ready');
  pass(60);
  assert.equal(backend.unloaded, 1);
});

test('with_0_a_model_stays_and_another_setting_counts_at_once', (t) => {
  const { backend, settings, become, settingsChanged, pass } = world(t, 0);
  become('ready');
  pass(1000);
  assert.equal(backend.unloaded, 0);
  settings.current.unloadAfterMinutes = 5;
  settingsChanged.fire();
  pass(5);
  assert.equal(backend.unloaded, 1);
});
