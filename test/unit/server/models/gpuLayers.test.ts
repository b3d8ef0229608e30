import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { defaultEngineSettings } from '../../../../backend-native/protocol/model.js';
import { gpuLayersFor } from '../../../../backend-native/server/models/gpuLayers.js';
import { writeFixture } from '../../../fixtures/writeFixture.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

const gibibyte = 2 ** 30;

test('as_many_layers_as_fit_go_to_a_gpu_that_is_too_small', async (t) => {
  const { model, mmproj } = await writeFixture('llamaGqa', scratchFolder(t));
  const files = { modelPath: model, mmprojPath: mmproj };
  const on = (freeBytes: number, settings = {}) =>
    gpuLayersFor(
      files,
      { ...defaultEngineSettings, ...settings },
      { device: 'GPU', freeBytes, systemFreeBytes: 8 * gibibyte },
    );
  assert.equal(on(8 * gibibyte), -1, 'all of them');
  assert.equal(on(1000), 0, 'none');
  assert.equal(on(1000, { gpuLayers: 3 }), 3, 'the user has chosen');
  assert.equal(on(1000, { rpcServers: ['host:1'] }), -1, 'servers have memory of their own');
  const cpu = { device: 'CPU', freeBytes: 1000 };
  assert.equal(gpuLayersFor(files, defaultEngineSettings, cpu), -1);
  const damaged = { modelPath: writeFile(scratchFolder(t), 'm.gguf', 'GGUF') };
  assert.equal(gpuLayersFor(damaged, defaultEngineSettings, { ...cpu, systemFreeBytes: 1 }), -1);
  assert.equal(
    gpuLayersFor({ modelPath: path.resolve('/none.gguf') }, defaultEngineSettings, { ...cpu, systemFreeBytes: 1 }),
    -1,
  );
});
