import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendError, errorCatalogue, errorFromData } from '../../../backend-native/protocol/errors.js';

test('every_code_says_what_it_means_and_what_to_do', () => {
  for (const [code, { meaning, nextStep }] of Object.entries(errorCatalogue)) {
    assert.match(meaning, /^[A-Z].+\.$/s, code);
    assert.match(nextStep, /^[A-Z].+\.$/s, code);
  }
});

test('an_error_comes_back_from_its_data', () => {
  const { code, message, nextStep } = new BackendError('file_not_found', 'There is no file x');
  const back = errorFromData(JSON.parse(JSON.stringify({ code, message, nextStep })));
  assert.ok(back instanceof BackendError);
  assert.deepEqual([back.code, back.message, back.nextStep], [code, message, nextStep]);
});

test('data_that_is_not_ours_is_no_error_of_ours', () => {
  for (const data of [undefined, null, 'text', {}, { code: 'toString', message: '', nextStep: '' }, { code: 'busy' }]) {
    assert.equal(errorFromData(data), undefined);
  }
});
