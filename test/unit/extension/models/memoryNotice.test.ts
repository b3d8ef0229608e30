import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as vscode from 'vscode';
import type { ModelInfo } from '../../../../backend-native/protocol/model.js';
import { memoryNotice } from '../../../../extension/models/memoryNotice.js';

test('a_model_whose_cache_cannot_be_compressed_says_so_once_it_is_loaded', () => {
  const changed = new vscode.EventEmitter<void>();
  const shown = new Set<string>();
  const backend = { model: undefined as ModelInfo | undefined, onDidChange: changed.event };
  memoryNotice({
    backend,
    settings: { current: { kv: { ratio: 'auto', method: 'look-once' } } },
    notices: { show: ({ id }) => shown.add(id), dismiss: (id) => shown.delete(id) },
  });
  const load = (memory: ModelInfo['memory']) => {
    backend.model = { memory } as ModelInfo;
    changed.fire();
    return shown.size;
  };
  assert.deepEqual([load('attention'), load('hybrid'), load('sliding-window'), load('recurrent')], [0, 1, 0, 1]);
});
