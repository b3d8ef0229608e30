/**
 * What the server does around the cache on disk: what the engine is told of it, what is counted and what is deleted.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { BackendClient } from '../../backend-native/cli/backendClient.js';
import type { CacheSettings, LoadParams } from '../../backend-native/protocol/model.js';
import type { NativeLoadOptions } from '../../backend-native/server/transport/nativeAddon.js';
import { failsWith } from '../failsWith.js';
import { png, solid } from '../fixtures/images.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { emptyModel, fakeEnvironment } from './fakeBackend.js';
import { runProgram } from './runProgram.js';

interface Loaded {
  readonly client: BackendClient;
  readonly files: LoadParams;
  readonly log: readonly string[];
}

/** The stand-in for the addon, with empty model files loaded. */
async function loadedWith(t: TestContext, cache: CacheSettings | undefined, holdMinutes = 0): Promise<Loaded> {
  const log: string[] = [];
  const client = new BackendClient({ env: fakeEnvironment(), onLog: (line) => log.push(line) });
  t.after(() => client.close());
  const files = await emptyModel(t);
  await client.request('lookOnce/load', { ...files, engine: cache ? { cache, holdMinutes } : { holdMinutes } });
  return { client, files, log };
}

async function cacheOf({ client }: Pick<Loaded, 'client'>): Promise<NativeLoadOptions['cache']> {
  const { answer } = await client.request('lookOnce/ask', { question: 'options' });
  return (JSON.parse(answer) as NativeLoadOptions).cache;
}

const image = (value: number) => ({ name: `${value}.png`, base64: png(solid(2, 1, [value, 0, 0])).toString('base64') });

test('the_engine_is_told_the_folder_the_bound_and_which_model_it_is', async (t) => {
  const cache = { folder: path.join(scratchFolder(t), 'new', 'cache'), maxBytes: 2 ** 33 };
  const loaded = await loadedWith(t, cache);
  const { modelId, projectorId, ...told } = (await cacheOf(loaded)) ?? assert.fail('the engine was told of no cache');
  assert.deepEqual(told, cache);
  assert.match(`${modelId} ${projectorId}`, /^[0-9a-f]{64} fake [0-9a-f]{64} fake$/);
  assert.notEqual(modelId, projectorId);
  const { modelPath = '' } = loaded.files;
  await loaded.client.request('lookOnce/load', { modelPath, engine: { cache } });
  assert.deepEqual(await cacheOf(loaded), { ...cache, modelId, projectorId: '' });
});

test('without_a_cache_the_engine_is_told_of_none_and_nothing_is_hashed_unless_it_holds_one_in_memory', async (t) => {
  const loaded = await loadedWith(t, undefined);
  assert.equal(await cacheOf(loaded), undefined);
  const { answer } = await loaded.client.request('lookOnce/ask', { question: 'hashes', images: [image(1)] });
  assert.deepEqual(JSON.parse(answer), ['']);
  // What is held in memory has to be told apart too.
  const holding = await loadedWith(t, undefined, 10);
  const held = await holding.client.request('lookOnce/ask', { question: 'hashes', images: [image(1)] });
  assert.match(held.answer, /[0-9a-f]{64}/);
  assert.equal((await loaded.client.request('lookOnce/info', undefined)).cache, null);
});

test('images_of_the_history_have_their_hashes_too', async (t) => {
  const { client } = await loadedWith(t, { folder: scratchFolder(t), maxBytes: 1 });
  const history = [{ question: 'q', answer: 'a', images: [image(1), image(2)] }];
  const { answer } = await client.request('lookOnce/ask', {
    question: 'hashes',
    images: [image(1)],
    conversation: { id: 'one', history },
  });
  const [first, second, again, ...others] = JSON.parse(answer) as string[];
  assert.match(first ?? '', /^[0-9a-f]{64}$/);
  assert.notEqual(second, first);
  assert.equal(again, first, 'the same picture is the same wherever it comes from');
  assert.deepEqual(others, []);
});

