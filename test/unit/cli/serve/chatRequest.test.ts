import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../../../backend-native/cli/serve/apiError.js';
import { chatRequestFrom } from '../../../../backend-native/cli/serve/chatRequest.js';

const defaults = { kvRatio: 'auto', maxTokens: 1024 } as const;
const messages = [{ role: 'user', content: 'What?' }];

const read = (fields: Record<string, unknown> = {}) => chatRequestFrom({ messages, ...fields }, defaults);

test('what_is_left_out_or_null_is_the_default', () => {
  const { ask, stream, includeUsage, model, notes } = read({ temperature: null, stop: null, response_format: null });
  assert.deepEqual([ask.question, ask.kv, ask.sampling], ['What?', { ratio: 'auto' }, { maxTokens: 1024 }]);
  assert.deepEqual([stream, includeUsage, model, notes], [false, false, undefined, []]);
});

test('the_fields_of_sampling_arrive', () => {
  const { ask } = read({
    max_tokens: 5,
    max_completion_tokens: 6,
    temperature: 0.5,
    top_p: 0.9,
    seed: 3,
    stop: 'END',
    reasoning_effort: 'none',
    response_format: { type: 'json_object' },
  });
  assert.deepEqual(ask.sampling, {
    maxTokens: 6,
    temperature: 0.5,
    topP: 0.9,
    seed: 3,
    stop: ['END'],
    reasoning: false,
    jsonSchema: '{"type":"object"}',
  });
});

test('what_clients_fill_in_for_nothing_is_taken_and_the_rest_is_noted', () => {
  const { notes } = read({
    n: 1,
    tools: [],
    logit_bias: {},
    presence_penalty: 0,
    modalities: ['text'],
    user: 'me',
    logprobs: false,
    prediction: { content: 'x' },
  });
  assert.deepEqual(notes, ['prediction is not supported and changes nothing']);
});

test('a_refusal_names_the_field', () => {
  for (const [fields, param] of [
    [{ tools: [{}] }, 'tools.0.type'],
    [{ tools: [{ type: 'custom' }] }, 'tools.0'],
    [{ modalities: ['text', 'audio'] }, 'modalities'],
    [{ response_format: { type: 'xml' } }, 'response_format'],
    [{ messages: 'What?' }, 'messages'],
    [{ messages: [{ role: 'assistant', content: [{ type: 'image_url' }] }] }, 'messages.0.content.0'],
    [
      { messages: [{ role: 'system', content: [{ type: 'file', file: { file_data: 'data:a/b;base64,AAAA' } }] }] },
      'messages.0.content.0',
    ],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'messages.0.content.0'],
  ] as const)
    assert.throws(
      () => read(fields),
      (error: unknown) => error instanceof ApiError && error.status === 400 && error.param === param,
      param,
    );
});
