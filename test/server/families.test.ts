/** Every family of models, end to end: the same answers as llama.cpp at ratio 1, the exact budget below it. */
import assert from 'node:assert/strict';
import { kvMethods, mergeRules } from '../../backend-native/protocol/kv.js';
import { keepsWholeCache } from '../../backend-native/protocol/model.js';
import { test } from 'node:test';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import { packableFamilyNames, visionFamilyNames, type VisionFamilyName } from '../fixtures/writeFixture.js';
import { ask, loadFamily, pageFile, referenceAnswer } from './realBackend.js';
import { strictBudget } from './strictBudget.js';

const tokens = 64;
const sampling = { maxTokens: tokens };
const question = 'What is this?';

for (const family of visionFamilyNames) {
  test(`${family}_answers_at_ratio_1_as_llama_mtmd_cli_does`, async (t) => {
    const { client, model, mmproj } = await loadFamily(t, family);
    for (const seed of ['one', 'two']) {
      const image = pageFile(t, 120, 90, seed);
      const result = await ask(client, { question, images: [{ path: image }], kv: { ratio: 1 }, sampling });
      const answer = result.answer.trim();
      const expected = await referenceAnswer(model, mmproj, `<__media__>\n${question}`, [image], answer.length);
      assert.equal(result.tokens, tokens);
      assert.equal(answer, expected.slice(0, answer.length));
      assert.equal(result.kv.compressed, false);
      assert.equal(result.kv.cellsAfter, result.prompt.tokens);
    }
  });
}

for (const family of packableFamilyNames) {
  test(`${family}_keeps_exactly_the_budget_at_ratio_0_2_decodes_and_follows_up`, async (t) => {
    const { client } = await loadFamily(t, family);
    const images = ['one', 'two', 'three'].map((seed) => ({ path: pageFile(t, 160, 120, seed) }));
    const kv = { ratio: 0.2, minPromptTokens: 16 };
    const talk = new ClientConversation(client);
    const first = await talk.ask({ question, images, kv, sampling });
    assert.equal(first.kv.compressed, true, first.kv.note);
    assert.equal(first.kv.cellsBefore, first.prompt.tokens);
    assert.equal(first.kv.cellsAfter, strictBudget(first.prompt.tokens, kv));
    assert.ok(first.kv.bytesAfter < first.kv.bytesBefore);
    assert.equal(first.tokens, tokens);
    assert.notEqual(first.answer.trim(), '');

    const more = await talk.ask({
      question: 'And then?',
      kv: { ...kv, minPromptTokens: 256 },
      sampling,
    });
    assert.equal(more.prompt.images, 0);
    assert.equal(more.prompt.imageTokens, 0);
    assert.equal(more.kv.compressed, false);
    assert.equal(more.kv.cellsAfter, first.kv.cellsAfter + first.tokens + more.prompt.tokens);
    assert.equal(more.tokens, tokens);
  });
}

test('a_hybrid_model_says_before_and_after_that_its_cache_stays_whole_answers_and_follows_up', async (t) => {
  const { client } = await loadFamily(t, 'qwen35');
  const { model } = await client.request('lookOnce/info', undefined);
  assert.ok(model);
  assert.equal(model.memory, 'hybrid');
  assert.ok(keepsWholeCache(model));
  const kv = { ratio: 0.2, minPromptTokens: 16 };
  const talk = new ClientConversation(client);
  const images = ['one', 'two', 'three'].map((seed) => ({ path: pageFile(t, 160, 120, seed) }));
  const first = await talk.ask({ question, images, kv, sampling });
  assert.deepEqual([first.kv.compressed, first.kv.ratio, first.kv.reason], [false, 1, 'no-compression']);
  assert.match(first.kv.note, /the cache is left full: the model keeps recurrent state/);
  assert.equal(first.kv.cellsAfter, first.prompt.tokens);
  assert.equal(first.tokens, tokens);

  const more = await talk.ask({ question: 'And then?', kv, sampling });
  assert.deepEqual([more.kv.compressed, more.kv.reason], [false, 'no-compression']);
  assert.equal(more.prompt.images, 0);
  assert.equal(more.kv.cellsAfter, first.kv.cellsAfter + first.tokens + more.prompt.tokens);
  assert.equal(more.tokens, tokens);
  assert.notEqual(more.answer, first.answer);
  const whole = await ask(client, { question, images, kv: { ratio: 1 }, sampling });
  assert.equal(first.answer, whole.answer, 'asked for at ratio 0.2, and the whole cache answered');
});

test('a_new_image_in_a_later_turn_is_read_and_the_cache_compressed_again', async (t) => {
  const { client } = await loadFamily(t, 'llamaGqa');
  const kv = { ratio: 0.2, minPromptTokens: 16 };
  const talk = new ClientConversation(client);
  const first = await talk.ask({ question, images: [{ path: pageFile(t, 160, 120, 'one') }], kv, sampling });
  const later = await talk.ask({
    question: 'And this?',
    images: [{ path: pageFile(t, 160, 120, 'two') }],
    kv,
    sampling,
  });
  assert.equal(later.kv.compressed, true, later.kv.note);
  assert.equal(later.kv.cellsBefore, first.kv.cellsAfter + first.tokens + later.prompt.tokens);
  // The budget is a share of the whole conversation, evicted tokens included.
  assert.equal(later.kv.cellsAfter, strictBudget(first.prompt.tokens + first.tokens + later.prompt.tokens, kv));
  assert.equal(later.tokens, tokens);
});

