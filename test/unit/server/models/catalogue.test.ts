import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../../backend-native/server/transport/packageRoot.js';
import { catalogue, isModel } from '../../../../backend-native/server/models/catalogue.js';
import { repositoryName } from '../../../../backend-native/server/models/hub/repository.js';

const file = path.join(packageRoot(), 'media', 'models.json');

test('every_entry_of_the_catalogue_has_its_form_and_no_size_or_hash_of_its_own', () => {
  const { models } = JSON.parse(fs.readFileSync(file, 'utf8')) as { models: Record<string, unknown>[] };
  const keys = ['name', 'repository', 'quantisations', 'licence', 'goodAt', 'memoryGigabytes'];
  for (const model of models) {
    assert.ok(isModel(model), JSON.stringify(model));
    assert.deepEqual(Object.keys(model), keys);
    assert.deepEqual(repositoryName(model.repository), { repository: model.repository, quantisation: '' });
    assert.ok(model.quantisations.length > 0 && model.goodAt.length > 0);
    for (const licence of [undefined, '', ' ', 7]) assert.ok(!isModel({ ...model, licence }), String(licence));
    // A name that says where to look is no licence: null is how that is said.
    assert.doesNotMatch(model.licence ?? '', /\b(?:see|says?|page|repository|unknown)\b/i, model.name);
  }
  const repositories = models.map(({ repository }) => repository);
  assert.equal(new Set(repositories).size, repositories.length, 'each once');
  assert.ok(repositories.includes('second-state/Llava-v1.5-7B-GGUF'), "the paper's model");
});

test('the_recommendation_is_the_best_reader_of_screenshots_that_fits', () => {
  const on = (gigabytes: number) => catalogue({ device: 'CPU', freeBytes: gigabytes * 1e9 });
  const { recommended: large, models } = on(64);
  assert.ok(models.every(({ fits }) => fits));
  assert.ok(models.find(({ repository }) => repository === large)?.goodAt.includes('screenshots'));
  const small = on(4);
  const chosen = small.models.find(({ repository }) => repository === small.recommended);
  assert.ok(chosen && chosen.memoryGigabytes <= 4 * 0.8);
  assert.equal(on(0.5).recommended, undefined);
});

test('a_small_gpu_does_not_hide_the_memory_of_the_machine', () => {
  const { device, freeBytes } = catalogue({ device: 'GPU', freeBytes: 2e9, systemFreeBytes: 16e9 });
  assert.deepEqual([device, freeBytes], ['CPU', 16e9]);
  const large = catalogue({ device: 'GPU', freeBytes: 24e9, systemFreeBytes: 16e9 });
  assert.deepEqual([large.device, large.freeBytes], ['GPU', 24e9]);
});
