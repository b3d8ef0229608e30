/** Models of the hub through the real server process and the real command, from an empty profile. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { startBackend } from '../../backend-native/cli/startBackend.js';
import { readGgufHead } from '../../backend-native/server/models/gguf.js';
import { pieceBytes } from '../../backend-native/server/models/hub/partFile.js';
import { hubServer, sha256, type HubContent, type HubFixture } from '../fixtures/hub/hubServer.js';
import { page, png } from '../fixtures/images.js';
import { writeFixture } from '../fixtures/writeFixture.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { runProgram } from './runProgram.js';

const repository = 'test/tiny';

/** Generated, and with names as repositories of the hub have them. */
async function tinyModel(t: TestContext): Promise<HubContent> {
  const files = await writeFixture('llamaGqa', scratchFolder(t));
  return {
    files: {
      'tiny-Q8_0.gguf': fs.readFileSync(files.model),
      'mmproj-tiny-f16.gguf': fs.readFileSync(files.mmproj),
    },
  };
}

/** Nobody's profile: no cache, no token, no proxy. */
function emptyProfile(t: TestContext, hub: HubFixture | undefined): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:HF_|HUGGING|LLAMA_|XDG_)|proxy/i.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: scratchFolder(t),
    HF_HOME: scratchFolder(t),
    HF_ENDPOINT: hub?.endpoint ?? 'http://127.0.0.1:9',
  };
}

function pageFile(t: TestContext): string {
  return writeFile(scratchFolder(t), 'page.png', png(page(120, 90, 'one')));
}

test('hf_fetches_a_model_once_and_asks_it', async (t) => {
  const hub = await hubServer(t, { [repository]: await tinyModel(t) });
  const env = emptyProfile(t, hub);
  const args = ['--hf', repository, '--image', pageFile(t), '--max-tokens', '4', '--json', 'What is this?'];
  const first = await runProgram('ask', args, { env });
  assert.equal(first.status, 0, first.stderr);
  assert.equal((JSON.parse(first.stdout) as { tokens: number }).tokens, 4);
  assert.match(first.stderr, /note: fetching test\/tiny \(Q8_0, .* MiB, apache-2\.0\)/);
  assert.match(first.stderr, /note: at 4096 tokens it takes about .* free on .*: it fits/);
  await hub.close();
  const again = await runProgram('ask', args, { env });
  assert.equal(again.status, 0, again.stderr);
  assert.deepEqual(
    (JSON.parse(again.stdout) as { answer: string }).answer,
    (JSON.parse(first.stdout) as { answer: string }).answer,
    'what was fetched is used without asking the hub',
  );
});

test('hf_tells_in_one_line_what_is_wrong', async (t) => {
  const hub = await hubServer(t, { [repository]: { ...(await tinyModel(t)), token: 'hf_right' } });
  const env = emptyProfile(t, hub);
  const cases: readonly (readonly [name: string, code: string, more?: NodeJS.ProcessEnv])[] = [
    ['test/none', 'hub_not_found'],
    ['nonsense', 'invalid_argument'],
    [repository, 'hub_refused'],
    [`${repository}:Q2_K`, 'hub_not_found', { HF_TOKEN: 'hf_right' }],
    [repository, 'network_refused', { HF_HUB_OFFLINE: '1' }],
  ];
  for (const [name, code, more] of cases) {
    const result = await runProgram('ask', ['--hf', name, 'q'], { env: { ...env, ...more } });
    assert.equal(result.status, 1, result.stderr);
    assert.equal(result.stdout, '');
    assert.match(result.stderr, new RegExp(`^error: ${code}: [^\\n]+ — [^\\n]+\\n$`));
  }
  const both = await runProgram('ask', ['--hf', repository, '--model', 'm.gguf', 'q'], { env });
  assert.equal(both.status, 2);
});

/** What a reader of the hub's cache would find of the repository. */
function snapshots(env: NodeJS.ProcessEnv): string[] {
  const folder = path.join(env['HF_HOME'] ?? '', 'hub', 'models--test--tiny', 'snapshots');
  const names = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return names.filter((name) => fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile());
}

/** LOOK_ONCE_KILLS=1000 for the long run. */
const kills = Number(process.env['LOOK_ONCE_KILLS'] ?? 8);
const connections = 4;

test(`after_${kills}_kills_in_mid_download_the_file_is_whole_and_little_came_twice`, async (t) => {
  const bytes = Buffer.alloc(24 * pieceBytes + 99);
  for (let index = 0; index < bytes.length; index += 4)
    bytes.writeUInt32LE(Math.imul(index, 2_654_435_761) >>> 0, Math.min(index, bytes.length - 4));
  const hub = await hubServer(t, { [repository]: { files: { 'tiny-Q8_0.gguf': bytes } } }, { bytesPerSecond: 1e6 });
  const env = emptyProfile(t, hub);
  const blob = path.join(env['HF_HOME'] ?? '', 'hub', 'models--test--tiny', 'blobs', sha256(bytes));
  let [killed, finished] = [0, 0];
  for (let life = 0; ; life += 1) {
    const backend = await startBackend({ env });
    let began: number | undefined;
    let isKilled = false;
    const result = await backend
      .request(
        'lookOnce/download',
        { repository, quantisation: '' },
        {
          onProgress: (progress) => {
            if (progress.phase !== 'fetching' || killed >= kills || isKilled) return;
            began ??= progress.doneBytes;
            // After none, one, some or many pieces of this life.
            const enough = progress.doneBytes - began >= ([0, 1, 2, 4][life % 4] ?? 0) * pieceBytes;
            if (!enough || backend.pid === undefined) return;
            isKilled = true;
            process.kill(backend.pid, 'SIGKILL');
          },
        },
      )
      .catch(() => undefined);
    await backend.close();
    if (!result) killed += 1;
    if (fs.existsSync(blob)) {
      assert.equal(sha256(fs.readFileSync(blob)), sha256(bytes), 'a file with its name is whole');
      finished += 1;
      if (killed >= kills) break;
      // It was fast: once more.
      fs.rmSync(blob);
    } else {
      assert.ok(killed <= kills, 'a download that is not killed comes to its end');
      assert.deepEqual(snapshots(env), [], 'what is not whole has no name that anybody could load');
    }
  }
  t.diagnostic(`${killed} kills: ${hub.sentBytes()} bytes were sent for ${bytes.length}, ${finished} times whole`);
  // No more than one piece was under way on every connection when a life ended.
  assert.ok(hub.sentBytes() <= finished * bytes.length + killed * connections * pieceBytes);
});

