/** Calls of tools, by models that say what a test wants under a chat template that takes tools. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { BackendClient } from '../../backend-native/cli/backendClient.js';
import type { AskParams, AskProgress } from '../../backend-native/protocol/ask.js';
import type { ErrorCode } from '../../backend-native/protocol/errors.js';
import type { ToolCall, ToolOffer } from '../../backend-native/protocol/tools.js';
import { failsWith } from '../failsWith.js';
import { writeScriptedModel, type Script } from '../fixtures/scriptedModel.js';
import { callOfWeather as call, toolScript, toolTemplate } from '../fixtures/toolTemplate.js';
import { scratchFolder } from '../scratch.js';
import { ask, loadFamily, newClient } from './realBackend.js';

const question = 'How is the weather in Oslo?';

const weather: ToolOffer = {
  list: [
    {
      name: 'weather',
      description: 'The weather of a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  ],
};

async function load(t: TestContext, says?: Script['says'], more: Partial<Script> = {}): Promise<BackendClient> {
  const modelPath = await writeScriptedModel(scratchFolder(t), { ...toolScript(says), ...more });
  const client = newClient(t);
  await client.request('lookOnce/load', { modelPath, engine: {} });
  return client;
}

test('a_call_is_told_apart_from_the_answer_and_goes_on_with_its_result', async (t) => {
  const client = await load(t);
  const shown: AskProgress[] = [];
  const first = await client.request(
    'lookOnce/ask',
    { question, tools: weather, conversation: { id: 'a', history: [] } },
    { onProgress: (progress) => shown.push(progress) },
  );
  assert.equal(first.answer, 'Let me see.');
  assert.equal(first.stop, 'end');
  assert.equal(first.toolCallBroken, false);
  const [made] = first.toolCalls ?? [];
  assert.ok(made);
  assert.deepEqual([made.name, JSON.parse(made.arguments)], ['weather', { city: 'Oslo' }]);
  assert.match(made.id, /^\w{9}$/);
  assert.ok(shown.every((progress) => progress.phase !== 'answer' || !progress.text.includes('tool_call')));

  const history = [{ question, answer: first.answer, toolCalls: first.toolCalls ?? [] }];
  const second = await ask(client, {
    question: '',
    toolResults: [{ id: made.id, name: 'weather', content: '-4 °C' }],
    tools: weather,
    conversation: { id: 'a', history },
  });
  assert.equal(second.answer, 'It is cold.');
  assert.deepEqual(second.toolCalls, []);
  assert.ok(second.prompt.tokens > first.prompt.tokens);
});

test('an_answer_without_a_call_is_an_answer', async (t) => {
  const client = await load(t, [[':', 'Hello', '.', '<|im_end|>']]);
  const { answer, toolCalls, toolCallBroken } = await ask(client, { question, tools: weather });
  assert.deepEqual([answer, toolCalls, toolCallBroken], ['Hello.', [], false]);
});

test('a_required_call_is_made_whatever_the_model_wants_to_say', async (t) => {
  const says = [
    [':', 'Hello', '.', '<|im_end|>'],
    ['<tool_call>', call, '</tool_call>'],
  ];
  const client = await load(t, says, { otherwise: [['.', '<tool_call>']] });
  const free = await ask(client, { question, tools: weather });
  assert.deepEqual([free.answer, free.toolCalls], ['Hello.', []]);
  const { answer, toolCalls = [], stop } = await ask(client, { question, tools: { ...weather, required: true } });
  assert.deepEqual([answer, toolCalls.map(({ name }) => name), stop], ['Hello.', ['weather'], 'end']);
});

test('several_calls_are_made_where_they_are_allowed', async (t) => {
  const other = '{"name": "weather", "arguments": {"city": "Rome"}}';
  const client = await load(t, [
    [':', '<tool_call>', call, '</tool_call> <tool_call>', other, '\n</tool_call>', '<|im_end|>'],
  ]);
  const { toolCalls = [] } = await ask(client, { question, tools: { ...weather, parallel: true } });
  assert.deepEqual(
    toolCalls.map((made) => JSON.parse(made.arguments) as unknown),
    [{ city: 'Oslo' }, { city: 'Rome' }],
  );
  assert.equal(new Set(toolCalls.map(({ id }) => id)).size, 2);
});

test('a_call_that_was_cut_off_is_no_call_and_its_words_are_told', async (t) => {
  const client = await load(t, [[':', '<tool_call>', '{"name": "weather", "arg', 'uments": {"city": ', '"Oslo"}}']]);
  const result = await ask(client, { question, tools: weather, sampling: { maxTokens: 3 } });
  assert.deepEqual([result.toolCalls, result.toolCallBroken, result.stop], [[], true, 'length']);
  assert.equal(result.answer, '<tool_call>{"name": "weather", "arguments": {"city": ');
});

test('a_call_of_what_was_not_offered_is_not_written', async (t) => {
  const client = await load(t, [
    [':', '<tool_call>', '{"name": "launch", "arguments": {}}', '</tool_call>', '<|im_end|>'],
  ]);
  const { toolCalls = [], answer } = await ask(client, { question, tools: weather, sampling: { maxTokens: 64 } });
  assert.ok(
    toolCalls.every(({ name }) => name === 'weather'),
    JSON.stringify(toolCalls),
  );
  assert.doesNotMatch(answer, /launch/);
});

test('reasoning_before_a_call_is_set_apart', async (t) => {
  const chatTemplate = toolTemplate.replace("{{- ':' -}}{%- endif -%}", "{{- ':<think>' -}}{%- endif -%}");
  const client = await load(t, [['<think>', 'hm', '</think>', '<tool_call>', call, '</tool_call>', '<|im_end|>']], {
    chatTemplate,
  });
  const { reasoning, answer, toolCalls = [] } = await ask(client, { question, tools: weather });
  assert.deepEqual([reasoning, answer, toolCalls.map(({ name }) => name)], ['hm', '', ['weather']]);
});

test('a_turn_without_tools_goes_on_from_one_with_them', async (t) => {
  const client = await load(t);
  const made = { id: 'call12345', name: 'weather', arguments: '{"city":"Oslo"}' };
  const history = [
    { question, answer: '', toolCalls: [made] },
    { question: '', toolResults: [{ id: made.id, name: made.name, content: '-4 °C' }], answer: 'It is cold.' },
  ];
  const conversation = { id: 'b', history };
  const { answer, toolCalls } = await ask(client, { question: 'And now?', conversation, sampling: { maxTokens: 1 } });
  assert.deepEqual([answer, toolCalls], ['Let me see.', undefined]);
  const next = { id: 'b', history: [...history, { question: 'And now?', answer }] };
  const { reread } = await ask(client, { question: 'And?', conversation: next, sampling: { maxTokens: 1 } });
  assert.equal(reread, false);
});

test('a_model_whose_template_takes_no_tools_says_so_and_drops_none', async (t) => {
  const { client } = await loadFamily(t, 'gemma3');
  const { model } = await client.request('lookOnce/info', undefined);
  assert.equal(model?.tools, false);
  await assert.rejects(ask(client, { question, tools: weather }), failsWith('tools_not_supported', /takes no tools/));
  const history = [{ question, answer: '', toolCalls: [{ id: 'a', name: 'weather', arguments: '{}' }] }];
  const toolResults = [{ id: 'a', name: 'weather', content: 'cold' }];
  await assert.rejects(
    ask(client, { question, toolResults, conversation: { id: 'c', history } }),
    failsWith('tools_not_supported', /takes no tools/),
  );
  assert.notEqual((await ask(client, { question, sampling: { maxTokens: 2 } })).answer, '');
});

test('which_models_take_tools_is_known_before_they_are_loaded', async (t) => {
  const folder = scratchFolder(t);
  await writeScriptedModel(`${folder}/a`, toolScript());
  const plain = '{% for m in messages %}{{ m.role + m.content }}{% endfor %}';
  await writeScriptedModel(`${folder}/b`, { ...toolScript(), chatTemplate: plain });
  const { models } = await newClient(t).request('lookOnce/models', { folders: [folder] });
  const found = models.flatMap(({ variants }) => variants).filter(({ modelPath }) => modelPath.startsWith(folder));
  assert.deepEqual(
    found.map(({ modelPath, tools = false }) => [modelPath.slice(folder.length + 1, folder.length + 2), tools]).sort(),
    [
      ['a', true],
      ['b', false],
    ],
  );
});

test('tools_that_make_no_sense_are_refused', async (t) => {
  const client = await load(t);
  const made = { id: 'a', name: 'weather', arguments: '{}' };
  const after = (
    toolResults: AskParams['toolResults'] = [],
    toolCalls: readonly ToolCall[] = [made],
  ): Partial<AskParams> => ({
    toolResults,
    conversation: { id: 'd', history: [{ question, answer: '', toolCalls }] },
  });
  const result = { id: 'a', name: 'weather', content: 'cold' };
  const tool = (given: object): Partial<AskParams> => ({ tools: { list: [{ name: 'f', ...given }] } });
  const cases: [Partial<AskParams>, ErrorCode, RegExp][] = [
    [{ tools: { list: [] } }, 'invalid_argument', /1 to 256 tools/],
    [tool({ name: 'a b' }), 'invalid_argument', /received a b/],
    [tool({ parameters: [] as unknown as object }), 'invalid_argument', /parameters of the tool f/],
    [{ tools: { list: [{ name: 'f' }, { name: 'f' }] } }, 'invalid_argument', /different names/],
    [tool({ parameters: { type: 'nothing' } }), 'json_schema_invalid', /tool f/],
    [{ ...tool({}), sampling: { jsonSchema: '{}' } }, 'invalid_argument', /either tools or a JSON Schema/],
    [{ toolResults: [result] }, 'invalid_argument', /received one of a/],
    [after(), 'invalid_argument', /result of the call a but received none/],
    [after([result, result]), 'invalid_argument', /once but received one of a/],
    [after([result], [{ ...made, arguments: '{' }]), 'invalid_argument', /object as arguments/],
    [after([result], [made, made]), 'invalid_argument', /different ids/],
  ];
  for (const [params, code, pattern] of cases)
    await assert.rejects(ask(client, { question, ...params }), failsWith(code, pattern), String(pattern));
});
