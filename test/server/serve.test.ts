/** The OpenAI-compatible endpoint as OpenAI's own client sees it, and as those see it who have no business there. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import os from 'node:os';
import { after, before, test } from 'node:test';
import OpenAI, { AuthenticationError, type APIError, BadRequestError, NotFoundError } from 'openai';
import type { ChatCompletionCreateParamsNonStreaming, ChatCompletionMessageParam } from 'openai/resources';
import { page, png } from '../fixtures/images.js';
import { serveProgram, startServing, token, type Serving } from './serveProgram.js';

let client: OpenAI;
let port: number;
let serving: Serving;

interface Details {
  readonly notes: string[];
  readonly kv_ratio: number;
  readonly stop: string;
}

/** One server for all: starting it costs most of the time. */
before(async () => {
  serving = await startServing();
  ({ client, port } = serving);
});

after(async () => {
  assert.equal(await serving.stop(), 0);
});

const picture = () => `data:image/png;base64,${Buffer.from(png(page(256, 128, 'Error E4719'))).toString('base64')}`;

function about(text: string, url?: string): ChatCompletionMessageParam {
  return {
    role: 'user',
    content: [
      ...(url === undefined ? [] : [{ type: 'image_url' as const, image_url: { url } }]),
      { type: 'text', text },
    ],
  };
}

type Extra = Partial<ChatCompletionCreateParamsNonStreaming> & Record<string, unknown>;

async function complete(messages: ChatCompletionMessageParam[], extra: Extra = {}) {
  const completion = await client.chat.completions.create({
    model: 'look-once',
    messages,
    max_completion_tokens: 4,
    ...extra,
  });
  return { ...completion, details: (completion as unknown as { look_once: Details }).look_once };
}

/** To the end of the stream. */
async function streamed(messages: ChatCompletionMessageParam[], extra: Extra): Promise<void> {
  const model = 'look-once';
  const stream = await client.chat.completions.create({ model, messages, ...extra, stream: true });
  for await (const chunk of stream) assert.ok(chunk.id);
}

/** What another program than OpenAI's client may send. */
function raw(
  method: string,
  url: string,
  { headers = {}, body }: { headers?: http.OutgoingHttpHeaders; body?: string } = {},
): Promise<{ status: number; headers: http.IncomingHttpHeaders; code: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path: url,
        method,
        headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () => {
          const { error } = JSON.parse(text) as { error?: { code: string } };
          resolve({ status: response.statusCode ?? 0, headers: response.headers, code: error?.code ?? '' });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

test('the_models_of_this_machine_are_listed_and_one_of_them_told', async () => {
  const { data } = await client.models.list();
  assert.equal(data[0]?.id, 'look-once');
  const { id } = await client.models.retrieve(data.at(-1)?.id ?? '');
  assert.equal(id, data.at(-1)?.id);
  await assert.rejects(client.models.retrieve('gpt-none'), NotFoundError);
});

test('a_question_is_answered_with_its_usage_and_what_a_reader_would_not_know', async () => {
  const { choices, usage, details, model } = await complete([
    { role: 'system', content: 'Be brief.' },
    about('What is shown?', picture()),
  ]);
  assert.equal(model, 'look-once');
  assert.equal(choices[0]?.message.role, 'assistant');
  assert.equal(typeof choices[0].message.content, 'string');
  assert.equal(choices[0].finish_reason, 'length');
  assert.equal(usage?.completion_tokens, 4);
  assert.ok((usage.prompt_tokens_details as unknown as { image_tokens: number }).image_tokens > 0);
  assert.ok(
    details.notes.some((note) => /stand-in/.test(note)),
    details.notes.join('\n'),
  );
});

test('a_stream_says_the_same_as_the_whole_and_ends_with_the_usage', async () => {
  // Short prompts are not compressed.
  const messages = [about(`${'The deploy of alpha failed. '.repeat(60)}What is shown?`, picture())];
  const extra = { kv_ratio: 0.3, max_completion_tokens: 12, seed: 7, temperature: 0.5 };
  const whole = await complete(messages, extra);
  const stream = await client.chat.completions.create({
    model: 'look-once',
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...extra,
  });
  let text = '';
  let reason: string | null = null;
  let details: Details | undefined;
  let usage: Record<string, unknown> = {};
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    reason = chunk.choices[0]?.finish_reason ?? reason;
    details = (chunk as unknown as { look_once?: Details }).look_once ?? details;
    if (chunk.usage) usage = { ...chunk.usage };
  }
  assert.equal(text, whole.choices[0]?.message.content);
  assert.equal(reason, whole.choices[0]?.finish_reason);
  assert.equal(details?.kv_ratio, 0.3);
  assert.ok(Number(usage['kv_cells_after']) < Number(usage['kv_cells_before']), JSON.stringify(usage));
  assert.equal(usage['completion_tokens'], whole.usage?.completion_tokens);
});

test('a_chat_with_documents_and_history_goes_on', async () => {
  const file_data = `data:text/plain;base64,${Buffer.from('The server is called alpha.').toString('base64')}`;
  const first: ChatCompletionMessageParam = {
    role: 'user',
    content: [
      { type: 'file', file: { filename: 'notes.txt', file_data } },
      { type: 'text', text: 'Which server?' },
    ],
  };
  const { choices } = await complete([first]);
  const answer = choices[0]?.message.content ?? '';
  const second = await complete([first, { role: 'assistant', content: answer }, about('And the port?')]);
  assert.ok((second.usage?.prompt_tokens ?? 0) > 0);
});

test('an_answer_follows_a_schema_and_stops_where_it_is_told', async () => {
  const { choices } = await complete([about('Which code?')], {
    max_completion_tokens: 64,
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'code',
        schema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
      },
    },
  });
  assert.equal(typeof (JSON.parse(choices[0]?.message.content ?? '') as { ok: unknown }).ok, 'boolean');
  const free = await complete([about('What is shown?', picture())], { max_completion_tokens: 24 });
  const text = free.choices[0]?.message.content ?? '';
  const stop = text.slice(1, 3);
  assert.equal(stop.length, 2, `The stand-in says "${text}"`);
  const stopped = await complete([about('What is shown?', picture())], { max_completion_tokens: 24, stop });
  assert.equal(stopped.choices[0]?.message.content, text.slice(0, text.indexOf(stop)));
  assert.equal(stopped.details.stop, 'stop-string');
});

