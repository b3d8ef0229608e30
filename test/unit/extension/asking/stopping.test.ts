import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskResult } from '../../../../backend-native/protocol/ask.js';
import { documentFile, imageFile } from '../attachments/sampleAttachments.js';
import { askingWorld as world, begun, result, untilStopped } from './askingWorld.js';

test('a_stop_does_not_wait_for_a_model_that_still_loads', async (t) => {
  const { asking, answers } = await world(t, undefined, null, new Promise(() => undefined));
  const asked = asking.ask({ question: 'What?', attachments: [] });
  await new Promise(setImmediate);
  asking.stop();
  await asked;
  assert.deepEqual(answers(), [[['stopped', '']]]);
});

test('what_was_attached_to_a_question_that_was_stopped_goes_with_the_next', async (t) => {
  let isStopped = false;
  const { asking, asked, conversations } = await world(t, (_, { signal }) => {
    if (isStopped) return Promise.resolve(result);
    return new Promise((resolve) => {
      signal?.addEventListener('abort', () => {
        resolve({ ...result, answer: '', stop: 'cancelled' });
      });
    });
  });
  const first = asking.ask({ question: 'One?', attachments: [documentFile('/book.pdf', { id: 'book' })] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  asking.stop();
  await first;
  isStopped = true;
  await asking.ask({
    question: 'Two?',
    attachments: [imageFile('/a.png'), documentFile('/book.pdf', { id: 'again' })],
  });
  await asking.ask({ question: 'Three?', attachments: [] });
  assert.deepEqual(
    conversations.open.turns.map(({ attachments }) => attachments.map(({ id, name }) => [id, name])[0]?.[0]),
    ['book', 'book', undefined],
  );
  assert.deepEqual(
    asked.map(({ documents, images }) => [documents?.length, images?.length]),
    [
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  );
});

test('stopping_keeps_what_had_arrived_and_ends_what_waits', async (t) => {
  const { asking, asked, answers } = await world(t, untilStopped);
  const started = begun(asking);
  const first = asking.ask({ question: 'One?', attachments: [], compare: true });
  const second = asking.ask({ question: 'Two?', attachments: [] });
  await started;
  asking.stop();
  await Promise.all([first, second]);
  assert.deepEqual(answers(), [
    [
      ['stopped', 'It'],
      ['stopped', ''],
    ],
    [['stopped', '']],
  ]);
  assert.equal(asked.length, 1);
});

test('a_question_that_waits_can_be_taken_back_and_one_that_is_answered_cannot', async (t) => {
  const { asking, asked, conversations } = await world(t, untilStopped);
  const started = begun(asking);
  const first = asking.ask({ question: 'One?', attachments: [] });
  const second = asking.ask({ question: 'Two?', attachments: [imageFile('/a.png')] });
  await started;
  const [one, two] = conversations.open.turns;
  assert.equal(asking.withdraw(one?.id ?? '', 'keep'), undefined);
  assert.equal(asking.withdraw(two?.id ?? '', 'keep')?.question, 'Two?');
  assert.deepEqual(
    conversations.open.turns.map(({ question }) => question),
    ['One?'],
  );
  asking.stop();
  await Promise.all([first, second]);
  assert.equal(asked.length, 1, 'it was never asked');
});

test('a_stop_is_felt_though_the_backend_goes_on', async (t) => {
  let end: (value: AskResult) => void = () => undefined;
  const { asking, answers } = await world(t, (_, { progress }) => {
    progress({ phase: 'answer', tokens: 1, text: 'It' });
    return new Promise((resolve) => {
      end = resolve;
    });
  });
  const started = begun(asking);
  const over = asking.ask({ question: 'All 500 pages?', attachments: [] });
  await started;
  const before = performance.now();
  asking.stop();
  await over;
  assert.ok(performance.now() - before < 500, `${performance.now() - before} ms`);
  assert.deepEqual(answers(), [[['stopped', 'It']]]);
  end(result);
});

test('the_end_of_the_window_saves_what_had_arrived', async (t) => {
  const { asking, answers } = await world(
    t,
    (_, { progress }) =>
      new Promise(() => {
        progress({ phase: 'answer', tokens: 1, text: 'It' });
      }),
  );
  const started = begun(asking);
  void asking.ask({ question: 'What?', attachments: [] });
  await started;
  await asking.close();
  assert.deepEqual(answers(), [[['stopped', 'It']]]);
});
