/**
 * A model on a device whose memory this process cannot read: the same answers, and plain words when the device is lost.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import type { BackendClient } from '../../backend-native/cli/backendClient.js';
import type { AskResult } from '../../backend-native/protocol/ask.js';
import type { KvMap } from '../../backend-native/protocol/kvMap.js';
import type { EngineSettings, ModelInfo } from '../../backend-native/protocol/model.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { failsWith } from '../failsWith.js';
import { writeFixture, type VisionFamilyName } from '../fixtures/writeFixture.js';
import { scratchFolder } from '../scratch.js';
import { ask, newClient, pageFile } from './realBackend.js';
import { metered, startRpcServer } from './rpcServer.js';
import { runProgram } from './runProgram.js';

const question = 'What is this?';
const sampling = { maxTokens: 24 };
const sample = path.join(packageRoot(), 'test', 'fixtures', 'samples', 'tiny', 'terminal.png');

interface Files {
  readonly modelPath?: string;
  readonly mmprojPath?: string;
}

async function filesOf(t: TestContext, family: VisionFamilyName | 'embedded'): Promise<Files> {
  if (family === 'embedded') return {};
  // A CPU may have kernels of its own for weights in fewer bits, which a server does not use and which round otherwise.
  const { model, mmproj } = await writeFixture(family, scratchFolder(t), { type: 'f32' });
  return { modelPath: model, mmprojPath: mmproj };
}

async function load(client: BackendClient, files: Files, engine: Partial<EngineSettings>): Promise<ModelInfo> {
  // Nothing is held, so that a follow-up goes on from the cache that is left.
  const result = await client.request('lookOnce/load', { ...files, engine: { holdMinutes: 0, ...engine } });
  return result.status === 'loaded' ? result.model : assert.fail('cancelled');
}

const kept = { minPromptTokens: 16, ratio: 0.2 } as const;
const rules = [
  { name: 'everything', kv: { ratio: 1 } },
  { name: 'look-once', kv: { ...kept, method: 'look-once' } },
  { name: 'look-m pivot', kv: { ...kept, method: 'look-m', merge: 'pivot' } },
] as const;

interface Answered {
  readonly rule: string;
  readonly answer: AskResult;
  readonly followUp: AskResult;
  readonly map: KvMap | null;
}

/** A question about pictures, and one after it, under every rule. */
async function answersOf(
  client: BackendClient,
  images: readonly { path: string }[],
  question = 'What is this?',
): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (const { name, kv } of rules) {
    const talk = new ClientConversation(client);
    const answer = await talk.ask({ question, images, kv, sampling });
    const map = await client.request('lookOnce/kvMap', undefined);
    const followUp = await talk.ask({ question: 'And then?', kv, sampling });
    answers.push({ rule: name, answer, followUp, map });
  }
  return answers;
}

/** What has to be the same wherever the cache is. */
function comparable({ rule, answer, followUp, map }: Answered) {
  const of = ({ answer: text, kv, tokens }: AskResult) => ({
    text,
    tokens,
    cells: [kv.cellsBefore, kv.cellsAfter],
    note: kv.note,
    compressed: kv.compressed,
  });
  return { rule, answer: of(answer), followUp: of(followUp), map };
}

for (const family of ['llamaGqa', 'qwen2vl', 'embedded'] as const) {
  test(`${family}_answers_and_keeps_the_same_on_an_rpc_device_as_on_the_cpu`, async (t) => {
    const files = await filesOf(t, family);
    // A trained model is asked what it is sure of, so that rounding decides nothing.
    const images =
      family === 'embedded'
        ? [{ path: sample }]
        : ['one', 'two'].map((seed) => ({ path: pageFile(t, 160, 120, seed) }));
    const asked = family === 'embedded' ? 'What is the error code?' : question;
    // Clients end before servers: what they have there is given back first.
    const [here, there] = [newClient(t), newClient(t)];
    const { address } = await startRpcServer(t);
    assert.deepEqual((await load(here, files, {})).devices, ['CPU']);
    assert.deepEqual(
      (await load(there, files, { rpcServers: [address] })).devices,
      ['RPC0'],
      'the cache is on the server',
    );
    const expected = await answersOf(here, images, asked);
    const actual = await answersOf(there, images, asked);
    assert.deepEqual(actual.map(comparable), expected.map(comparable));
    assert.deepEqual(
      actual.map(({ answer }) => answer.kv.compressed),
      [false, true, true],
    );
    for (const { answer } of actual)
      assert.equal(
        answer.kv.note,
        answer.kv.compressed ? '' : expected[0]?.answer.kv.note,
        'nothing was moved to the CPU',
      );
  });
}

