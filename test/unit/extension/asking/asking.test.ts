import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KvMap } from '../../../../backend-native/protocol/kvMap.js';
import { processCrash } from '../../../../backend-native/protocol/processEnd.js';
import { conversationFromJson, conversationToJson } from '../../../../extension/conversation/conversationJson.js';
import type { RunningView } from '../../../../webview/protocol/state.js';
import { failsWith } from '../../../failsWith.js';
import { documentFile, imageFile } from '../attachments/sampleAttachments.js';
import { stats } from '../conversation/samples.js';
import { askingWorld as world, result, untilStopped } from './askingWorld.js';

test('an_answer_is_kept_with_what_it_cost', async (t) => {
  const { asking, conversations } = await world(t);
  await asking.ask({ question: ' What is it? ', attachments: [] });
  const [turn] = conversations.open.turns;
  assert.equal(turn?.question, 'What is it?');
  assert.deepEqual(turn.answers[0], {
    ratio: 'auto',
    text: 'It is E4719.',
    status: 'done',
    notes: [],
    hasKvMap: false,
    result: { ...stats, tokensPerSecond: 24, model: 'tiny', device: 'CPU', where: [], matching: [], loadMs: 321 },
  });
});

test('snapshots_hold_all_that_was_said_and_end_with_null_once_the_answer_is_in_its_place', async (t) => {
  const { asking, answers } = await world(t, (_, { progress }) => {
    progress({ phase: 'prefill', done: 1, total: 2 });
    progress({ phase: 'answer', tokens: 1, text: 'It' });
    progress({ phase: 'answer', tokens: 2, text: 'It is' });
    return new Promise((resolve) => {
      setTimeout(() => {
        resolve(result);
      }, 150);
    });
  });
  const seen: (RunningView | null)[] = [];
  let atEnd: unknown;
  asking.onDidProgress((running) => {
    seen.push(running);
    if (running === null) atEnd = answers();
  });
  await asking.ask({ question: 'What?', attachments: [] });
  assert.equal(seen[0]?.progress.phase, 'queued', 'the model is loaded already');
  assert.equal(seen.filter((one) => one !== null).at(-1)?.text, 'It is');
  assert.equal(seen.at(-1), null);
  assert.deepEqual(atEnd, [[['done', 'It is E4719.']]]);
});

test('a_follow_up_brings_the_turns_before_it', async (t) => {
  const { asking, asked, conversations } = await world(t);
  await asking.ask({
    question: 'One?',
    attachments: [imageFile('/a.png'), documentFile('/b.pdf', { id: 'b', pages: '2' })],
  });
  await asking.ask({ question: 'Two?', attachments: [] });
  assert.deepEqual(asked[1]?.conversation, {
    id: conversations.open.id,
    history: [
      {
        question: 'One?',
        answer: 'It is E4719.',
        images: [{ path: '/a.png' }],
        documents: [{ path: '/b.pdf', pages: '2', readAs: 'auto' }],
      },
    ],
  });
  assert.deepEqual(asked[0]?.conversation?.history, []);
});

test('seven_questions_may_wait_and_no_more', async (t) => {
  const { asking } = await world(t, untilStopped);
  const all = Array.from({ length: 8 }, (_, index) => asking.ask({ question: `${index}?`, attachments: [] }));
  await assert.rejects(asking.ask({ question: 'One more?', attachments: [] }), failsWith('busy', /7 questions wait/));
  asking.stop();
  await Promise.all(all);
});

test('a_crash_keeps_what_had_arrived_and_one_call_asks_again', async (t) => {
  let crash = true;
  const { asking, asked, answers, conversations } = await world(t, (_, { progress }) => {
    if (!crash) return Promise.resolve(result);
    progress({ phase: 'answer', tokens: 1, text: 'It' });
    return Promise.reject(processCrash(null, 'SIGKILL', ''));
  });
  await asking.ask({ question: 'What?', attachments: [imageFile('/a.png')] });
  assert.deepEqual(answers(), [[['failed', 'It']]]);
  const [failed] = conversations.open.turns;
  assert.equal(failed?.answers[0]?.error?.code, 'backend_crashed');
  assert.match(failed.answers[0].error.nextStep, /memory/);
  crash = false;
  await asking.startAgain(failed.id).over;
  assert.deepEqual(answers(), [[['done', 'It is E4719.']]]);
  assert.deepEqual(
    asked.map(({ images }) => images),
    [[{ path: '/a.png' }], [{ path: '/a.png' }]],
  );
});

