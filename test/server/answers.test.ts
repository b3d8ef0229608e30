/** How answers behave: reasoning, ends, loops and schemas, with models that say what a test wants. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { BackendClient } from '../../backend-native/cli/backendClient.js';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import type { AskProgress } from '../../backend-native/protocol/ask.js';
import { failsWith } from '../failsWith.js';
import { f32, u32 } from '../fixtures/gguf.js';
import { writeScriptedModel, type Script } from '../fixtures/scriptedModel.js';
import { scratchFolder } from '../scratch.js';
import { ask, loadFamily, newClient } from './realBackend.js';

const question = 'What?';

/** ChatML, but for what comes last. */
function template(opening: string, roles = "message['role']"): string {
  return (
    '{% for message in messages %}' +
    `{{ '<|im_start|>' + ${roles} + ':' + message['content'] + '<|im_end|>' }}{% endfor %}` +
    `{% if add_generation_prompt %}{{ '<|im_start|>assistant:${opening}' }}{% endif %}`
  );
}

const marks = ['<think>', '</think>'];
const control = ['<|im_start|>', '<|im_end|>'];

async function load(t: TestContext, script: Partial<Script> & Pick<Script, 'says'>): Promise<BackendClient> {
  const spoken = new Set(script.says.flat().filter((word) => word.length > 1));
  const words = [...new Set([...control, ...marks, ...spoken])];
  const file = await writeScriptedModel(scratchFolder(t), {
    chatTemplate: template(''),
    words,
    control,
    marks,
    end: '<|im_end|>',
    ...script,
  });
  const client = newClient(t);
  await client.request('lookOnce/load', { modelPath: file, engine: {} });
  return client;
}

const thinksByTemplate = {
  chatTemplate: template('<think>'),
  says: [['<think>', 'hm', ' so', '</think>', ' yes', ' it is', '<|im_end|>']],
};

test('reasoning_that_the_prompt_opens_is_set_apart_and_streamed_apart', async (t) => {
  const client = await load(t, thinksByTemplate);
  const phases: AskProgress[] = [];
  const result = await client.request(
    'lookOnce/ask',
    { question, sampling: { maxTokens: 2 } },
    { onProgress: (progress) => phases.push(progress) },
  );
  assert.equal(result.reasoning, 'hm so');
  assert.equal(result.answer, 'yes it is');
  assert.equal(result.reasoningCut, false);
  // The marks belong to the reasoning, and none of it counts for the answer's limit.
  assert.deepEqual([result.reasoningTokens, result.tokens, result.stop], [3, 2, 'length']);
  assert.ok(phases.some((progress) => progress.phase === 'reasoning' && progress.text.startsWith('hm')));
  assert.ok(phases.every((progress) => progress.phase !== 'answer' || !progress.text.includes('hm')));
});

test('reasoning_that_the_model_opens_by_itself_is_set_apart_under_a_template_that_knows_of_none', async (t) => {
  const says = [[':', '<think>', 'hm', '</think>', 'yes', '<|im_end|>']];
  const result = await ask(await load(t, { says }), { question });
  assert.deepEqual([result.reasoning, result.answer, result.stop], ['hm', 'yes', 'end']);
});

test('reasoning_that_is_too_long_is_ended_and_said', async (t) => {
  const says = [
    ['<think>', 'hm', ' so', ' or', ' not', ' if'],
    ['\n', ' yes', '<|im_end|>'],
  ];
  const client = await load(t, { chatTemplate: template('<think>'), says });
  const result = await ask(client, { question, sampling: { maxReasoningTokens: 3 } });
  assert.equal(result.reasoningCut, true);
  assert.deepEqual([result.reasoning, result.answer, result.stop], ['hm so or', 'yes', 'end']);
});

test('a_model_that_may_not_reason_answers_at_once', async (t) => {
  const client = await load(t, {
    ...thinksByTemplate,
    says: [...thinksByTemplate.says, ['\n', ' well']],
  });
  const result = await ask(client, { question, sampling: { reasoning: false, maxTokens: 1 } });
  assert.deepEqual([result.reasoning, result.answer.trim(), result.stop], ['', 'well', 'length']);
});

test('later_turns_are_not_told_of_the_reasoning', async (t) => {
  const client = await load(t, thinksByTemplate);
  const talk = new ClientConversation(client);
  const first = await talk.ask({ question, kv: { ratio: 1 } });
  const second = await talk.ask({ question, kv: { ratio: 1 } });
  assert.equal(second.answer, first.answer);
  assert.equal(second.reread, false);
  // Its prompt, the end of an empty thought, the answer and the question; no word of what was thought.
  const anew = await ask(client, {
    question,
    conversation: { id: 'other', history: [{ question, answer: first.answer }] },
    kv: { ratio: 1 },
  });
  const closing = 6;
  assert.ok(Math.abs(second.kv.cellsAfter - anew.kv.cellsAfter) <= closing, `${second.kv.cellsAfter} cells`);
  assert.equal(anew.answer, first.answer);
});

test('an_end_of_turn_that_the_file_does_not_mark_ends_the_answer_unseen', async (t) => {
  const says = [[':', 'yes', '<|im_end|>', ' never', ' said']];
  for (const kind of [{}, { control: ['<|im_start|>'] }, { control: [], marks: control }]) {
    const client = await load(t, { says, end: '<|eos|>', ...kind });
    const result = await ask(client, { question });
    assert.equal(result.answer, 'yes');
    assert.ok(result.stop === 'end' || result.stop === 'stop-string', result.stop);
    const talk = new ClientConversation(client);
    await talk.ask({ question });
    assert.equal((await talk.ask({ question })).answer, 'yes');
  }
});

