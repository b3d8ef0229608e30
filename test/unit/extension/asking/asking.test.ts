import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import type { AskParams, AskProgress, AskResult } from '../../../../backend-native/protocol/ask.js';
import { BackendError } from '../../../../backend-native/protocol/errors.js';
import type { KvMap } from '../../../../backend-native/protocol/kvMap.js';
import { processCrash } from '../../../../backend-native/protocol/processEnd.js';
import type { ModelInfo } from '../../../../backend-native/protocol/model.js';
import { Asking, type AskingServices } from '../../../../extension/asking/asking.js';
import { conversationFromJson, conversationToJson } from '../../../../extension/conversation/conversationJson.js';
import { Conversations } from '../../../../extension/conversation/conversations.js';
import { Notices } from '../../../../extension/notices.js';
import type { RunningView } from '../../../../webview/protocol/state.js';
import { failsWith } from '../../../failsWith.js';
import { scratchFolder } from '../../../scratch.js';
import { documentFile, imageFile } from '../attachments/sampleAttachments.js';
import { stats } from '../conversation/samples.js';
import { recordedLog } from '../doubles/log.js';
import { mementoDouble } from '../doubles/memento.js';
import { settingsOf } from '../doubles/settings.js';

const model: ModelInfo = {
  modelPath: '/m/tiny.gguf',
  description: 'Tiny',
  architecture: 'llama',
  contextTrain: 4096,
  layers: 2,
  headsKv: 1,
  embedding: 8,
  parameters: 1,
  sizeBytes: 1,
  vision: true,
  reasoning: false,
  tools: false,
  rope: 'plain',
  memory: 'attention',
  devices: ['CPU'],
};

const result: AskResult = {
  ...stats,
  answer: 'It is E4719.',
  reasoning: '',
  reasoningTokens: 0,
  reasoningCut: false,
  where: [],
  matching: [],
};

type Reply = (
  params: AskParams,
  call: { signal: AbortSignal | undefined; progress: (value: AskProgress) => void },
) => Promise<AskResult>;

/** Asking with a backend that the test plays. */
async function world(
  t: TestContext,
  reply: Reply = () => Promise.resolve(result),
  map: KvMap | null = null,
  loaded: Promise<ModelInfo> = Promise.resolve(model),
) {
  const asked: AskParams[] = [];
  const loadTimes = [321];
  const changed = new vscode.EventEmitter<void>();
  const backend = {
    model,
    view: { status: 'ready' },
    onDidChange: changed.event,
    takeLoadMs: () => loadTimes.shift(),
    ensureLoaded: (signal?: AbortSignal) => (signal?.aborted ? Promise.resolve(undefined) : loaded),
    request: (
      method: string,
      params: AskParams,
      options: { signal?: AbortSignal; onProgress?: (value: AskProgress) => void } = {},
    ) => {
      if (method === 'lookOnce/kvMap') return Promise.resolve(map);
      asked.push(params);
      return reply(params, { signal: options.signal, progress: options.onProgress ?? (() => undefined) });
    },
  };
  const settings = settingsOf();
  const log = recordedLog();
  const conversations = new Conversations({
    folder: scratchFolder(t),
    memento: mementoDouble(),
    notices: new Notices(),
    log: log.channel,
  });
  await conversations.ready();
  const asking = new Asking({ settings, backend, conversations, log: log.channel } as unknown as AskingServices);
  t.after(async () => {
    asking.dispose();
    await conversations.flush();
  });
  const answers = () => conversations.open.turns.map((turn) => turn.answers.map(({ status, text }) => [status, text]));
  return { asking, asked, conversations, settings, answers, log };
}