test('asking_again_drops_what_followed', async (t) => {
  const { asking, asked, conversations } = await world(t);
  for (const question of ['One?', 'Two?', 'Three?']) await asking.ask({ question, attachments: [] });
  await asking.startAgain(conversations.open.turns[1]?.id ?? '', { question: 'Two and a half?' }).over;
  assert.deepEqual(
    conversations.open.turns.map(({ question }) => question),
    ['One?', 'Two and a half?'],
  );
  assert.deepEqual(
    asked.at(-1)?.conversation?.history.map(({ question }) => question),
    ['One?'],
  );
  assert.throws(() => asking.startAgain('no such turn'), failsWith('invalid_argument'));
});

test('the_first_answer_says_how_long_the_model_took_to_load', async (t) => {
  const { asking, conversations } = await world(t);
  for (const question of ['One?', 'Two?']) await asking.ask({ question, attachments: [] });
  assert.deepEqual(
    conversations.open.turns.map(({ answers }) => answers[0]?.result?.loadMs),
    [321, undefined],
  );
});

test('all_is_read_in_parts_from_when_the_user_asked_for_it', async (t) => {
  const { asking, asked, conversations } = await world(t);
  await asking.ask({ question: 'What?', attachments: [documentFile('/a.pdf')], compare: true });
  const turnId = () => conversations.open.turns[0]?.id ?? '';
  await asking.startAgain(turnId(), { readAll: true }).over;
  await asking.startAgain(turnId()).over;
  assert.deepEqual(
    asked.map(({ readAll }) => readAll),
    [undefined, undefined, true, true],
    'once, not for every ratio, and again when it is asked again',
  );
  const saved = conversationFromJson(conversationToJson(conversations.open));
  assert.equal(saved.turns[0]?.readAll, true);
});

test('less_is_read_where_the_user_would_not_wait_and_in_the_follow_ups', async (t) => {
  const { asking, asked, conversations } = await world(t);
  await asking.ask({ question: 'What?', attachments: [documentFile('/a.pdf')] });
  await asking.startAgain(conversations.open.turns[0]?.id ?? '', { documentTokens: 1500 }).over;
  const saved = conversationFromJson(conversationToJson(conversations.open));
  await asking.ask({ question: 'And then?', attachments: [] });
  await asking.startAgain(conversations.open.turns[0]?.id ?? '').over;
  assert.deepEqual(
    asked.map(({ documentLimits }) => documentLimits?.maxTokens),
    [0, 1500, 1500, 0],
    'asked again, all is read again',
  );
  assert.equal(saved.turns[0]?.documentTokens, 1500);
});

test('large_images_are_read_as_a_whole_where_the_user_would_not_wait_and_in_the_follow_ups', async (t) => {
  const { asking, asked, conversations } = await world(t);
  await asking.ask({ question: 'What?', attachments: [documentFile('/a.pdf')] });
  await asking.startAgain(conversations.open.turns[0]?.id ?? '', { shrinkImages: true }).over;
  const saved = conversationFromJson(conversationToJson(conversations.open));
  await asking.ask({ question: 'And then?', attachments: [] });
  await asking.startAgain(conversations.open.turns[0]?.id ?? '').over;
  assert.deepEqual(
    asked.map(({ largeImages }) => largeImages),
    ['auto', 'shrink', 'shrink', 'auto'],
  );
  assert.equal(saved.turns[0]?.shrinkImages, true);
});

test('what_was_kept_is_saved_with_the_attachments_that_its_images_show', async (t) => {
  const image = { name: 'a', width: 1, height: 1, readWidth: 1, readHeight: 1, tokens: 1, fromCache: false };
  const page = { ...image, document: { index: 0, page: 3 } };
  const map: KvMap = {
    layers: 1,
    headsKv: 1,
    layerCompressed: [true],
    images: [1, 2].map(() => ({ name: 'a', tokens: 1, tiles: [], survival: '/w==' })),
  };
  const { asking, conversations } = await world(t, () => Promise.resolve({ ...result, images: [page, image] }), map);
  await asking.ask({ question: 'What?', attachments: [imageFile('/a.png'), documentFile('/b.pdf', { id: 'b' })] });
  const [turn] = conversations.open.turns;
  assert.equal(turn?.answers[0]?.hasKvMap, true);
  const saved = JSON.parse((await conversations.readMap(conversations.open, turn.id, 0)) ?? '') as unknown;
  assert.deepEqual(saved, { map, pictures: [{ attachmentId: 'b', page: 3 }, { attachmentId: 'id of /a.png' }] });
});

test('nothing_is_not_a_question', async (t) => {
  const { asking, conversations } = await world(t);
  await assert.rejects(asking.ask({ question: ' \n', attachments: [] }), failsWith('invalid_argument'));
  assert.deepEqual(conversations.open.turns, []);
});
