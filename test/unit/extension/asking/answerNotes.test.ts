import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageFile } from '../attachments/sampleAttachments.js';
import { askingWorld as world, result } from './askingWorld.js';
import { plainError } from '../../../plainError.js';

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

test('the_model_is_not_told_of_a_turn_that_failed_and_the_answer_says_so', async (t) => {
  let fail = true;
  const { asking, asked, conversations } = await world(t, () =>
    fail ? Promise.reject(plainError('internal', 'no')) : Promise.resolve(result),
  );
  await asking.ask({ question: 'One?', attachments: [] });
  fail = false;
  await asking.ask({ question: 'Two?', attachments: [] });
  assert.deepEqual(asked[1]?.conversation?.history, []);
  assert.match(conversations.open.turns[1]?.answers[0]?.notes[0]?.text ?? '', /not told of earlier questions/);
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