test('the_answer_ends_before_a_stop_string_that_spans_tokens', async (t) => {
  const client = await load(t, { says: [[':', 'one', ' two', ' three', ' four', '<|im_end|>']] });
  const result = await ask(client, { question, sampling: { stop: ['o three'] } });
  assert.deepEqual([result.answer, result.stop], ['one tw', 'stop-string']);
  await assert.rejects(ask(client, { question, sampling: { stop: [''] } }), failsWith('invalid_argument', /1 to 256/));
});

test('an_answer_that_goes_in_circles_is_ended', async (t) => {
  const client = await load(t, { says: [[':', 'a', ' row', ' of', ' words', 'a']] });
  const sampling = { maxTokens: 400 };
  const looped = await ask(client, { question, sampling });
  assert.equal(looped.stop, 'repetition');
  assert.ok(looped.tokens < 200, `${looped.tokens} tokens`);
  assert.equal((await ask(client, { question, sampling: { ...sampling, endLoops: false } })).stop, 'length');
  assert.equal((await ask(client, { question, sampling: { ...sampling, ignoreEnd: true } })).stop, 'length');
});

test('an_answer_that_counts_on_and_on_is_ended', async (t) => {
  const rows = Array.from({ length: 80 }, (_, index) => `Row ${index + 1}: nothing.\n`);
  const client = await load(t, { says: [[':', ...rows]] });
  const looped = await ask(client, { question, sampling: { maxTokens: 400 } });
  assert.equal(looped.stop, 'repetition');
  assert.ok(looped.tokens < 50, `${looped.tokens} tokens`);
  assert.equal((await ask(client, { question, sampling: { maxTokens: 70, endLoops: false } })).stop, 'length');
  const documents = [{ name: 'table.txt', text: rows.join('') }];
  assert.equal((await ask(client, { question, documents, sampling: { maxTokens: 70 } })).stop, 'length');
});

test('what_the_prompt_repeats_may_be_repeated_as_often', async (t) => {
  const client = await load(t, { says: [[':', 'a', ' row', ' of', ' words', 'a']] });
  const text = 'a row of words'.repeat(120);
  const documents = [{ name: 'table.txt', text }];
  assert.equal((await ask(client, { question, documents, sampling: { maxTokens: 300 } })).stop, 'length');
});

test('a_template_without_a_system_role_gets_the_systems_words_in_the_first_turn', async (t) => {
  const refusing =
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" +
    template('');
  const alternating =
    '{% for message in messages %}' +
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}" +
    `{% endif %}{% endfor %}${template('')}`;
  for (const chatTemplate of [refusing, alternating]) {
    const client = await load(t, { chatTemplate, says: [[':', 'yes', '<|im_end|>']] });
    const result = await ask(client, { question, system: 'Be brief.' });
    assert.equal(result.answer, 'yes');
    const without = await ask(client, { question });
    assert.ok(result.prompt.tokens > without.prompt.tokens);
  }
});

test('an_answer_follows_a_json_schema', async (t) => {
  const client = await load(t, { says: [[':', 'yes', '<|im_end|>']] });
  const jsonSchema = JSON.stringify({ type: 'object', properties: { ok: { enum: [true] } }, required: ['ok'] });
  const result = await ask(client, { question, sampling: { jsonSchema } });
  assert.deepEqual(JSON.parse(result.answer), { ok: true });
  for (const bad of ['{', '[]', '{"type":"no such"}', `${'{"not":'.repeat(500)}{}${'}'.repeat(500)}`])
    await assert.rejects(
      ask(client, { question, sampling: { jsonSchema: bad } }),
      failsWith('json_schema_invalid', /JSON/),
    );
  // The process has lived through all of it.
  assert.equal((await ask(client, { question })).answer, 'yes');
});

test('a_schema_is_for_the_answer_and_not_for_the_reasoning', async (t) => {
  const client = await load(t, thinksByTemplate);
  const jsonSchema = JSON.stringify({ type: 'object', properties: { ok: { enum: [true] } }, required: ['ok'] });
  const result = await ask(client, { question, sampling: { jsonSchema } });
  assert.equal(result.reasoning, 'hm so');
  assert.deepEqual(JSON.parse(result.answer), { ok: true });
});

test('what_a_question_leaves_open_is_as_the_models_file_advises', async (t) => {
  const advice = { 'general.sampling.temp': f32(1.5), 'general.sampling.top_k': u32(50) };
  const { client, model: modelPath } = await loadFamily(t, 'llamaGqa', {}, { more: advice });
  const loaded = await client.request('lookOnce/load', { modelPath, engine: {} });
  assert.ok(loaded.status === 'loaded');
  assert.deepEqual(loaded.model.sampling, { temperature: 1.5, topK: 50 });
  const asked = (sampling: object) => ask(client, { question, sampling: { maxTokens: 24, ...sampling } });
  const answer = async (sampling: object) => (await asked(sampling)).answer;
  assert.deepEqual((await asked({ topK: 9 })).advisedSampling, { temperature: 1.5 }, 'what was used is said');
  assert.equal((await asked({ temperature: 0, topK: 9 })).advisedSampling, undefined);
  const likeliest = await answer({ temperature: 0 });
  assert.notEqual(await answer({ seed: 1 }), likeliest);
  assert.equal(await answer({ seed: 1 }), await answer({ seed: 1, temperature: 1.5, topK: 50 }));
  assert.equal(await answer({ topK: 1 }), likeliest, 'what is asked for counts more');
});
