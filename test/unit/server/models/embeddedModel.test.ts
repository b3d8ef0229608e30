import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { embeddedFiles, embeddedModel, findModelFile } from '../../../../backend-native/server/models/embeddedModel.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

function modelsIn(t: TestContext, folder: string): void {
  const before = process.env['LOOK_ONCE_MODELS'];
  process.env['LOOK_ONCE_MODELS'] = folder;
  t.after(() => {
    if (before === undefined) delete process.env['LOOK_ONCE_MODELS'];
    else process.env['LOOK_ONCE_MODELS'] = before;
  });
}

test('the_tiny_model_stands_in_and_says_which_file_is_missing', (t) => {
  modelsIn(t, scratchFolder(t));
  const { files, missing } = embeddedModel();
  assert.equal(path.basename(files.modelPath), 'look-once-tiny.gguf');
  assert.equal(files.adapterPaths, undefined);
  assert.ok(missing.includes(embeddedFiles.model));
});

test('the_base_weights_are_taken_from_the_folder_that_is_named', (t) => {
  const folder = scratchFolder(t);
  modelsIn(t, folder);
  const base = writeFile(folder, embeddedFiles.model, 'weights');
  assert.equal(findModelFile(embeddedFiles.model), base);
  assert.ok(!embeddedModel().missing.includes(embeddedFiles.model));
});
