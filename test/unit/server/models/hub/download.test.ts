/** Downloads from a hub that misbehaves in every way that was thought of. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { DownloadProgress } from '../../../../../backend-native/protocol/hub.js';
import { deleteModel } from '../../../../../backend-native/server/models/hub/deleteModel.js';
import { downloadModel } from '../../../../../backend-native/server/models/hub/download.js';
import { hubAccess, type HubAccess } from '../../../../../backend-native/server/models/hub/hubAccess.js';
import { HubCache } from '../../../../../backend-native/server/models/hub/hubCache.js';
import { pieceBytes } from '../../../../../backend-native/server/models/hub/partFile.js';
import { failsWith } from '../../../../failsWith.js';
import { commit, hubServer, sha256, type HubContent, type HubFixture } from '../../../../fixtures/hub/hubServer.js';
import { scratchFolder } from '../../../../scratch.js';

const repository = 'test/tiny';

/** Bytes that differ everywhere, the same every time. */
function bytes(length: number, seed = 1): Buffer {
  const all = Buffer.alloc(length);
  let state = seed;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    all[index] = state >>> 16;
  }
  return all;
}

const model = bytes(10 * pieceBytes + 123);
const projector = bytes(pieceBytes + 7, 2);
const content: HubContent = { files: { 'tiny-Q4_K_M.gguf': model, 'mmproj-tiny-f16.gguf': projector } };
const limits = { stallMs: 300, attempts: 4, backoffMs: 1, maxBackoffMs: 20 };

interface Setup {
  readonly hub: HubFixture;
  readonly cache: HubCache;
  readonly access: HubAccess;
  readonly download: (options?: {
    signal?: AbortSignal;
    hear?: (progress: DownloadProgress) => void;
  }) => ReturnType<typeof downloadModel>;
}

async function setup(t: TestContext, given: HubContent = content, token?: string): Promise<Setup> {
  const hub = await hubServer(t, { [repository]: given });
  const cache = new HubCache(scratchFolder(t));
  const access = hubAccess(token, { HF_ENDPOINT: hub.endpoint }, limits);
  const download: Setup['download'] = ({ signal = new AbortController().signal, hear = () => undefined } = {}) =>
    downloadModel({ repository, quantisation: '' }, cache, signal, hear, access);
  return { hub, cache, access, download };
}

function assertWhole(cache: HubCache): void {
  for (const [name, content_] of Object.entries(content.files))
    assert.deepEqual(fs.readFileSync(cache.snapshotFile(repository, commit, name)), content_, name);
  assert.deepEqual(leftovers(cache), [], 'nothing else is left');
}

/** Files of ours beside the blobs. */
function leftovers(cache: HubCache): string[] {
  const blobs = path.join(cache.repositoryFolder(repository), 'blobs');
  return fs.existsSync(blobs) ? fs.readdirSync(blobs).filter((name) => name.includes('look-once')) : [];
}

test('a_model_comes_with_its_projector_into_the_hubs_own_layout', async (t) => {
  const { cache, download } = await setup(t);
  const phases: DownloadProgress[] = [];
  const result = await download({ hear: (progress) => phases.push(progress) });
  assert.deepEqual(result, {
    status: 'downloaded',
    modelPath: cache.snapshotFile(repository, commit, 'tiny-Q4_K_M.gguf'),
    mmprojPath: cache.snapshotFile(repository, commit, 'mmproj-tiny-f16.gguf'),
    fetchedBytes: model.length + projector.length,
    totalBytes: model.length + projector.length,
  });
  assertWhole(cache);
  const folder = path.join(cache.folder, 'models--test--tiny');
  assert.equal(fs.readFileSync(path.join(folder, 'refs', 'main'), 'utf8'), commit);
  assert.deepEqual(fs.readdirSync(path.join(folder, 'blobs')).sort(), [sha256(model), sha256(projector)].sort());
  assert.equal(
    fs.readlinkSync(path.join(folder, 'snapshots', commit, 'tiny-Q4_K_M.gguf')),
    path.join('..', '..', 'blobs', sha256(model)),
  );
  assert.ok(phases.some(({ phase }) => phase === 'fetching') && phases.some(({ phase }) => phase === 'verifying'));
  const counts = phases.flatMap((progress) => (progress.phase === 'fetching' ? [progress.doneBytes] : []));
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => a - b),
    'the count only grows',
  );
});

test('what_is_here_is_not_fetched_again', async (t) => {
  const { hub, download } = await setup(t);
  await download();
  const before = hub.sentBytes();
  const again = await download();
  assert.equal(again.status === 'downloaded' && again.fetchedBytes, 0);
  assert.equal(hub.sentBytes(), before);
});

