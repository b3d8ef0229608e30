import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackendClient } from '../../../../backend-native/cli/backendClient.js';
import { LoadedModel } from '../../../../backend-native/cli/loadedModel.js';
import { look } from '../../../../backend-native/cli/mcp/lookTool.js';
import type { SharedContext, ToolContext } from '../../../../backend-native/cli/mcp/toolContext.js';
import { Roots } from '../../../../backend-native/client/roots.js';
import { BackendError } from '../../../../backend-native/protocol/errors.js';
import { failsWith } from '../../../failsWith.js';

test('after_a_model_that_does_not_load_the_one_before_is_loaded_again', async () => {
  const loads: (string | undefined)[] = [];
  const request = (method: string, params: { modelPath?: string }) => {
    if (method === 'lookOnce/models')
      return Promise.resolve({ models: [{ variants: [{ modelPath: 'broken.gguf' }] }] });
    if (method === 'lookOnce/ask') return Promise.reject(new BackendError('busy', 'asked'));
    loads.push(params.modelPath);
    return params.modelPath === undefined
      ? Promise.resolve({ status: 'loaded', model: {} })
      : Promise.reject(new BackendError('model_invalid', 'not loaded'));
  };
  const client = { request } as unknown as BackendClient;
  const shared: SharedContext = { client, command: { kvRatio: 'auto', load: {} }, model: new LoadedModel(client, {}) };
  const roots = await Roots.of([]);
  const tool: ToolContext = { shared, roots, signal: new AbortController().signal, progress: () => undefined };
  const asked = failsWith('busy', /asked/);
  await assert.rejects(look({ question: 'One?' }, tool), asked);
  await assert.rejects(look({ question: 'Two?' }, tool), asked);
  await assert.rejects(
    look({ question: 'Three?', model: 'broken.gguf' }, tool),
    failsWith('model_invalid', /not loaded/),
  );
  await assert.rejects(look({ question: 'Four?' }, tool), asked);
  assert.deepEqual(loads, [undefined, 'broken.gguf', undefined]);
});