/** Streams a word, and then waits until it is stopped. */
const untilStopped: Reply = (_, { signal, progress }) =>
  new Promise((resolve) => {
    progress({ phase: 'answer', tokens: 1, text: 'It' });
    const stop = () => {
      resolve({ ...result, answer: 'It', stop: 'cancelled' });
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
  });

const begun = (asking: Asking) =>
  new Promise<void>((resolve) => {
    const listening = asking.onDidProgress((running) => {
      if (running?.text === '') return;
      listening.dispose();
      resolve();
    });
  });

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

test('ratios_are_compared_the_full_cache_first', async (t) => {
  const { asking, asked, conversations } = await world(t);
  await asking.ask({ question: 'What?', attachments: [], compare: true });
  assert.deepEqual(
    asked.map(({ kv }) => kv?.ratio),
    [1, 0.2],
    'auto might keep everything too',
  );
  assert.deepEqual(
    asked.map(({ conversation }) => conversation?.history.length),
    [0, 0],
  );
  assert.deepEqual(
    conversations.open.turns[0]?.answers.map(({ ratio, status }) => [ratio, status]),
    [
      [1, 'done'],
      [0.2, 'done'],
    ],
  );
});

test('the_ratio_of_the_panel_counts_until_it_is_reset', async (t) => {
  const { asking, asked } = await world(t);
  asking.setRatio(0.5);
  await asking.ask({ question: 'One?', attachments: [] });
  await asking.ask({ question: 'Two?', attachments: [] });
  asking.setRatio(null);
  assert.equal(asking.ratio, 'auto');
  await asking.ask({ question: 'Three?', attachments: [] });
  assert.deepEqual(
    asked.map(({ kv }) => kv?.ratio),
    [0.5, 0.5, 'auto'],
  );
});

test('a_setting_that_is_changed_after_the_panel_chose_counts', async (t) => {
  const { asking, asked, settings } = await world(t);
  asking.setRatio(0.5);
  settings.change({ kv: { ...settings.current.kv, method: 'h2o' } });
  assert.equal(asking.ratio, 0.5, 'another setting has nothing to do with it');
  settings.change({ kv: { ...settings.current.kv, ratio: 0.3 } });
  await asking.ask({ question: 'One?', attachments: [] });
  assert.deepEqual(
    asked.map(({ kv }) => kv?.ratio),
    [0.3],
  );
});

test('the_panel_can_ask_for_auto_where_the_setting_is_a_number', async (t) => {
  const { asking, asked, settings } = await world(t);
  settings.change({ kv: { ...settings.current.kv, ratio: 0.3 } });
  asking.setRatio('auto');
  await asking.ask({ question: 'One?', attachments: [] });
  await asking.ask({ question: 'Two?', attachments: [] });
  assert.deepEqual(
    asked.map(({ kv }) => kv?.ratio),
    ['auto', 'auto'],
  );
});

test('whatever_auto_chose_is_no_mismatch', async (t) => {
  for (const kv of [
    { ratio: 0.37, ratioChoice: 'auto-by-memory' },
    { ratio: 1, ratioChoice: 'auto-by-length', compressed: false },
  ] as const) {
    const { asking, conversations } = await world(t, () => Promise.resolve({ ...result, kv: { ...result.kv, ...kv } }));
    await asking.ask({ question: 'What?', attachments: [] });
    assert.deepEqual(conversations.open.turns[0]?.answers[0]?.notes, []);
  }
});

test('another_ratio_than_the_one_asked_for_is_a_note', async (t) => {
  const { asking, conversations } = await world(t);
  await asking.ask({ question: 'What?', attachments: [], ratio: 0.5 });
  assert.deepEqual(conversations.open.turns[0]?.answers[0]?.notes, [
    {
      kind: 'cache',
      severity: 'info',
      text: 'The cache was compressed to a ratio of 0.2 rather than 0.5.',
      details: [],
    },
  ]);
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

test('seven_questions_may_wait_and_no_more', async (t) => {
  const { asking } = await world(t, untilStopped);
  const all = Array.from({ length: 8 }, (_, index) => asking.ask({ question: `${index}?`, attachments: [] }));
  await assert.rejects(asking.ask({ question: 'One more?', attachments: [] }), failsWith('busy', /7 questions wait/));
  asking.stop();
  await Promise.all(all);
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

test('a_follow_up_keeps_the_warnings_of_what_it_is_about', async (t) => {
  const image = {
    name: 'a.png',
    width: 1000,
    height: 1000,
    readWidth: 500,
    readHeight: 500,
    tokens: 9,
    fromCache: false,
  };
  let images = [image, { ...image, name: 'b.png' }];
  const { asking, conversations } = await world(t, () => Promise.resolve({ ...result, images }));
  await asking.ask({ question: 'What?', attachments: [imageFile('/a.png'), imageFile('/b.png')] });
  images = [];
  await asking.ask({ question: 'And then?', attachments: [] });
  const notes = conversations.open.turns.map((turn) => turn.answers[0]?.notes.map(({ kind, text }) => [kind, text]));
  assert.deepEqual(notes[0], [['shrunk', '2 pictures were read smaller than they are']]);
  assert.deepEqual(notes[1], notes[0]);
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

test('the_model_is_not_told_of_a_turn_that_failed_and_the_answer_says_so', async (t) => {
  let fail = true;
  const { asking, asked, conversations } = await world(t, () =>
    fail ? Promise.reject(new BackendError('internal', 'no')) : Promise.resolve(result),
  );
  await asking.ask({ question: 'One?', attachments: [] });
  fail = false;
  await asking.ask({ question: 'Two?', attachments: [] });
  assert.deepEqual(asked[1]?.conversation?.history, []);
  assert.match(conversations.open.turns[1]?.answers[0]?.notes[0]?.text ?? '', /not told of earlier questions/);
});

test('asking_again_drops_what_followed', async (t) => {
  const { asking, asked, conversations } = await world(t);
  for (const question of ['One?', 'Two?', 'Three?']) await asking.ask({ question, attachments: [] });
  await asking.startAgain(conversations.open.turns[1]?.id ?? '', 'Two and a half?').over;
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
  await asking.startAgain(turnId(), undefined, true).over;
  await asking.startAgain(turnId()).over;
  assert.deepEqual(
    asked.map(({ readAll }) => readAll),
    [undefined, undefined, true, true],
    'once, not for every ratio, and again when it is asked again',
  );
  const saved = conversationFromJson(conversationToJson(conversations.open));
  assert.equal(saved.turns[0]?.readAll, true);
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

test('what_is_otherwise_than_asked_is_a_note', async (t) => {
  const { asking, conversations, settings } = await world(t, () =>
    Promise.resolve({
      ...result,
      stop: 'length',
      kv: { ...result.kv, compressed: false, note: 'the prompt has fewer than 256 tokens' },
      images: [
        { name: 'a.png', width: 1000, height: 1000, readWidth: 500, readHeight: 500, tokens: 1, fromCache: false },
      ],
      documents: [
        {
          name: 'b.pdf',
          format: 'pdf',
          pages: 9,
          pagesAsText: '1',
          pagesAsImages: '',
          characters: 90,
          charactersRead: 10,
          tokens: 3,
          complete: false,
          unit: 'page',
          picturesRead: 0,
          notes: [],
          note: '',
        },
      ],
    }),
  );
  settings.change({ load: { engine: { device: 'CUDA0' } } });
  await asking.ask({ question: 'What?', attachments: [] });
  const notes = (conversations.open.turns[0]?.answers[0]?.notes ?? []).map(({ text, details }) =>
    [text, ...details].join(' '),
  );
  for (const note of [
    /a\.png .* 500 × 500/,
    /b\.pdf was read in part: 10 of 90/,
    /maxTokens/,
    /^The prompt has fewer/m,
    /CPU, not on CUDA0/,
  ]) {
    assert.ok(
      notes.some((one) => note.test(one)),
      `${note.source} is not in ${notes.join('\n')}`,
    );
  }
  assert.equal(notes.length, 5);
});

test('nothing_is_not_a_question', async (t) => {
  const { asking, conversations } = await world(t);
  await assert.rejects(asking.ask({ question: ' \n', attachments: [] }), failsWith('invalid_argument'));
  assert.deepEqual(conversations.open.turns, []);
});
