import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Guests, type GuestServices } from '../../../../extension/backend/guests.js';
import { failsWith } from '../../../failsWith.js';
import { scratchFolder, writeFile } from '../../../scratch.js';
import { plainError } from '../../../plainError.js';

const { signal } = new AbortController();
const call = { signal, progress: () => undefined };
const tick = () => sleep(5);

/** A window whose backend writes down what it is asked, and answers when it is told. */
function aWindow({ model = '/models/loaded.gguf' }: { model?: string | undefined } = {}) {
  const changed = new vscode.EventEmitter<void>();
  const progressed = new vscode.EventEmitter<null>();
  const asked: { method: string; params: Record<string, unknown> }[] = [];
  const answers: ((answer: unknown) => void)[] = [];
  const state = {
    status: 'ready',
    isAsking: false,
    model: model === '' ? undefined : { modelPath: model },
    loads: 0,
    /** Answers what is asked from now on by itself. */
    answersAtOnce: false,
  };
  const services = {
    backend: {
      get model() {
        return state.model;
      },
      get view() {
        return { status: state.status };
      },
      onDidChange: changed.event,
      ensureLoaded: () => {
        state.loads += 1;
        state.model = { modelPath: '/models/settings.gguf' };
        return Promise.resolve(state.model);
      },
      request: (method: string, params: Record<string, unknown>) => {
        asked.push({ method, params });
        return state.answersAtOnce ? Promise.resolve({ method }) : new Promise((resolve) => answers.push(resolve));
      },
    },
    asking: {
      get isAsking() {
        return state.isAsking;
      },
      onDidProgress: progressed.event,
    },
    settings: {
      current: { load: { modelPath: '/models/settings.gguf', engine: { cache: { folder: '/own', maxBytes: 9 } } } },
    },
  } as unknown as GuestServices;
  return {
    guests: new Guests(services),
    asked,
    answers,
    state,
    set: (values: Partial<typeof state>) => {
      Object.assign(state, values);
      changed.fire();
      progressed.fire(null);
    },
  };
}

test('guests_ask_one_after_the_other_and_after_the_user', async () => {
  const { guests, asked, answers, set } = aWindow();
  set({ isAsking: true });
  const one = guests.answer('lookOnce/ask', { question: 'one' }, call);
  const two = guests.answer('lookOnce/ask', { question: 'two' }, call);
  await tick();
  assert.deepEqual(asked, []);
  set({ isAsking: false, status: 'busy' });
  await tick();
  assert.deepEqual(asked, [], 'the chat is answered, which is the user as well');
  set({ status: 'ready' });
  await tick();
  assert.deepEqual(
    asked.map(({ params }) => params['question']),
    ['one'],
  );
  set({ isAsking: true });
  answers[0]?.('first');
  assert.equal(await one, 'first');
  await tick();
  assert.equal(asked.length, 1, 'the user has asked meanwhile');
  set({ isAsking: false });
  await tick();
  answers[1]?.('second');
  assert.equal(await two, 'second');
});

test('what_is_cancelled_waits_for_nobody_and_lets_the_next_one_pass', async () => {
  const { guests, asked, set, state } = aWindow();
  set({ isAsking: true });
  const abort = new AbortController();
  const left = guests.answer('lookOnce/ask', { question: 'left' }, { ...call, signal: abort.signal });
  const next = guests.answer('lookOnce/ask', { question: 'next' }, call);
  state.answersAtOnce = true;
  abort.abort();
  // The backend is told that it was cancelled, and says what that comes to.
  assert.deepEqual(await left, { method: 'lookOnce/ask' });
  assert.deepEqual(
    asked.map(({ params }) => params['question']),
    ['left'],
  );
  set({ isAsking: false });
  await next;
  assert.equal(asked.length, 2);
});

test('the_loaded_model_stays_and_another_is_refused', async (t) => {
  const folder = scratchFolder(t);
  const model = writeFile(folder, 'one.gguf', '');
  fs.symlinkSync(model, path.join(folder, 'link.gguf'));
  const { guests, state } = aWindow({ model });
  const load = (params: object) => guests.answer('lookOnce/load', params, call) as Promise<{ status: string }>;
  assert.equal((await load({ engine: { contextSize: 1 } })).status, 'loaded');
  assert.equal((await load({ modelPath: path.join(folder, 'link.gguf') })).status, 'loaded');
  await assert.rejects(load({ modelPath: '/models/settings.gguf' }), failsWith('model_not_loaded', /another model/));
  await assert.rejects(load({ modelPath: model, mmprojPath: '/other.gguf' }), failsWith('model_not_loaded', /another/));
  await assert.rejects(load({ modelPath: 7 }), failsWith('invalid_argument', /path of a model/));
  assert.equal(state.loads, 0);
});

