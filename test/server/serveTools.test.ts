/** Calls of tools at the OpenAI-compatible endpoint, by OpenAI's own client. */
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import type { APIError } from 'openai';
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources';
import { writeScriptedModel } from '../fixtures/scriptedModel.js';
import { toolScript } from '../fixtures/toolTemplate.js';
import { scratchFolder } from '../scratch.js';
import { startServing, type Serving } from './serveProgram.js';

const tools: ChatCompletionTool[] = ['weather', 'time'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
}));
const asked: ChatCompletionMessageParam = { role: 'user', content: 'How is the weather in Oslo?' };
const model = 'look-once';

let serving: Serving;
/** Told to node inside of `before`, they would run right after that. */
const endings: (() => void)[] = [];

before(async () => {
  const owner = { after: (end: () => void) => endings.push(end) } as unknown as TestContext;
  const file = await writeScriptedModel(scratchFolder(owner), toolScript());
  serving = await startServing(['--model', file]);
});

after(async () => {
  assert.equal(await serving.stop(), 0);
  for (const end of endings) end();
});

test('a_call_is_made_and_its_result_answered', async () => {
  const { completions } = serving.client.chat;
  const { choices } = await completions.create({ model, messages: [asked], tools });
  const [choice] = choices;
  assert.equal(choice?.finish_reason, 'tool_calls');
  const { content, tool_calls: calls = [] } = choice.message;
  assert.equal(content, 'Let me see.');
  const [made] = calls;
  assert.ok(made?.type === 'function');
  assert.deepEqual([made.function.name, JSON.parse(made.function.arguments)], ['weather', { city: 'Oslo' }]);
  const answered = await completions.create({
    model,
    messages: [asked, choice.message, { role: 'tool', tool_call_id: made.id, content: '-4 °C' }],
    tools,
  });
  assert.equal(answered.choices[0]?.message.content, 'It is cold.');
  assert.equal(answered.choices[0].finish_reason, 'stop');
  assert.equal(answered.choices[0].message.tool_calls, undefined);
});

test('a_stream_of_a_call_says_the_same_as_the_whole', async () => {
  const runner = serving.client.chat.completions.stream({ model, messages: [asked], tools });
  const shown: string[] = [];
  runner.on('content', (delta) => shown.push(delta));
  const { choices } = await runner.finalChatCompletion();
  assert.equal(shown.join(''), 'Let me see.');
  assert.equal(choices[0]?.finish_reason, 'tool_calls');
  const [made] = choices[0].message.tool_calls ?? [];
  assert.ok(made?.type === 'function');
  assert.deepEqual([made.function.name, JSON.parse(made.function.arguments)], ['weather', { city: 'Oslo' }]);
});

test('the_clients_own_runner_of_tools_comes_to_an_answer', async () => {
  const cities: unknown[] = [];
  const runner = serving.client.chat.completions.runTools({
    model,
    messages: [asked],
    tools: [
      {
        type: 'function',
        function: {
          name: 'weather',
          description: 'The weather of a city.',
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
          parse: JSON.parse,
          function: (given: { city: string }) => {
            cities.push(given.city);
            return '-4 °C';
          },
        },
      },
    ],
  });
  assert.equal(await runner.finalContent(), 'It is cold.');
  assert.deepEqual(cities, ['Oslo']);
});

test('the_choice_of_tools_holds', async () => {
  const { completions } = serving.client.chat;
  const none = await completions.create({
    model,
    messages: [asked],
    tools,
    tool_choice: 'none',
    max_completion_tokens: 1,
  });
  assert.equal(none.choices[0]?.message.tool_calls, undefined);
  const tool_choice = { type: 'function' as const, function: { name: 'weather' } };
  const one = await completions.create({ model, messages: [asked], tools, tool_choice });
  const [made] = one.choices[0]?.message.tool_calls ?? [];
  assert.equal(made?.type === 'function' && made.function.name, 'weather');
});

test('what_is_wrong_with_tools_is_said', async () => {
  const cases: [object, RegExp][] = [
    [{ tools: [{ type: 'custom', custom: { name: 'x' } }] }, /tools\.0: Expected a tool of the type function/],
    [{ tools, tool_choice: { type: 'function', function: { name: 'launch' } } }, /tool_choice/],
    [{ tool_choice: 'required' }, /tool_choice: Expected tools/],
    [{ tools, response_format: { type: 'json_object' } }, /either tools or a JSON Schema/],
    [{ messages: [asked, { role: 'tool', tool_call_id: 'x', content: '1' }] }, /a call of the answer before it/],
    [{ messages: [asked, { role: 'tool', content: '1' }] }, /messages\.1\.tool_call_id/],
    [{ functions: [{ name: 'f' }] }, /functions is not supported — Name them as tools/],
  ];
  for (const [fields, pattern] of cases)
    await assert.rejects(
      serving.client.chat.completions.create({ model, messages: [asked], ...fields }),
      (error: APIError) => {
        assert.match(error.message, pattern);
        return error.status === 400;
      },
    );
});
