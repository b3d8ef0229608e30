import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BackendError,
  errorCatalogue,
  errorFromData,
  type ErrorCode,
} from '../../../backend-native/protocol/errors.js';
import { processCrash } from '../../../backend-native/protocol/processEnd.js';
import { errorLog, errorText, errorView } from '../../../extension/errors.js';
import { plainError } from '../../plainError.js';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

test('every_code_has_a_next_step_for_vs_code_and_none_for_a_terminal', () => {
  for (const code of codes) {
    const { nextStep } = errorView(plainError(code, 'It went wrong.'));
    assert.notEqual(nextStep, '', code);
    assert.doesNotMatch(nextStep, /--\w|npm run/, code);
  }
});

test('what_the_extension_throws_keeps_its_own_words', () => {
  assert.equal(errorView(plainError('invalid_argument', 'no', 'Ask something.')).nextStep, 'Ask something.');
});

test('a_reason_has_words_for_vs_code', () => {
  const files = ['a.gguf', 'b.gguf'];
  const beside = new BackendError('projector_missing', { kind: 'projectorBeside', images: 1, model: 'm.gguf', files });
  assert.match(beside.nextStep, /--mmproj.*a\.gguf, b\.gguf/);
  const view = errorView(beside);
  assert.match(view.nextStep, /a\.gguf, b\.gguf/);
  assert.doesNotMatch(view.nextStep, /--\w/);
  assert.deepEqual(errorView(BackendError.from(view)), view, 'a view of a view is the same');
});

test('of_a_damaged_file_users_read_which_it_is_and_the_log_what_the_library_said', () => {
  const said = new BackendError(
    'corrupt_image',
    { kind: 'damaged', file: 'a.png', what: 'PNG file' },
    'pngload: libspng',
  );
  const view = errorView(said);
  assert.equal(view.message, 'a.png is damaged or incomplete.');
  assert.doesNotMatch(JSON.stringify(view), /libspng/);
  assert.match(errorLog(said), /libspng/);
  const travelled = errorFromData(JSON.parse(JSON.stringify(said.data)));
  assert.deepEqual([travelled?.detail, travelled?.reason], [said.detail, said.reason]);
});

test('a_process_that_the_system_ended_hints_at_memory', () => {
  assert.match(errorView(processCrash(null, 'SIGKILL', '')).nextStep, /memory/);
  assert.doesNotMatch(errorView(processCrash(null, 'SIGABRT', '')).nextStep, /memory/);
});

test('a_lost_rpc_server_names_its_setting', () => {
  const lost = processCrash(null, 'SIGABRT', 'ggml-rpc.cpp:560: Remote RPC server crashed');
  assert.match(errorView(lost).nextStep, /lookOnce\.model\.rpcServers/);
});

test('the_line_for_a_message_box_has_one_full_stop_between_its_sentences', () => {
  assert.equal(errorText(plainError('busy', 'A question waits already', 'Wait.')), 'A question waits already. Wait.');
  assert.equal(errorText(plainError('busy', 'A question waits already.', 'Wait.')), 'A question waits already. Wait.');
});