for (const kind of ['wrong-length', 'stall', 'expired-link'] as const) {
  test(`${kind}_a_few_times_is_overcome`, async (t) => {
    const { hub, cache, download } = await setup(t);
    hub.misbehave({ kind, times: 3 });
    assert.equal((await download()).status, 'downloaded');
    assertWhole(cache);
  });

  test(`${kind}_for_ever_ends_with_a_code`, async (t) => {
    const { hub, download } = await setup(t);
    hub.misbehave({ kind });
    await assert.rejects(download(), (error: { code?: string }) =>
      ['hub_unreachable', 'hub_busy'].includes(String(error.code)),
    );
  });
}

for (const status of [429, 500, 503]) {
  test(`status_${status}_is_waited_out_and_then_told`, async (t) => {
    const { hub, cache, download } = await setup(t);
    const waits: number[] = [];
    hub.misbehave({ kind: 'status', status, retryAfter: '0', times: 3 });
    await download({ hear: (progress) => progress.phase === 'waiting' && waits.push(progress.seconds) });
    assertWhole(cache);
    assert.ok(waits.length >= 3);
    const other = await setup(t);
    other.hub.misbehave({ kind: 'status', status });
    await assert.rejects(other.download(), failsWith('hub_busy', new RegExp(`answered ${status}`)));
  });
}

test('a_hub_without_ranges_is_read_from_the_first_byte_to_the_last', async (t) => {
  const { hub, cache, download } = await setup(t);
  hub.misbehave({ kind: 'no-ranges' });
  await download();
  assertWhole(cache);
});

test('an_answer_cut_at_every_tenth_goes_on_where_it_ended', async (t) => {
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const { hub, cache, download } = await setup(t);
    hub.misbehave({ kind: 'cut', share: tenth / 10, times: 3 });
    await download();
    assertWhole(cache);
  }
});

for (const kind of ['wrong-range', 'too-long', 'encoded', 'redirect-loop', 'not-json'] as const) {
  test(`${kind}_is_an_answer_that_makes_no_sense`, async (t) => {
    const { hub, cache, download } = await setup(t);
    hub.misbehave({ kind });
    await assert.rejects(download(), failsWith('hub_invalid'));
    hub.misbehave(undefined);
    await download();
    assertWhole(cache);
  });
}

test('a_flipped_byte_is_found_and_nothing_of_it_is_kept', async (t) => {
  const { hub, cache, download } = await setup(t);
  hub.misbehave({ kind: 'flipped-byte', times: 1 });
  await assert.rejects(download(), failsWith('download_corrupt', /checksum/));
  assert.ok(!fs.existsSync(cache.blob(repository, { path: '', bytes: 0, sha256: sha256(model) })));
  assert.deepEqual(leftovers(cache), []);
  hub.misbehave(undefined);
  await download();
  assertWhole(cache);
});

test('a_file_that_was_renamed_since_it_was_listed_is_not_found', async (t) => {
  const { hub, download } = await setup(t);
  const hear = (progress: DownloadProgress) => {
    if (progress.phase === 'fetching') hub.rename(repository, 'tiny-Q4_K_M.gguf', 'other.gguf');
  };
  await assert.rejects(download({ hear }), failsWith('hub_not_found', /tiny-Q4_K_M\.gguf/));
});

test('a_gated_repository_needs_a_token_which_no_other_host_is_told', async (t) => {
  const gated = { ...content, token: 'hf_right' };
  await assert.rejects((await setup(t, gated)).download(), failsWith('hub_refused', /401/));
  await assert.rejects((await setup(t, gated, 'hf_wrong')).download(), failsWith('hub_refused', /403/));
  const { hub, cache, download } = await setup(t, gated, 'hf_right');
  await download();
  assertWhole(cache);
  const told = hub.requests.filter(({ authorization }) => authorization !== undefined);
  assert.ok(told.length > 0 && told.every(({ to }) => to === 'hub'));
  assert.ok(hub.requests.some(({ to }) => to === 'store'));
});

test('cancelling_keeps_the_part_and_the_next_download_goes_on_with_it', async (t) => {
  const { hub, cache, download } = await setup(t);
  const abort = new AbortController();
  const hear = (progress: DownloadProgress) => {
    if (progress.phase === 'fetching' && progress.doneBytes >= 3 * pieceBytes) abort.abort();
  };
  const cancelled = await download({ signal: abort.signal, hear });
  assert.ok(cancelled.status === 'cancelled');
  const kept = cancelled.keptBytes;
  assert.ok(kept >= 3 * pieceBytes && kept < model.length, `${kept} bytes are kept`);
  const rest = await download();
  assert.equal(rest.status === 'downloaded' && rest.fetchedBytes, model.length + projector.length - kept);
  assertWhole(cache);
  assert.ok(hub.sentBytes() > 0);
});

