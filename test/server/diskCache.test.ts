/**
 * What was looked at once and is kept on disk: found again in any process, never trusted, never more than its bound.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { BackendClient } from '../../backend-native/cli/backendClient.js';
import type { AskParams, AskResult, HistoryTurn } from '../../backend-native/protocol/ask.js';
import type { EngineSettings } from '../../backend-native/protocol/model.js';
import { writeFixture, writeProjector, type VisionFamilyName } from '../fixtures/writeFixture.js';
import { scratchFolder } from '../scratch.js';
import { ask, pageFile } from './realBackend.js';

const large = 2 ** 30;
const question = 'What is this?';
/** The whole cache: what is restored has to say what was read says. */
const full = { kv: { ratio: 1 }, sampling: { maxTokens: 32 } } as const;
const compressed = { kv: { ratio: 0.2, minPromptTokens: 16 }, sampling: { maxTokens: 32 } } as const;

interface Models {
  readonly model: string;
  readonly mmproj: string;
}

interface Loaded {
  readonly client: BackendClient;
  readonly log: readonly string[];
}

/** A process of its own. @param folder of its cache; none when it is left out */
async function load(
  t: TestContext,
  { model, mmproj }: Models,
  folder?: string,
  engine: Partial<EngineSettings> = {},
  maxBytes = large,
): Promise<Loaded> {
  const log: string[] = [];
  const client = new BackendClient({ onLog: (line) => log.push(line) });
  t.after(() => client.close());
  const cache = folder === undefined ? {} : { cache: { folder, maxBytes } };
  await client.request('lookOnce/load', {
    modelPath: model,
    mmprojPath: mmproj,
    engine: { holdMinutes: 0, ...engine, ...cache },
  });
  return { client, log };
}

function modelsOf(t: TestContext, family: VisionFamilyName = 'smolvlm'): Promise<Models> {
  return writeFixture(family, scratchFolder(t));
}

function picturesOf(t: TestContext, ...seeds: readonly string[]): { path: string }[] {
  return seeds.map((seed) => ({ path: pageFile(t, 160, 120, seed) }));
}

/** Which of the turn's pictures were known, and whether anything of the prompt was. */
function known({ images, prompt }: AskResult): { readonly pictures: readonly boolean[]; readonly restored: boolean } {
  return { pictures: images.map(({ fromCache }) => fromCache), restored: prompt.restoredTokens > 0 };
}

const filesIn = (folder: string) =>
  fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.lookonce'))
    .map((name) => path.join(folder, name));
const bytesIn = (folder: string) => filesIn(folder).reduce((sum, file) => sum + fs.statSync(file).size, 0);

for (const family of ['smolvlm', 'qwen2vl', 'llava15'] as const) {
  test(`${family}_encodes_no_picture_twice_in_this_process_or_another`, async (t) => {
    const models = await modelsOf(t, family);
    const folder = path.join(scratchFolder(t), 'cache');
    const [one = { path: '' }, two = { path: '' }] = picturesOf(t, 'one', 'two');
    const { client } = await load(t, models, folder);
    const first = await ask(client, { question, images: [one], ...full });
    assert.deepEqual(known(first), { pictures: [false], restored: false });
    assert.ok(first.ms.encode > 0);
    const mixed = await ask(client, { question, images: [two, one], ...full });
    assert.deepEqual(known(mixed).pictures, [false, true]);
    const plain = await ask((await load(t, models)).client, { question, images: [two, one], ...full });
    assert.equal(mixed.answer, plain.answer, 'what was kept of a picture is what the encoder made of it');
    assert.deepEqual([plain.prompt.restoredTokens, mixed.prompt.tokens], [0, plain.prompt.tokens]);
    // The same pixels under another name and in another file.
    const copy = { name: 'other.png', base64: fs.readFileSync(one.path).toString('base64') };
    const elsewhere = await ask((await load(t, models, folder)).client, {
      question: 'And now?',
      images: [copy, two],
      ...full,
    });
    assert.deepEqual([known(elsewhere).pictures, elsewhere.ms.encode], [[true, true], 0]);
  });

  test(`${family}_answers_a_second_question_from_what_was_restored_as_if_it_had_read_it`, async (t) => {
    const models = await modelsOf(t, family);
    const folder = scratchFolder(t);
    const images = picturesOf(t, 'one', 'two', 'three');
    const plain = (await load(t, models)).client;
    const kept = (await load(t, models, folder)).client;
    const expected = await ask(plain, { question, images, ...full });
    assert.equal((await ask(kept, { question, images, ...full })).answer, expected.answer, 'keeping changes no answer');
    const other = { question: 'Which of these shows an error?', images, ...full };
    const read = await ask(plain, other);
    for (const client of [kept, (await load(t, models, folder)).client]) {
      const restored = await ask(client, other);
      assert.deepEqual(known(restored), { pictures: [true, true, true], restored: true });
      assert.ok(
        restored.prompt.restoredTokens >= restored.prompt.imageTokens,
        `${restored.prompt.restoredTokens} of ${restored.prompt.imageTokens}`,
      );
      assert.ok(restored.prompt.restoredTokens < restored.prompt.tokens);
      assert.deepEqual(
        [restored.answer, restored.prompt.tokens, restored.ms.encode],
        [read.answer, read.prompt.tokens, 0],
      );
      assert.ok(restored.ms.restore > 0);
    }
  });
}

