import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repositoryName } from '../../../../../backend-native/server/models/hub/repository.js';
import { variantNamed, variantsOf } from '../../../../../backend-native/server/models/hub/variants.js';
import { failsWith } from '../../../../failsWith.js';

const files = (...paths: string[]) => paths.map((path, index) => ({ path, bytes: 100 + index, sha256: '' }));

test('a_repository_is_a_choice_of_quantisations_each_with_the_projector', () => {
  const variants = variantsOf(
    files('M-BF16.gguf', 'M-Q8_0.gguf', 'M-Q4_K_M.gguf', 'mmproj-M-f16.gguf', 'mmproj-M-Q8_0.gguf', 'imatrix.gguf'),
  );
  assert.deepEqual(
    variants.map(({ quantisation, files: [model, projector] }) => [quantisation, model?.path, projector?.path]),
    [
      ['Q4_K_M', 'M-Q4_K_M.gguf', 'mmproj-M-Q8_0.gguf'],
      ['Q8_0', 'M-Q8_0.gguf', 'mmproj-M-Q8_0.gguf'],
      ['BF16', 'M-BF16.gguf', 'mmproj-M-Q8_0.gguf'],
    ],
  );
  assert.ok(variants.every(({ readsImages }) => readsImages));
});

test('what_is_wanted_comes_first_and_is_found_in_any_case', () => {
  const all = files('m-q4_k_m.gguf', 'm-q8_0.gguf', 'm-UD-Q5_K_XL.gguf');
  assert.equal(variantsOf(all, ['q8_0'])[0]?.quantisation, 'Q8_0');
  assert.equal(variantsOf(all, ['Q2_K', 'Q8_0'])[0]?.quantisation, 'Q8_0', 'the best that there is');
  const variants = variantsOf(all);
  assert.equal(variantNamed(variants, 'q8_0')?.quantisation, 'Q8_0');
  assert.equal(variantNamed(variants, 'Q5_K_XL')?.quantisation, 'UD-Q5_K_XL');
  assert.equal(variantNamed(variants, 'Q2_K'), undefined);
  assert.equal(variants[0]?.readsImages, false);
});

test('a_split_model_is_one_and_an_incomplete_one_is_none', () => {
  const variants = variantsOf(
    files('Q4_K_M/M-00002-of-00002.gguf', 'Q4_K_M/M-00001-of-00002.gguf', 'Q8_0/M-00001-of-00002.gguf'),
  );
  assert.deepEqual(
    variants.map(({ quantisation, files: parts }) => [quantisation, ...parts.map(({ path }) => path)]),
    [['Q4_K_M', 'Q4_K_M/M-00001-of-00002.gguf', 'Q4_K_M/M-00002-of-00002.gguf']],
  );
});

test('a_repository_is_named_as_the_hub_does_or_refused', () => {
  assert.deepEqual(repositoryName('a/b-GGUF:q4_k_m'), { repository: 'a/b-GGUF', quantisation: 'q4_k_m' });
  assert.deepEqual(repositoryName(' https://huggingface.co/a/b '), { repository: 'a/b', quantisation: '' });
  for (const bad of ['a', 'a/b/c', '../x', 'a/..', 'a b/c', '', undefined, 'https://evil.example/a/b'])
    assert.throws(() => repositoryName(bad), failsWith('invalid_argument'), String(bad));
});
