import assert from 'node:assert/strict';
import type http from 'node:http';
import { test } from 'node:test';
import { ApiError } from '../../../../backend-native/cli/serve/apiError.js';
import { Completion } from '../../../../backend-native/cli/serve/completion.js';
import { EventStream } from '../../../../backend-native/cli/serve/eventStream.js';
import type { AskResult } from '../../../../backend-native/protocol/ask.js';
import type { ModelInfo } from '../../../../backend-native/protocol/model.js';
import { cancelledBeforeStart } from '../../../../backend-native/server/conversation/turnResult.js';

interface Sent {
  readonly choices?: { delta: { content?: string; reasoning_content?: string }; finish_reason: string | null }[];
  readonly error?: { code: string };
  readonly usage?: { completion_tokens: number };
}

const model = { description: 'tiny' } as ModelInfo;
const result: AskResult = {
  ...cancelledBeforeStart(0),
  answer: 'all of it',
  tokens: 3,
  reasoningTokens: 2,
  stop: 'length',
};

function stream() {
  const written: string[] = [];
  const response = {
    writeHead: (status: number) => written.push(`status ${status}`),
    write: (text: string) => written.push(text),
    end: (text = '') => written.push(text),
  } as unknown as http.ServerResponse;
  const events = () =>
    written.filter((text) => text.startsWith('data: {')).map((text) => JSON.parse(text.slice('data: '.length)) as Sent);
  return { written, events, stream: new EventStream(response, new Completion('look-once')) };
}

test('snapshots_that_were_missed_lose_nothing', () => {
  const { stream: one, events, written } = stream();
  one.tell({ phase: 'reasoning', tokens: 1, text: 'Let me' });
  one.tell({ phase: 'reasoning', tokens: 2, text: 'Let me see' });
  one.tell({ phase: 'answer', tokens: 1, text: 'all' });
  one.tell({ phase: 'answer', tokens: 2, text: 'all of' });
  one.end(result, model, { notes: [], includeUsage: true });
  const deltas = events().flatMap(({ choices = [] }) => choices.map(({ delta }) => delta));
  assert.equal(deltas.map(({ content = '' }) => content).join(''), 'all of it');
  assert.equal(deltas.map(({ reasoning_content: text = '' }) => text).join(''), 'Let me see');
  assert.equal(events().at(-2)?.choices?.[0]?.finish_reason, 'length');
  assert.equal(events().at(-1)?.usage?.completion_tokens, 5);
  assert.equal(written.at(-1), 'data: [DONE]\n\n');
});

test('nothing_is_sent_before_all_that_is_attached_was_accepted', () => {
  const { stream: one, written } = stream();
  one.tell({ phase: 'queued', ahead: 1 });
  one.tell({ phase: 'ingest', done: 0, total: 1 });
  assert.deepEqual([one.isOpen, written], [false, []]);
  one.tell({ phase: 'prefill', done: 1, total: 10 });
  one.tell({ phase: 'prefill', done: 2, total: 10 });
  assert.equal(written[0], 'status 200');
  assert.deepEqual(
    written.filter((text) => text.startsWith(':')),
    [': reading 1 of 10 tokens\n\n'],
  );
});

test('a_failure_is_the_last_event', () => {
  const { stream: one, events } = stream();
  one.tell({ phase: 'answer', tokens: 1, text: 'all' });
  one.fail(new ApiError(500, 'backend_crashed', 'It ended', 'Ask again.'));
  assert.equal(events().at(-1)?.error?.code, 'backend_crashed');
});