test('what_is_asked_for_and_not_done_is_said_or_refused', async () => {
  const { details } = await complete([about('Hello')], { frequency_penalty: 1, user: 'me' });
  assert.ok(details.notes.includes('frequency_penalty is not supported and changes nothing'), details.notes.join('\n'));
  const tools: Extra = { tools: [{ type: 'function', function: { name: 'f' } }] };
  await assert.rejects(complete([about('Hello')], tools), (error: APIError) => error.code === 'tools_not_supported');
  for (const extra of [{ n: 2 }, { logprobs: true }] as Extra[])
    await assert.rejects(complete([about('Hello')], extra), (error: APIError) => {
      assert.equal(error.code, 'not_supported');
      assert.equal(error.param, Object.keys(extra)[0]);
      return error instanceof BadRequestError;
    });
});

test('bad_input_is_an_error_with_a_code_a_place_and_a_next_step', async () => {
  const cases: [ChatCompletionMessageParam[], Extra, string, RegExp][] = [
    [[], {}, 'invalid_argument', /ends with a question/],
    [
      [about('What?', 'https://example.com/a.png')],
      {},
      'invalid_argument',
      /^\S+ messages.0.content.0: .*Nothing is fetched/,
    ],
    [[about('What?', 'data:image/png;base64,*')], {}, 'invalid_argument', /data URI/],
    [[about('What?', 'data:audio/wav;base64,AAAA')], {}, 'invalid_argument', /received audio\/wav/],
    [[about('What?', 'data:image/png;base64,iVBORw0KGgo=')], {}, 'corrupt_image', /picture-1\.png/],
    [[{ role: 'tool', content: '1', tool_call_id: 'x' }], {}, 'invalid_argument', /received one of x/],
    [[about('What?')], { kv_ratio: 2 }, 'kv_ratio_invalid', /above 0/],
    [[about('What?')], { temperature: -1 }, 'invalid_argument', /temperature/],
    [
      [about('What?')],
      { max_completion_tokens: 'many' } as unknown as Extra,
      'invalid_argument',
      /max_completion_tokens/,
    ],
    [
      [about('What?')],
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'nothing' } } } },
      'json_schema_invalid',
      /schema/i,
    ],
  ];
  for (const [messages, extra, code, pattern] of cases)
    for (const stream of [false, true])
      await assert.rejects(stream ? streamed(messages, extra) : complete(messages, extra), (error: APIError) => {
        assert.equal(error.code, code, error.message);
        assert.match(error.message, pattern);
        assert.match(error.message, / — /);
        // What shows once the answer begins is an event of the stream, which has a status already.
        return error.status === (stream && code === 'json_schema_invalid' ? undefined : 400);
      });
  await assert.rejects(complete([about('What?')], { model: '/etc/passwd' }), NotFoundError);
});

