import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStepFor, reasonFrom, sentenceOf } from '../../../backend-native/protocol/errorReasons.js';
import { BackendError, errorCatalogue, errorFromData } from '../../../backend-native/protocol/errors.js';
import { sampleReasons } from '../errorSamples.js';

test('every_kind_has_a_sentence_without_a_full_stop_and_a_next_step_with_one', () => {
  for (const reason of sampleReasons) {
    const [sentence, nextStep] = [sentenceOf(reason), nextStepFor(reason)];
    assert.match(sentence, /^\S.*[^.]$/, reason.kind);
    assert.doesNotMatch(sentence, /undefined|\[object|\$\{/, reason.kind);
    if (nextStep !== undefined && reason.kind !== 'variant') assert.match(nextStep, /^[A-Z].*\.$/s, reason.kind);
  }
});

test('a_sentence_holds_every_name_and_text_of_its_facts', () => {
  for (const reason of sampleReasons) {
    const said = `${sentenceOf(reason)} ${nextStepFor(reason) ?? ''}`;
    for (const [name, value] of Object.entries(reason) as [string, unknown][])
      if (value === `some ${name}` && !(name === 'status' && 'signal' in reason))
        assert.ok(said.includes(value), `${reason.kind} ${name}`);
  }
});

test('an_error_says_what_its_facts_say_and_its_code_says_what_to_do_where_they_do_not', () => {
  const empty = new BackendError('file_empty', { kind: 'empty', file: 'a.txt' });
  assert.deepEqual([empty.message, empty.nextStep], ['a.txt is empty', errorCatalogue.file_empty.nextStep]);
  const zip = new BackendError('unsupported_document', { kind: 'noDocument', file: 'a.zip', is: 'zip' });
  assert.equal(zip.message, 'a.zip is a ZIP archive and no document');
  assert.equal(zip.nextStep, 'Unpack it and attach what is in it.');
});

test('facts_are_known_again_and_others_are_not_taken_for_them', () => {
  for (const reason of sampleReasons) {
    assert.deepEqual(reasonFrom(JSON.parse(JSON.stringify(reason))), reason);
    for (const name of Object.keys(reason))
      assert.equal(reasonFrom({ ...reason, [name]: { not: 'this' } }), undefined, `${reason.kind} ${name}`);
  }
  assert.equal(reasonFrom({ kind: 'noImage', file: 'a', is: 'something newer' }), undefined);
});

test('what_this_version_does_not_know_says_the_words_that_came_along', () => {
  const data = { code: 'file_empty', message: 'From the future', nextStep: 'Wait.', reason: { kind: 'ofTheFuture' } };
  const { message, nextStep, reason } = errorFromData(data) ?? {};
  assert.deepEqual([message, nextStep, reason], ['From the future', 'Wait.', undefined]);
});

test('nobody_makes_an_error_of_a_sentence', () => {
  // @ts-expect-error The type of the reason is the proof.
  const make = (): BackendError => new BackendError('internal', 'A sentence');
  assert.throws(make);
});
