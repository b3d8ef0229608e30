import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CrashLimit, LastWords, processCrash } from '../../../backend-native/protocol/processEnd.js';
import { failsWith } from '../../failsWith.js';

test('the_fifth_crash_within_three_minutes_is_the_last', () => {
  const limit = new CrashLimit();
  for (let crash = 0; crash < 4; crash += 1) limit.record(crash * 1000);
  assert.equal(limit.refusal(4000), undefined);
  limit.record(4000);
  failsWith('backend_crashed', /5 times within 3 minutes/)(limit.refusal(4000));
});

test('crashes_of_more_than_three_minutes_ago_do_not_count', () => {
  const limit = new CrashLimit();
  for (let crash = 0; crash < 5; crash += 1) limit.record(crash * 60_000);
  assert.equal(limit.refusal(4 * 60_000), undefined);
});

test('a_user_may_start_it_all_the_same', () => {
  const limit = new CrashLimit();
  for (let crash = 0; crash < 5; crash += 1) limit.record(crash);
  limit.forget();
  assert.equal(limit.refusal(5), undefined);
});

test('the_last_words_are_those_about_the_end', () => {
  const words = new LastWords();
  for (const line of ['loading', '', 'a.cpp:1: GGML_ASSERT(x) failed', 'backtrace 1', 'backtrace 2']) words.hear(line);
  assert.equal(words.toString(), 'a.cpp:1: GGML_ASSERT(x) failed');
  const others = new LastWords();
  for (const line of ['one', 'two', 'three', 'four']) others.hear(line);
  assert.equal(others.toString(), '', 'lines of the start explain no end');
});

test('a_lost_rpc_server_is_what_the_end_is_told_by', () => {
  const words = new LastWords();
  for (const line of [
    'loading',
    '/l/ggml/src/ggml-rpc/ggml-rpc.cpp:560: Remote RPC server crashed or returned malformed response',
    'backtrace',
  ])
    words.hear(line);
  const { message, nextStep } = processCrash(null, 'SIGABRT', words.toString());
  assert.match(message, /^An RPC server went away: .* by SIGABRT; its last words: .*Remote RPC server crashed/);
  assert.match(nextStep, /ggml-rpc-server/);
});

test('a_lost_gpu_is_what_the_end_is_told_by', () => {
  const words = new LastWords();
  for (const line of ['ggml_vulkan: device lost on Vulkan0', 'fatal: vk::Queue::submit: ErrorDeviceLost', 'Aborted'])
    words.hear(line);
  const { message, nextStep } = processCrash(null, 'SIGABRT', words.toString());
  assert.match(message, /^The GPU was lost: .* by SIGABRT; its last words: .*ErrorDeviceLost/);
  assert.match(nextStep, /restarts by itself.* on the CPU/);
});

test('an_end_is_told_by_its_signal_or_its_status', () => {
  assert.match(processCrash(null, 'SIGSEGV', '').message, /by SIGSEGV$/);
  assert.match(processCrash(3, null, 'bye').message, /with status 3; its last words: bye/);
  assert.match(processCrash(null, 'SIGKILL', '').nextStep, /memory/);
});
