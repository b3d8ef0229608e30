import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asBackendError,
  BackendError,
  errorCatalogue,
  errorFromData,
} from '../../../backend-native/protocol/errors.js';
import { plainError } from '../../plainError.js';

test('every_code_says_what_it_means_and_what_to_do', () => {
  for (const [code, { meaning, nextStep }] of Object.entries(errorCatalogue)) {
    assert.match(meaning, /^[A-Z].+\.$/s, code);
    assert.match(nextStep, /^[A-Z].+\.$/s, code);
  }
});

test('an_error_comes_back_from_its_data', () => {
  const { code, message, nextStep } = plainError('file_not_found', 'There is no file x');
  const back = errorFromData(JSON.parse(JSON.stringify({ code, message, nextStep })));
  assert.ok(back instanceof BackendError);
  assert.deepEqual([back.code, back.message, back.nextStep], [code, message, nextStep]);
});

test('data_that_is_not_ours_is_no_error_of_ours', () => {
  for (const data of [undefined, null, 'text', {}, { code: 'toString', message: '', nextStep: '' }, { code: 'busy' }]) {
    assert.equal(errorFromData(data), undefined);
  }
});

test('anything_thrown_becomes_an_error_with_a_code', () => {
  assert.equal(asBackendError('no').code, 'internal');
  assert.equal(asBackendError(Object.assign(new Error('gone'), { code: 'file_not_found' })).code, 'file_not_found');
  assert.equal(asBackendError(Object.assign(new Error('gone'), { code: 'ENOENT' })).code, 'internal');
});

test('a_reason_goes_along_with_its_fields_and_an_unknown_one_leaves_the_words', () => {
  const { data } = new BackendError('projector_missing', {
    kind: 'projectorBeside',
    images: 1,
    model: 'm.gguf',
    files: ['a.gguf'],
  });
  assert.deepEqual(errorFromData(JSON.parse(JSON.stringify(data)))?.data, data);
  const newer = errorFromData({ ...data, reason: { kind: 'ofTheFuture' } });
  assert.deepEqual([newer?.nextStep, newer?.reason], [data.nextStep, undefined]);
  assert.equal(errorFromData({ ...data, reason: { kind: 'projectorBeside', files: 3 } })?.reason, undefined);
});