test('where_none_is_loaded_it_is_that_of_the_settings_and_no_other', async () => {
  const { guests, state } = aWindow({ model: '' });
  const other = guests.answer('lookOnce/load', { modelPath: '/models/other.gguf' }, call);
  await assert.rejects(other, failsWith('model_not_loaded', /another model/));
  assert.equal(state.loads, 0);
  await guests.answer('lookOnce/load', { modelPath: '/models/settings.gguf' }, call);
  assert.equal(state.loads, 1);
  Object.assign(state, { model: undefined, answersAtOnce: true });
  await guests.answer('lookOnce/ask', { question: 'after it was unloaded' }, call);
  assert.equal(state.loads, 2);
});

test('a_conversation_of_a_guest_is_none_of_the_window', async () => {
  const { guests, asked, state } = aWindow();
  state.answersAtOnce = true;
  await guests.answer('lookOnce/ask', { question: 'q', conversation: { id: 'open', history: [] } }, call);
  assert.deepEqual(asked[0]?.params['conversation'], { id: 'guest:open', history: [] });
  const wrong = guests.answer('lookOnce/ask', { question: 'q', conversation: 'open' }, call);
  await assert.rejects(wrong, failsWith('invalid_argument', /an object/));
});

test('a_search_keeps_what_it_reads_where_the_window_does', async () => {
  const { guests, asked, state } = aWindow();
  Object.assign(state, { answersAtOnce: true, isAsking: true });
  await guests.answer('lookOnce/find', { query: 'x', attachments: [], cache: { folder: '/guest', maxBytes: 1 } }, call);
  assert.deepEqual(asked[0]?.params['cache'], { folder: '/own', maxBytes: 9 });
});

test('what_guests_may_not_ask_is_refused_and_never_reaches_the_backend', async () => {
  const { guests, asked } = aWindow();
  const others = ['lookOnce/unload', 'lookOnce/reset', 'lookOnce/clearCache', 'lookOnce/deleteModel', 'shutdown', ''];
  for (const method of [...others, 'lookOnce/download', 'lookOnce/kvMap', 'constructor'])
    await assert.rejects(guests.answer(method, {}, call), failsWith('invalid_argument', /guests may make/));
  for (const params of [null, 'text', [], 7])
    await assert.rejects(guests.answer('lookOnce/ask', params, call), failsWith('invalid_argument', /an object/));
  assert.deepEqual(asked, []);
});

test('too_many_at_once_are_turned_away', async () => {
  const { guests, answers } = aWindow();
  const asked = Array.from({ length: 64 }, () => guests.answer('lookOnce/models', {}, call));
  await assert.rejects(guests.answer('lookOnce/models', {}, call), failsWith('busy', /64 requests/));
  for (const answer of answers) answer(null);
  await Promise.all(asked);
  const more = guests.answer('lookOnce/models', {}, call);
  answers.at(-1)?.(null);
  assert.equal(await more, null);
});

test('errors_of_the_backend_reach_the_guest', async () => {
  const { guests, answers } = aWindow();
  const asked = guests.answer('lookOnce/showInput', {}, call);
  await tick();
  answers[0]?.(Promise.reject(plainError('file_not_found', 'gone')));
  await assert.rejects(asked, failsWith('file_not_found', /gone/));
});

test('no_guest_starts_a_backend_that_has_ended', async () => {
  const { guests, asked, set, state } = aWindow({ model: '' });
  set({ isAsking: true });
  const abort = new AbortController();
  const ofThatGuest = { ...call, signal: abort.signal };
  const waiting = [
    guests.answer('lookOnce/load', {}, ofThatGuest),
    guests.answer('lookOnce/ask', { question: 'q' }, ofThatGuest),
  ];
  set({ status: 'crashed', isAsking: false });
  // The guest is hung up on.
  abort.abort();
  for (const one of [...waiting, guests.answer('lookOnce/models', {}, call)])
    await assert.rejects(one, failsWith('backend_crashed', /has ended/));
  assert.deepEqual([asked, state.loads], [[], 0]);
});