test('what_a_cancelled_download_kept_is_deleted_unless_it_is_going_on', async (t) => {
  const { cache, download } = await setup(t);
  const surroundings = { env: { HF_HUB_CACHE: cache.folder }, home: scratchFolder(t), platform: 'linux' } as const;
  const remove = () => deleteModel({ partsOf: repository }, surroundings);
  assert.deepEqual(await remove(), { freedBytes: 0, files: [] });
  const abort = new AbortController();
  let during: Promise<unknown> | undefined;
  const hear = (progress: DownloadProgress) => {
    if (progress.phase !== 'fetching' || progress.doneBytes < 3 * pieceBytes) return;
    during ??= remove();
    abort.abort();
  };
  await download({ signal: abort.signal, hear });
  assert.deepEqual(await during, { freedBytes: 0, files: [] });
  assert.equal(leftovers(cache).length, 2);
  const { freedBytes, files } = await remove();
  assert.ok(freedBytes >= 3 * pieceBytes && files.length === 2, `${freedBytes} bytes were freed`);
  assert.deepEqual(leftovers(cache), []);
  const all = await download();
  assert.equal(all.status === 'downloaded' && all.fetchedBytes, model.length + projector.length);
});

test('a_hub_behind_a_proxy_is_asked_through_it_and_one_that_needs_none_is_not', async (t) => {
  const { hub, cache } = await setup(t);
  const through = await proxyServer(t, new URL(hub.endpoint).port);
  const get = (env: NodeJS.ProcessEnv) =>
    downloadModel(
      { repository, quantisation: '' },
      cache,
      new AbortController().signal,
      () => undefined,
      hubAccess('hf_secret', env, limits),
    );
  const env = { HF_ENDPOINT: 'http://hub.invalid', HTTP_PROXY: through.address };
  await get(env);
  assertWhole(cache);
  assert.ok(
    through.asked.length > 0 && through.asked.every((host) => host === 'hub.invalid:80'),
    String(through.asked),
  );
  // Unencrypted, the token would be told to everybody on the way.
  assert.ok(hub.requests.every(({ authorization }) => authorization === undefined));
  const before = through.asked.length;
  await assert.rejects(get({ ...env, NO_PROXY: 'hub.invalid' }), failsWith('hub_unreachable'));
  assert.equal(through.asked.length, before);
});

/** A proxy that leads every host to this port of this machine. */
async function proxyServer(t: TestContext, port: string): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const proxy = http.createServer();
  proxy.on('connect', ({ url = '' }: http.IncomingMessage, near: net.Socket) => {
    asked.push(url);
    const far = net.connect(Number(port), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { address: `http://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`, asked };
}

test('two_downloads_of_one_file_share_it', async (t) => {
  const { hub, cache, download } = await setup(t);
  const results = await Promise.all([download(), download()]);
  const fetched = results.map((result) => (result.status === 'downloaded' ? result.fetchedBytes : NaN));
  assert.equal(
    fetched.reduce((sum, one) => sum + one, 0),
    model.length + projector.length,
  );
  assert.equal(hub.sentBytes(), model.length + projector.length);
  assertWhole(cache);
});

test('a_damaged_record_or_part_is_begun_anew', async (t) => {
  for (const damage of ['record', 'part']) {
    const { cache, download } = await setup(t);
    const abort = new AbortController();
    await download({
      signal: abort.signal,
      hear: (progress) => {
        if (progress.phase === 'fetching' && progress.doneBytes > 2 * pieceBytes) abort.abort();
      },
    });
    const name = leftovers(cache).find((file) => file.endsWith(damage)) ?? assert.fail(damage);
    fs.truncateSync(path.join(cache.repositoryFolder(repository), 'blobs', name), 100);
    await download();
    assertWhole(cache);
  }
});

test('a_disk_without_room_is_said_before_a_byte_is_fetched', async (t) => {
  const { hub, download } = await setup(t);
  t.mock.method(fs.promises, 'statfs', () => Promise.resolve({ bavail: 1000, bsize: 4096 }));
  await assert.rejects(download(), failsWith('disk_full', /MiB are missing/));
  assert.equal(hub.sentBytes(), 0);
});

test('names_and_hashes_that_cannot_be_used_are_not_taken', async (t) => {
  const { hub, download } = await setup(t, {
    files: { '../../outside.gguf': model, 'con.gguf': model, 'notes.txt': model, 'a\\b.gguf': model },
  });
  await assert.rejects(download(), failsWith('hub_not_found', /no GGUF model/));
  assert.equal(hub.sentBytes(), 0);
});

test('offline_by_the_environment_nothing_is_asked', () => {
  assert.throws(() => hubAccess(undefined, { HF_HUB_OFFLINE: '1' }), failsWith('network_refused'));
  assert.throws(() => hubAccess('a\nb', {}), failsWith('invalid_argument'));
  assert.throws(() => hubAccess(undefined, { HF_ENDPOINT: 'ftp://x' }), failsWith('invalid_argument'));
});

test('a_hub_that_is_not_there_is_unreachable', async (t) => {
  const access = hubAccess(undefined, { HF_ENDPOINT: 'http://127.0.0.1:9' }, limits);
  const job = downloadModel(
    { repository, quantisation: '' },
    new HubCache(scratchFolder(t)),
    new AbortController().signal,
    () => undefined,
    access,
  );
  await assert.rejects(job, failsWith('hub_unreachable', /ECONNREFUSED/));
});