test('a_session_without_a_download_opens_no_connection', async (t) => {
  const record = path.join(scratchFolder(t), 'connections');
  const hook = writeFile(
    scratchFolder(t),
    'hook.cjs',
    `const net = require('node:net'), dns = require('node:dns'), dgram = require('node:dgram'), fs = require('node:fs');
     const note = (what, args) =>
       fs.appendFileSync(${JSON.stringify(record)}, what + ' ' + JSON.stringify(args.slice(0, 2)) + '\\n');
     const watched = [[net.Socket.prototype, 'connect'], [dns, 'lookup'], [dns, 'resolve'], [dns.promises, 'lookup']];
     for (const [of, name] of [...watched, [dgram.Socket.prototype, 'send']]) {
       const real = of[name];
       of[name] = function (...args) { note(name, args.map(String)); return real.apply(this, args); };
     }
     fs.appendFileSync(${JSON.stringify(record)}, 'watched\\n');`,
  );
  const env = { ...emptyProfile(t, undefined), NODE_OPTIONS: `--require ${hook}` };
  const result = await runProgram(
    'ask',
    ['--image', pageFile(t), '--max-tokens', '2', '--follow-up', 'And?', 'What?'],
    {
      env,
    },
  );
  assert.equal(result.status, 0, result.stderr);
  const backend = await startBackend({ env });
  t.after(() => backend.close());
  await backend.request('lookOnce/models', { folders: [] });
  const lines = fs.readFileSync(record, 'utf8').trim().split('\n');
  assert.deepEqual(new Set(lines), new Set(['watched']), 'nothing was looked up and nothing connected to');
  // The recogniser of text is one more, where its files are.
  assert.ok(lines.length >= 3, 'the command, its server and the other server were watched');
});

test('the_head_alone_is_fetched_to_tell_what_a_model_takes', async (t) => {
  const content = await tinyModel(t);
  const hub = await hubServer(t, { [repository]: content });
  const backend = await startBackend({ env: emptyProfile(t, hub) });
  t.after(() => backend.close());
  const memory = { contextTokens: 2048, ratio: 0.2, kvType: 'f16' } as const;
  const { variants } = await backend.request('lookOnce/hubModel', { repository, memory });
  const parts = variants[0]?.memory?.parts;
  // 4 layers would need 4 times the keys and values of a layer: the shape is that of the file.
  const file = writeFile(scratchFolder(t), 'm.gguf', content.files['tiny-Q8_0.gguf'] ?? '');
  const { metadata } = readGgufHead(file);
  const of = (key: string) => Number(metadata.get(`llama.${key}`));
  const cell =
    of('block_count') * of('attention.head_count_kv') * (of('attention.key_length') + of('attention.value_length')) * 2;
  assert.equal(parts?.kvFull, cell * 2048);
  assert.equal(parts.kvKept, 0.2 * cell * 2048);
  assert.deepEqual([variants[0]?.quantisation, variants[0]?.readsImages, variants[0]?.bytesHere], ['Q8_0', true, 0]);
});

test('a_model_that_was_fetched_is_listed_and_deleted_with_what_that_frees', async (t) => {
  const content = await tinyModel(t);
  const hub = await hubServer(t, { [repository]: content });
  const env = emptyProfile(t, hub);
  const backend = await startBackend({ env });
  t.after(() => backend.close());
  const fetched = await backend.request('lookOnce/download', { repository, quantisation: '' });
  assert.ok(fetched.status === 'downloaded');
  const { models } = await backend.request('lookOnce/models', { folders: [] });
  const found = models.find(({ source }) => source === 'hub')?.variants[0];
  assert.deepEqual([found?.modelPath, found?.mmprojPath], [fetched.modelPath, fetched.mmprojPath]);
  const { freedBytes, files } = await backend.request('lookOnce/deleteModel', {
    modelPath: found?.modelPath ?? '',
    mmprojPath: found?.mmprojPath ?? null,
  });
  assert.equal(
    freedBytes,
    Object.values(content.files).reduce((sum, { length }) => sum + length, 0),
  );
  assert.equal(files.length, 2);
  assert.deepEqual(fs.readdirSync(path.join(env['HF_HOME'] ?? '', 'hub', 'models--test--tiny', 'blobs')), []);
  await assert.rejects(
    backend.request('lookOnce/deleteModel', { modelPath: writeFile(scratchFolder(t), 'mine.gguf', 'GGUF') }),
    /does not lie in the hub's cache/,
  );
});