test('what_was_restored_is_compressed_for_the_question_as_what_was_read_is', async (t) => {
  const models = await modelsOf(t, 'llamaGqa');
  const folder = scratchFolder(t);
  const images = picturesOf(t, 'one', 'two', 'three');
  const other = { question: 'Which of these shows an error?', images, ...compressed };
  const { client } = await load(t, models, folder);
  await ask(client, { question, images, ...compressed });
  const restored = await ask(client, other);
  const read = await ask((await load(t, models)).client, other);
  assert.equal(known(restored).restored, true);
  assert.deepEqual(
    [restored.kv.compressed, restored.kv.cellsBefore, restored.kv.cellsAfter],
    [true, read.kv.cellsBefore, read.kv.cellsAfter],
  );
  assert.equal(restored.answer, read.answer);
});

test('a_conversation_of_another_process_goes_on_without_looking_again', async (t) => {
  const models = await modelsOf(t);
  const folder = scratchFolder(t);
  const images = picturesOf(t, 'one', 'two');
  const first = await ask((await load(t, models, folder)).client, {
    question,
    images,
    ...full,
    conversation: { id: 'one', history: [] },
  });
  const history: HistoryTurn[] = [{ question, answer: first.answer, images }];
  const next: AskParams = { question: 'And then?', ...full, conversation: { id: 'one', history } };
  const read = await ask((await load(t, models)).client, next);
  assert.deepEqual([read.reread, read.prompt.restoredTokens, read.ms.encode > 0], [true, 0, true]);
  const restored = await ask((await load(t, models, folder)).client, next);
  assert.deepEqual([restored.reread, restored.ms.encode, restored.prompt.tokens], [false, 0, read.prompt.tokens]);
  assert.ok(restored.prompt.restoredTokens >= restored.prompt.imageTokens);
  assert.equal(restored.answer, read.answer);
});

test('another_model_projector_or_limit_finds_nothing_of_the_ones_before', async (t) => {
  const models = await modelsOf(t, 'pixtral');
  const folder = scratchFolder(t);
  const params = { question, images: picturesOf(t, 'one'), ...full };
  await ask((await load(t, models, folder)).client, params);
  const expectUnknown = async (
    other: Models,
    engine: Partial<EngineSettings>,
    pictures: readonly boolean[],
    what: string,
  ) => {
    const result = await ask((await load(t, other, folder, engine)).client, params);
    assert.deepEqual(known(result), { pictures, restored: false }, what);
    const plain = await ask((await load(t, other, undefined, engine)).client, params);
    assert.equal(result.answer, plain.answer, what);
  };
  const otherProjector = path.join(scratchFolder(t), 'other.mmproj.gguf');
  await writeProjector('pixtral', otherProjector, { seed: 'another' });
  await expectUnknown({ ...models, mmproj: otherProjector }, {}, [false], 'another projector');
  await expectUnknown(models, { imageMaxTokens: 24 }, [false], 'another limit');
  // What the encoder makes of a picture does not depend on the text model or on how its cache is stored.
  const otherModel = await writeFixture('pixtral', scratchFolder(t), { seed: 'another' });
  await expectUnknown({ ...models, model: otherModel.model }, {}, [true], 'another text model');
  await expectUnknown(models, { kvType: 'q8_0' }, [true], 'another type of the cache');
  assert.deepEqual(
    known(await ask((await load(t, models, folder)).client, params)),
    { pictures: [true], restored: true },
    'the first is still there',
  );
});

