import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackendClient } from '../../../backend-native/cli/backendClient.js';
import { failsWith } from '../../failsWith.js';
import { emptyModel, fakeEnvironment } from '../../server/fakeBackend.js';

test('after_a_model_that_does_not_load_the_one_before_is_loaded_again', async (t) => {
  const lines: string[] = [];
  const client = new BackendClient({ env: fakeEnvironment(), onLog: (line) => lines.push(line) });
  t.after(() => client.close());
  const loads = async (count: number) => {
    for (let tries = 0; tries < 200 && lines.filter(isLoad).length < count; tries += 1) await sleep(10);
    assert.equal(lines.filter(isLoad).length, count, lines.join('\n'));
  };
  const model = await emptyModel(t);
  const first = await client.ensureLoaded(model);
  assert.equal((await client.ensureLoaded({ ...model }))?.model, first?.model);
  assert.equal(first?.backend, client);
  await loads(1);
  await assert.rejects(client.ensureLoaded({ modelPath: '/no/such.gguf' }), failsWith('file_not_found'));
  assert.equal((await client.ensureLoaded(model))?.model.modelPath, model.modelPath);
  await loads(2);
});

function isLoad(line: string): boolean {
  return line.startsWith('loaded ');
}