test('a_follow_up_at_ratio_1_answers_as_if_everything_had_been_one_prompt', async (t) => {
  const { client } = await loadFamily(t, 'pixtral');
  const images = [{ path: pageFile(t, 160, 120, 'one') }];
  const first = await ask(client, { question, images, kv: { ratio: 1 }, sampling: { maxTokens: 8 } });
  const talk = new ClientConversation(client);
  const again = await talk.ask({ question, images, kv: { ratio: 1 }, sampling: { maxTokens: 8 } });
  assert.equal(again.answer, first.answer);
  const followUp = await talk.ask({ question: 'And then?', kv: { ratio: 1 }, sampling });
  assert.equal(followUp.kv.cellsAfter, first.prompt.tokens + first.tokens + followUp.prompt.tokens);
  assert.equal(followUp.tokens, tokens);
});

for (const kvType of ['f16', 'q8_0', 'q4_0'] as const) {
  test(`a_cache_of_type_${kvType}_is_compressed_and_follows_up`, async (t) => {
    const { client } = await loadFamily(t, 'llamaGqa', { kvType }, { dHead: 32 });
    const images = ['one', 'two'].map((seed) => ({ path: pageFile(t, 160, 120, seed) }));
    const talk = new ClientConversation(client);
    const first = await talk.ask({ question, images, kv: { ratio: 0.5, minPromptTokens: 16 }, sampling });
    assert.equal(first.kv.cellsAfter, strictBudget(first.prompt.tokens, { ratio: 0.5 }));
    const share = first.kv.bytesAfter / first.kv.bytesBefore;
    assert.ok(Math.abs(share - 0.5) < 0.02, `the cache has ${share} of its bytes`);
    assert.equal((await talk.ask({ question, sampling })).tokens, tokens);
  });
}

for (const method of kvMethods.filter((one) => one !== 'full')) {
  for (const merge of mergeRules) {
    test(`method_${method}_with_merge_${merge}_keeps_the_budget_and_answers`, async (t) => {
      const { client } = await loadFamily(t, 'llamaGqa');
      const images = [{ path: pageFile(t, 160, 120, 'one') }];
      const result = await ask(client, {
        question,
        images,
        kv: { method, merge, ratio: 0.3, minPromptTokens: 16 },
        sampling: { maxTokens: 8 },
      });
      assert.equal(result.kv.cellsAfter, strictBudget(result.prompt.tokens, { method, ratio: 0.3 }));
      assert.deepEqual([result.kv.method, result.kv.merge, result.kv.ratio], [method, merge, 0.3]);
      assert.equal(result.tokens, 8);
    });
  }
}

test('m_rope_models_merge_values_only_unless_told_otherwise', async (t) => {
  const images = [{ path: pageFile(t, 160, 120, 'one') }];
  const kv = { ratio: 0.3, minPromptTokens: 16 };
  const mrope = await loadFamily(t, 'qwen2vl');
  assert.equal((await ask(mrope.client, { question, images, kv })).kv.mergeWhat, 'values');
  assert.equal(
    (await ask(mrope.client, { question, images, kv: { ...kv, mergeWhat: 'keys+values' } })).kv.mergeWhat,
    'keys+values',
  );
  const plain = await loadFamily(t, 'llamaGqa');
  assert.equal((await ask(plain.client, { question, images, kv })).kv.mergeWhat, 'keys+values');
});

test('a_short_prompt_and_the_method_full_leave_the_cache_alone_and_say_so', async (t) => {
  const { client } = await loadFamily(t, 'llamaGqa');
  const short = await ask(client, { question, kv: { ratio: 0.2 }, sampling: { maxTokens: 4 } });
  assert.equal(short.kv.compressed, false);
  assert.equal(short.kv.reason, 'short-prompt');
  assert.match(short.kv.note, /fewer than 256 tokens/);
  const images = [{ path: pageFile(t, 160, 120, 'one') }];
  const full = await ask(client, {
    question,
    images,
    kv: { method: 'full', minPromptTokens: 16 },
    sampling: { maxTokens: 4 },
  });
  assert.deepEqual([full.kv.compressed, full.kv.ratio, full.kv.method], [false, 1, 'full']);
});

test('the_size_at_which_an_image_was_read_is_reported', async (t) => {
  const sizes = async (family: VisionFamilyName, width: number, height: number) => {
    const { client } = await loadFamily(t, family);
    const { images } = await ask(client, {
      question,
      images: [{ path: pageFile(t, width, height, 'one') }],
      sampling: { maxTokens: 1 },
    });
    return images.map(({ readWidth, readHeight }) => [readWidth, readHeight]);
  };
  assert.deepEqual(await sizes('pixtral', 160, 96), [[160, 96]], 'native size, in steps of 16');
  assert.deepEqual(await sizes('pixtral', 96, 160), [[96, 160]]);
  assert.deepEqual(await sizes('pixtral', 1, 1), [[48, 48]], 'no smaller than the fewest tokens');
  assert.deepEqual(await sizes('llava15', 160, 96), [[112, 112]], 'one size for every image');
  assert.deepEqual(await sizes('qwen2vl', 280, 168), [[280, 168]], 'native size, in steps of 28');
});