test('a_folder_that_cannot_be_used_is_a_warning_and_the_answer_comes', async (t) => {
  const folder = path.join(writeFile(scratchFolder(t), 'file', 'x'), 'below');
  const loaded = await loadedWith(t, { folder, maxBytes: 1 });
  assert.equal(await cacheOf(loaded), undefined);
  assert.match(loaded.log.join('\n'), /Nothing is kept on disk: the cache folder .*below cannot be used \(ENOTDIR\)/);
  assert.equal((await loaded.client.request('lookOnce/info', undefined)).cache, null);
  await assert.rejects(
    loaded.client.request('lookOnce/load', { ...loaded.files, engine: { cache: { folder: 'relative', maxBytes: 1 } } }),
    failsWith('invalid_argument', /an absolute path/),
  );
});

test('info_tells_how_much_is_kept_and_clearing_frees_it', async (t) => {
  const folder = scratchFolder(t);
  const { client } = await loadedWith(t, { folder, maxBytes: 1000 });
  writeFile(folder, 'a.lookonce', Buffer.alloc(300));
  writeFile(folder, 'b.lookonce', Buffer.alloc(40));
  writeFile(folder, 'mine.txt', 'mine');
  assert.deepEqual((await client.request('lookOnce/info', undefined)).cache, { folder, maxBytes: 1000, bytes: 340 });
  assert.deepEqual(await client.request('lookOnce/clearCache', {}), { folder, files: 2, freedBytes: 340 });
  assert.deepEqual(fs.readdirSync(folder), ['mine.txt']);
  assert.equal((await client.request('lookOnce/info', undefined)).cache?.bytes, 0);
});

test('a_folder_is_cleared_without_a_model_and_none_without_a_folder', async (t) => {
  const client = new BackendClient({ env: fakeEnvironment() });
  t.after(() => client.close());
  const folder = scratchFolder(t);
  writeFile(folder, 'a.lookonce', 'five!');
  assert.deepEqual(await client.request('lookOnce/clearCache', {}), { folder: null, files: 0, freedBytes: 0 });
  assert.deepEqual(await client.request('lookOnce/clearCache', { folder }), { folder, files: 1, freedBytes: 5 });
  await assert.rejects(
    client.request('lookOnce/clearCache', { folder: 'relative' }),
    failsWith('invalid_argument', /an absolute path/),
  );
});

test('a_conversation_that_was_restored_was_not_read_again', async (t) => {
  const { client } = await loadedWith(t, { folder: scratchFolder(t), maxBytes: 1 });
  const conversation = (id: string) => ({ id, history: [{ question: 'q', answer: 'a', images: [image(1)] }] });
  const restored = await client.request('lookOnce/ask', { question: 'restored 7', conversation: conversation('one') });
  assert.deepEqual([restored.reread, restored.prompt.restoredTokens], [false, 7]);
  const read = await client.request('lookOnce/ask', { question: 'say yes', conversation: conversation('two') });
  assert.deepEqual([read.reread, read.prompt.restoredTokens], [true, 0]);
  const images = [image(2)];
  const inPart = await client.request('lookOnce/ask', {
    question: 'restored 7 0 1',
    images,
    conversation: conversation('three'),
  });
  assert.equal(inPart.reread, true, 'a picture of an earlier turn was read');
  const onlyNew = await client.request('lookOnce/ask', {
    question: 'restored 7 1',
    images,
    conversation: conversation('four'),
  });
  assert.equal(onlyNew.reread, false, 'only the picture of this turn was read');
});

test('ask_keeps_in_the_folder_it_is_given_and_nowhere_else', async (t) => {
  const { modelPath, mmprojPath } = await emptyModel(t);
  const home = scratchFolder(t);
  const env = { ...fakeEnvironment(), HOME: home, LOCALAPPDATA: home, XDG_CACHE_HOME: path.join(home, 'xdg') };
  const folder = path.join(scratchFolder(t), 'kept');
  const told = async (...args: string[]) => {
    const { stdout, stderr } = await runProgram(
      'ask',
      ['--model', modelPath, '--mmproj', mmprojPath, ...args, 'options'],
      { env },
    );
    assert.equal(stderr, '');
    return (JSON.parse(stdout) as NativeLoadOptions).cache;
  };
  assert.equal(await told('--no-cache'), undefined);
  assert.equal((await told('--cache-dir', folder, '--cache-max-gigabytes', '0.25'))?.maxBytes, 2 ** 28);
  assert.equal(fs.statSync(folder).isDirectory(), true);
  assert.deepEqual(fs.readdirSync(home), []);
});