const damages: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  a_flipped_byte_in_the_middle: (content) => {
    const damaged = Buffer.from(content);
    const at = content.length >> 1;
    damaged[at] = (content[at] ?? 0) ^ 0x10;
    return damaged;
  },
  a_flipped_byte_at_the_start: (content) => Buffer.concat([Buffer.from([(content[0] ?? 0) ^ 1]), content.subarray(1)]),
  a_cut_in_half: (content) => content.subarray(0, content.length >> 1),
  a_lost_last_byte: (content) => content.subarray(0, -1),
  more_at_the_end: (content) => Buffer.concat([content, Buffer.alloc(64)]),
  nothing_inside: () => Buffer.alloc(0),
  a_foreign_file: () => Buffer.from('<!doctype html><title>Not ours</title>'.repeat(50)),
};

for (const [name, damaged] of Object.entries(damages)) {
  test(`${name}_is_ignored_with_a_line_of_the_log_and_made_again`, async (t) => {
    const models = await modelsOf(t);
    const folder = scratchFolder(t);
    const params = { question, images: picturesOf(t, 'one', 'two'), ...full };
    const first = await ask((await load(t, models, folder)).client, params);
    const files = filesIn(folder);
    assert.ok(files.length > 0);
    for (const file of files) fs.writeFileSync(file, damaged(fs.readFileSync(file)));
    const { client, log } = await load(t, models, folder);
    const again = await ask(client, params);
    assert.deepEqual([again.answer, known(again)], [first.answer, { pictures: [false, false], restored: false }]);
    assert.match(log.join('\n'), /\.lookonce/, 'the log names the file');
    const rebuilt = await ask((await load(t, models, folder)).client, params);
    assert.deepEqual([rebuilt.answer, known(rebuilt)], [first.answer, { pictures: [true, true], restored: true }]);
  });
}

test('files_changed_for_each_other_are_not_believed', async (t) => {
  const models = await modelsOf(t);
  const folder = scratchFolder(t);
  const [one = { path: '' }, two = { path: '' }] = picturesOf(t, 'one', 'two');
  const { client } = await load(t, models, folder);
  await ask(client, { question, images: [one], ...full });
  const before = filesIn(folder);
  const expected = await ask(client, { question, images: [two], ...full });
  const ofTwo = filesIn(folder).filter((file) => !before.includes(file));
  for (const file of ofTwo) {
    const twin = before.find((other) => fs.statSync(other).size === fs.statSync(file).size);
    if (twin !== undefined) fs.copyFileSync(twin, file);
  }
  const result = await ask((await load(t, models, folder)).client, { question, images: [two], ...full });
  assert.equal(result.answer, expected.answer);
  assert.equal(known(result).restored, false);
});

test('the_folder_stays_within_its_bound_and_what_was_not_used_for_longest_goes_first', async (t) => {
  const models = await modelsOf(t);
  // Of a document there is one file alone, and those of equal length are equally large.
  const about = (name: string): AskParams => ({
    question,
    documents: [{ name: `${name}.txt`, text: `${name} `.repeat(60) }],
    ...full,
  });
  const measuring = scratchFolder(t);
  await ask((await load(t, models, measuring)).client, about('one'));
  const each = bytesIn(measuring);
  assert.equal(filesIn(measuring).length, 1);

  const folder = scratchFolder(t);
  const bound = Math.floor(2.5 * each);
  const { client } = await load(t, models, folder, {}, bound);
  const isRestored = async (name: string): Promise<boolean> => {
    const result = await ask(client, about(name));
    assert.ok(bytesIn(folder) <= bound, `${bytesIn(folder)} bytes are more than ${bound}`);
    return known(result).restored;
  };
  assert.deepEqual([await isRestored('one'), await isRestored('two')], [false, false]);
  assert.equal(await isRestored('one'), true);
  assert.equal(await isRestored('six'), false);
  assert.deepEqual([await isRestored('one'), await isRestored('six')], [true, true]);
  assert.equal(await isRestored('two'), false, 'it was not used for longest');
});

test('pictures_stay_within_the_bound_too', async (t) => {
  const models = await modelsOf(t);
  const folder = scratchFolder(t);
  const [one = { path: '' }, ...others] = picturesOf(t, 'one', 'two', 'three', 'four');
  await ask((await load(t, models, folder)).client, { question, images: [one], ...full });
  const bound = Math.floor(1.5 * bytesIn(folder));
  const { client } = await load(t, models, folder, {}, bound);
  for (const image of [...others, one]) {
    await ask(client, { question, images: [image], ...full });
    assert.ok(bytesIn(folder) <= bound, `${bytesIn(folder)} bytes are more than ${bound}`);
    assert.ok(filesIn(folder).length > 0);
  }
});