test('layers_that_are_split_over_two_servers_or_a_server_and_the_cpu_answer_and_keep_the_same', async (t) => {
  const files = await filesOf(t, 'llamaGqa');
  const images = [{ path: pageFile(t, 160, 120, 'one') }];
  const client = newClient(t);
  await load(client, files, {});
  const expected = (await answersOf(client, images)).map(comparable);
  const [one, two] = [await startRpcServer(t), await startRpcServer(t)];

  const both = await load(client, files, { rpcServers: [one.address, two.address] });
  assert.deepEqual([...both.devices].sort(), ['RPC0', 'RPC1']);
  assert.deepEqual((await answersOf(client, images)).map(comparable), expected);

  const beside = await load(client, files, { rpcServers: [one.address], gpuLayers: 2 });
  assert.deepEqual([...beside.devices].sort(), ['CPU', 'RPC0']);
  assert.deepEqual((await answersOf(client, images)).map(comparable), expected);
});

test('a_quantised_cache_on_an_rpc_device_is_compressed_as_on_the_cpu', async (t) => {
  const { model, mmproj } = await writeFixture('llamaGqa', scratchFolder(t), { dHead: 32 });
  const files = { modelPath: model, mmprojPath: mmproj };
  const images = [{ path: pageFile(t, 160, 120, 'one') }];
  const client = newClient(t);
  const { address } = await startRpcServer(t);
  await load(client, files, { kvType: 'q8_0' });
  // Follow-ups go on from cells that answers wrote: of the same cells one was seen to say other words from its fourth
  // on, which is taken for a near tie among random weights. Rows are compared in lookm-device.cpp.
  const told = (answered: Answered) => {
    const { followUp, ...rest } = comparable(answered);
    return { ...rest, followUp: { ...followUp, text: '' } };
  };
  const expected = (await answersOf(client, images)).map(told);
  assert.deepEqual((await load(client, files, { kvType: 'q8_0', rpcServers: [address] })).devices, ['RPC0']);
  assert.deepEqual((await answersOf(client, images)).map(told), expected);
});

test('what_runs_on_a_server_is_cancelled_in_every_phase', async (t) => {
  const client = newClient(t);
  const { address } = await startRpcServer(t);
  await load(client, await filesOf(t, 'pixtral'), { rpcServers: [address] });
  const images = ['one', 'two', 'three'].map((seed) => ({ path: pageFile(t, 320, 240, seed) }));
  for (const phase of ['image', 'prefill', 'compress', 'answer'] as const) {
    const controller = new AbortController();
    const params = { question, images, kv: kept, sampling: { maxTokens: 2000, ignoreEnd: true } };
    const onProgress = (progress: { phase: string }) => {
      if (progress.phase === phase) controller.abort();
    };
    const { stop } = await client.request('lookOnce/ask', params, { signal: controller.signal, onProgress });
    assert.equal(stop, 'cancelled', phase);
  }
  assert.equal((await ask(client, { question, sampling })).tokens, sampling.maxTokens);
});

test('what_comes_back_from_a_device_grows_with_the_prompt_and_not_with_its_square', async (t) => {
  const client = newClient(t);
  const meter = await metered(t, await startRpcServer(t));
  const { embedding } = await load(client, await filesOf(t, 'pixtral'), { rpcServers: [meter.address] });
  const received = async (n: number, method: 'look-once' | 'look-m') => {
    const images = Array.from({ length: n }, (_, index) => ({ path: pageFile(t, 320, 240, `${index}`) }));
    meter.received();
    const { kv, prompt } = await ask(client, { question, images, kv: { ...kept, method }, sampling: { maxTokens: 1 } });
    assert.ok(kv.compressed, kv.note);
    return { bytes: meter.received(), tokens: prompt.tokens, cache: kv.bytesBefore };
  };
  for (const method of ['look-once', 'look-m'] as const) {
    await received(1, method);
    const [small, large] = [await received(2, method), await received(8, method)];
    t.diagnostic(
      `${method}: ${small.bytes} bytes for ${small.tokens} tokens, ${large.bytes} for ${large.tokens}, whose ` +
        `cache has ${large.cache}`,
    );
    assert.ok(large.tokens > 3.5 * small.tokens);
    const exponent = Math.log(large.bytes / small.bytes) / Math.log(large.tokens / small.tokens);
    assert.ok(exponent < 1.1, `bytes grow with the power ${exponent} of the tokens`);
    // The cache once, and what the encoder made of the pictures; the scores of one question are next to nothing.
    const needed = large.cache + large.tokens * embedding * 4;
    if (method === 'look-once')
      assert.ok(large.bytes < 1.1 * needed, `${large.bytes} bytes came back where ${needed} are needed`);
  }
});

