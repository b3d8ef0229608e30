/** Calls of tools, by models that say what a test wants under a chat template that takes tools. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { BackendClient } from '../../backend-native/cli/backendClient.js';
import type { AskParams, AskProgress } from '../../backend-native/protocol/ask.js';
import type { ToolOffer } from '../../backend-native/protocol/tools.js';
import { failsWith } from '../failsWith.js';
import { writeScriptedModel, type Script } from '../fixtures/scriptedModel.js';
import { toolTemplate } from '../fixtures/toolTemplate.js';
import { scratchFolder } from '../scratch.js';
import { ask, loadFamily, newClient } from './realBackend.js';

const question = 'How is the weather in Oslo?';
const marks = ['<tool_call>', '</tool_call>'];
const control = ['<|im_start|>', '<|im_end|>'];
const call = '{"name": "weather", "arguments": {"city": "Oslo"}}';

const weather: ToolOffer = {
  list: [
    {
      name: 'weather',
      description: 'The weather of a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  ],
};

/** Calls the tool, and repeats what it said. */
const calls: Script['says'] = [
  [':', 'Let me see.', '<tool_call>', call, '</tool_call>', '<|im_end|>'],
  ['=', 'It is', ' cold.', '<|im_end|>'],
];

async function load(t: TestContext, says: Script['says'], chatTemplate = toolTemplate): Promise<BackendClient> {
  const words = [...new Set([...control, ...marks, ...says.flat().filter((word) => word.length > 1)])];
  const script = { chatTemplate, words, control, marks, end: '<|im_end|>', says };
  const modelPath = await writeScriptedModel(scratchFolder(t), script);
  const client = newClient(t);
  await client.request('lookOnce/load', { modelPath, engine: {} });
  return client;
}

test('a_call_is_told_apart_from_the_answer_and_goes_on_with_its_result', async (t) => {
  const client = await load(t, calls);
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