test('a_bound_that_holds_nothing_keeps_nothing_and_the_answer_comes', async (t) => {
  const models = await modelsOf(t);
  const folder = scratchFolder(t);
  const { client } = await load(t, models, folder, {}, 100);
  const params = { question, images: picturesOf(t, 'one'), ...full };
  const first = await ask(client, params);
  assert.ok(bytesIn(folder) <= 100);
  const again = await ask(client, params);
  assert.deepEqual([again.answer, known(again)], [first.answer, { pictures: [false], restored: false }]);
});

test(
  'a_folder_that_cannot_be_written_to_leaves_a_line_of_the_log_and_the_answer_comes',
  { skip: process.platform !== 'linux' && 'needs a folder that nobody can write to' },
  async (t) => {
    const models = await modelsOf(t);
    // Root may write into any folder but into this one.
    const folder = process.getuid?.() === 0 ? '/proc' : scratchFolder(t);
    if (folder !== '/proc') fs.chmodSync(folder, 0o500);
    const params = { question, images: picturesOf(t, 'one'), ...full };
    const { client, log } = await load(t, models, folder);
    const result = await ask(client, params);
    const plain = await ask((await load(t, models)).client, params);
    assert.deepEqual([result.answer, known(result)], [plain.answer, { pictures: [false], restored: false }]);
    assert.match(log.join('\n'), new RegExp(`cache.*${folder}|${folder}.*\\.lookonce`, 'i'));
  },
);

test(
  'what_is_kept_is_for_this_user_alone',
  { skip: process.platform === 'win32' && 'Windows has no such modes' },
  async (t) => {
    const models = await modelsOf(t);
    const folder = path.join(scratchFolder(t), 'cache');
    await ask((await load(t, models, folder)).client, { question, images: picturesOf(t, 'one'), ...full });
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
    const files = filesIn(folder);
    assert.ok(files.length > 0);
    for (const file of files) assert.equal(fs.statSync(file).mode & 0o077, 0, file);
    assert.deepEqual(
      fs.readdirSync(folder).filter((name) => !name.endsWith('.lookonce') || name.startsWith('partial')),
      [],
      'nothing half-written is left',
    );
  },
);

test('clearing_frees_what_info_told_and_the_next_question_looks_again', async (t) => {
  const models = await modelsOf(t);
  const folder = scratchFolder(t);
  const { client } = await load(t, models, folder);
  const params = { question, images: picturesOf(t, 'one'), ...full };
  const first = await ask(client, params);
  const { cache } = await client.request('lookOnce/info', undefined);
  assert.deepEqual(cache, { folder, maxBytes: large, bytes: bytesIn(folder) });
  const cleared = await client.request('lookOnce/clearCache', {});
  assert.deepEqual(cleared, { folder, files: cleared.files, freedBytes: cache.bytes });
  assert.ok(cleared.files > 0);
  assert.deepEqual(filesIn(folder), []);
  const again = await ask(client, params);
  assert.deepEqual([again.answer, known(again)], [first.answer, { pictures: [false], restored: false }]);
  assert.deepEqual(known(await ask(client, params)), { pictures: [true], restored: true }, 'it is kept again');
});

test('a_sweep_keeps_and_finds_pictures_too', async (t) => {
  const models = await modelsOf(t);
  const folder = scratchFolder(t);
  const params = {
    question,
    images: picturesOf(t, 'one', 'two'),
    variants: [{ ratio: 0.2, minPromptTokens: 16 }],
    sampling: { maxTokens: 16 },
  };
  const plain = await (await load(t, models)).client.request('lookOnce/sweep', params);
  const { client } = await load(t, models, folder);
  const first = await client.request('lookOnce/sweep', params);
  const second = await client.request('lookOnce/sweep', params);
  assert.deepEqual(
    [first, second].map(({ images }) => images.map(({ fromCache }) => fromCache)),
    [
      [false, false],
      [true, true],
    ],
  );
  assert.equal(second.ms.encode, 0);
  for (const { full: whole, variants } of [first, second]) {
    assert.deepEqual(
      [whole, ...variants].map((one) => one?.turns.map(({ answer }) => answer)),
      [plain.full, ...plain.variants].map((one) => one?.turns.map(({ answer }) => answer)),
    );
  }
});