test('a_model_uses_the_servers_that_it_was_loaded_with_and_no_others', async (t) => {
  const files = await filesOf(t, 'llamaGqa');
  const client = newClient(t);
  const [one, two] = [await startRpcServer(t), await startRpcServer(t)];
  assert.deepEqual((await load(client, files, { rpcServers: [one.address] })).devices, ['RPC0']);
  assert.deepEqual((await load(client, files, {})).devices, ['CPU']);
  assert.deepEqual((await load(client, files, { rpcServers: [two.address] })).devices, ['RPC1']);
  assert.deepEqual((await load(client, files, { rpcServers: [two.address], device: 'CPU' })).devices, ['CPU']);
  await assert.rejects(
    load(client, files, { rpcServers: [two.address], device: 'RPC0' }),
    failsWith('invalid_argument', /Expected one of RPC1, CPU for device but received "RPC0"/),
  );
  // The same again: the connection of the model before does not stand in the way.
  assert.deepEqual((await load(client, files, { rpcServers: [one.address, two.address], device: 'RPC1' })).devices, [
    'RPC1',
  ]);
  assert.deepEqual((await load(client, files, { rpcServers: [one.address], contextSize: 512 })).devices, ['RPC0']);
});

test('a_server_that_is_not_there_is_an_error_and_not_the_end_of_the_process', async (t) => {
  const files = await filesOf(t, 'llamaGqa');
  const client = newClient(t);
  const { process: before } = await client.request('lookOnce/info', undefined);
  await assert.rejects(
    load(client, files, { rpcServers: ['127.0.0.1:1'] }),
    failsWith('rpc_server_unavailable', /127\.0\.0\.1:1 cannot be reached/),
  );
  const { process: after, model } = await client.request('lookOnce/info', undefined);
  assert.deepEqual([after.pid, model], [before.pid, null]);
  assert.deepEqual((await load(client, files, {})).devices, ['CPU']);
});

test('a_server_that_serves_another_is_said_to_be_busy', async (t) => {
  const files = await filesOf(t, 'llamaGqa');
  const [first, second] = [newClient(t), newClient(t)];
  const { address } = await startRpcServer(t);
  await load(first, files, { rpcServers: [address] });
  await assert.rejects(
    load(second, files, { rpcServers: [address] }),
    failsWith('rpc_server_unavailable', /accepted a connection but did not answer/),
  );
});

test('a_server_that_is_lost_at_work_is_named_and_the_backend_starts_again', async (t) => {
  const files = await filesOf(t, 'llamaGqa');
  const client = newClient(t);
  const server = await startRpcServer(t);
  await load(client, files, { rpcServers: [server.address] });
  const asked = client.request(
    'lookOnce/ask',
    { question, sampling: { maxTokens: 2000, ignoreEnd: true } },
    {
      onProgress: ({ phase }) => {
        if (phase === 'answer') server.child.kill('SIGKILL');
      },
    },
  );
  await assert.rejects(asked, (error) => {
    failsWith('backend_crashed', /^An RPC server went away: .*ggml-rpc\.cpp/)(error);
    assert.match((error as { nextStep: string }).nextStep, /Start ggml-rpc-server again, or load the model without it/);
    return true;
  });
  assert.deepEqual((await load(client, files, {})).devices, ['CPU']);
  assert.equal((await ask(client, { question, sampling })).tokens, sampling.maxTokens);
});

test('the_command_line_names_servers_and_tells_the_device', async (t) => {
  const { address } = await startRpcServer(t);
  const image = pageFile(t, 160, 120, 'one');
  const { status, stdout, stderr } = await runProgram('ask', [
    '--rpc',
    address,
    '--image',
    image,
    '--max-tokens',
    '4',
    '--json',
    question,
  ]);
  assert.equal(status, 0, stderr);
  assert.equal((JSON.parse(stdout) as { device: string }).device, 'RPC0');
  const refused = await runProgram('ask', ['--rpc', 'nowhere', question]);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^error: invalid_argument: Expected host:port for the RPC servers but received nowhere/);
});
