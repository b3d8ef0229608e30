import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendError, errorCatalogue, type ErrorCode } from '../../../backend-native/protocol/errors.js';
import { processCrash } from '../../../backend-native/protocol/processEnd.js';
import { asError, errorText, errorView } from '../../../extension/errors.js';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

test('every_code_has_a_next_step_for_vs_code_and_none_for_a_terminal', () => {
  for (const code of codes) {
    const { nextStep } = errorView(new BackendError(code, 'It went wrong.'));
    assert.notEqual(nextStep, '', code);
    assert.doesNotMatch(nextStep, /--\w|npm run/, code);
  }
});

test('a_case_that_knows_better_keeps_its_next_step_unless_it_is_for_the_terminal', () => {
  assert.equal(errorView(new BackendError('invalid_argument', 'no', 'Ask something.')).nextStep, 'Ask something.');
  assert.match(
    errorView(
      new BackendError('projector_missing', 'no', 'Give the projector with --mmproj; in its folder there is a.gguf.'),
    ).nextStep,
    /Choose a model/,
  );
});

test('a_process_that_the_system_ended_hints_at_memory', () => {
  assert.match(
    errorView(new BackendError('backend_crashed', 'The backend process ended by SIGKILL')).nextStep,
    /memory/,
  );
  assert.doesNotMatch(
    errorView(new BackendError('backend_crashed', 'The backend process ended by SIGABRT')).nextStep,
    /memory/,
  );
});

test('a_lost_rpc_server_names_its_setting', () => {
  const lost = processCrash(null, 'SIGABRT', 'ggml-rpc.cpp:560: Remote RPC server crashed');
  assert.match(errorView(lost).nextStep, /lookOnce\.model\.rpcServers/);
});

test('anything_thrown_becomes_an_error_with_a_code', () => {
  assert.equal(asError('no').code, 'internal');
  assert.equal(asError(Object.assign(new Error('gone'), { code: 'file_not_found' })).code, 'file_not_found');
  assert.equal(asError(Object.assign(new Error('gone'), { code: 'ENOENT' })).code, 'internal');
});

test('the_line_for_a_message_box_has_one_full_stop_between_its_sentences', () => {
  assert.equal(
    errorText(new BackendError('busy', 'A question waits already', 'Wait.')),
    'A question waits already. Wait.',
  );
  assert.equal(
    errorText(new BackendError('busy', 'A question waits already.', 'Wait.')),
    'A question waits already. Wait.',
  );
});