test('a_body_and_a_picture_that_are_too_large_are_refused', async () => {
  const big = (bytes: number) => `data:image/png;base64,${'A'.repeat((4 * bytes) / 3)}`;
  await assert.rejects(complete([about('What?', big(33 * 2 ** 20))]), (error: APIError) => error.status === 413);
  const { status, code } = await raw('POST', '/v1/chat/completions', {
    headers: { 'content-length': 65 * 2 ** 20 },
  }).catch((error: unknown) => ({ status: 0, code: String(error) }));
  assert.deepEqual([status, code], [413, 'body_too_large']);
});

test('who_has_no_business_here_is_turned_away', async () => {
  const stranger = new OpenAI({ baseURL: client.baseURL, apiKey: 'a-wrong-token-of-theirs', maxRetries: 0 });
  await assert.rejects(stranger.models.list(), AuthenticationError);
  const get = (headers: http.OutgoingHttpHeaders) => raw('GET', '/v1/models', { headers });
  assert.deepEqual((await get({ authorization: '' })).code, 'invalid_api_key');
  assert.deepEqual((await get({ host: `evil.example:${port}` })).code, 'host_not_allowed');
  assert.deepEqual((await get({ host: '127.0.0.1:1' })).code, 'host_not_allowed');
  assert.deepEqual((await get({ origin: 'http://localhost:3000' })).code, 'origin_not_allowed');
  const { status, headers } = await raw('OPTIONS', '/v1/chat/completions', {
    headers: { 'origin': 'null', 'access-control-request-method': 'POST' },
  });
  assert.equal(status, 403);
  assert.deepEqual(
    Object.keys(headers).filter((name) => name.startsWith('access-control')),
    [],
  );
  const outside = Object.values(os.networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal);
  if (outside) await assert.rejects(fetch(`http://${outside.address}:${port}/v1/models`));
});

test('requests_that_are_none_are_told_so', async () => {
  const post = (body: string, headers: http.OutgoingHttpHeaders = {}) =>
    raw('POST', '/v1/chat/completions', { body, headers });
  assert.equal((await post('{')).code, 'invalid_json');
  assert.equal((await post('[]')).code, 'invalid_argument');
  assert.equal((await post('{}', { 'content-type': 'text/plain' })).code, 'invalid_content_type');
  assert.equal((await raw('GET', '/v1/chat/completions')).code, 'method_not_allowed');
  assert.equal((await raw('GET', '/v1/files')).code, 'unknown_url');
});

test('a_client_that_hangs_up_is_let_go_and_the_next_one_is_answered', async () => {
  for (const stream of [true, false]) {
    const abort = new AbortController();
    const asked = client.chat.completions.create(
      {
        model: 'look-once',
        messages: [about('Go on and on')],
        max_completion_tokens: 6000,
        stream,
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'long', schema: { type: 'array', items: { type: 'integer' }, minItems: 1500 } },
        },
      },
      { signal: abort.signal },
    );
    if (stream) {
      const chunks = (await asked) as unknown as AsyncIterable<unknown>;
      await chunks[Symbol.asyncIterator]().next();
      abort.abort();
    } else {
      setTimeout(() => {
        abort.abort();
      }, 300);
      await assert.rejects(asked);
    }
    const begun = performance.now();
    await complete([about('Hello')]);
    assert.ok(performance.now() - begun < 10_000);
  }
});

test('a_port_that_is_taken_is_said_with_what_to_do', async () => {
  const second = spawn(process.execPath, [serveProgram, '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  second.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const status = await new Promise((resolve) => second.once('close', resolve));
  assert.equal(status, 1);
  assert.match(said, /^error: invalid_argument: Port \d+ is taken — Choose another with --port/);
});
