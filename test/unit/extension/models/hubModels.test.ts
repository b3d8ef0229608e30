import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import type { BackendError } from '../../../../backend-native/protocol/errors.js';
import type { FoundModel } from '../../../../backend-native/protocol/models.js';
import { confirmMemory } from '../../../../extension/models/confirmMemory.js';
import { deleteFoundModel } from '../../../../extension/models/deleteModel.js';
import { download, progressText } from '../../../../extension/models/download.js';
import { addModelFromHub, fetchAndUse } from '../../../../extension/models/hubModels.js';
import { loadFailure } from '../../../../extension/models/loadFailure.js';
import { memoryText } from '../../../../extension/models/memoryTexts.js';
import type { ModelServices } from '../../../../extension/models/modelServices.js';
import { setHubToken } from '../../../../extension/models/network.js';
import { PickedModels } from '../../../../extension/models/pickedModels.js';
import { failsWith } from '../../../failsWith.js';
import { scratchFolder, writeFile } from '../../../scratch.js';
import { plainError } from '../../../plainError.js';

interface Double extends ModelServices {
  readonly asked: { readonly method: string; readonly params: unknown }[];
  readonly written: Record<string, unknown>[];
  readonly kept: Map<string, unknown>;
}

/** @param answers of the backend, by method */
function services(answers: Record<string, unknown> = {}, downloads = true): Double {
  const asked: Double['asked'] = [];
  const written: Double['written'] = [];
  const kept = new Map<string, unknown>();
  const store = {
    get: (key: string) => kept.get(key),
    update: (key: string, value: unknown) => Promise.resolve(kept.set(key, value)),
    store: (key: string, value: unknown) => Promise.resolve(kept.set(key, value)),
    delete: (key: string) => Promise.resolve(kept.delete(key)),
  };
  const double = {
    context: { globalState: store, secrets: store, extensionUri: undefined },
    backend: {
      view: { status: 'ready' },
      onDidChange: () => ({ dispose: () => undefined }),
      load: (params: unknown) => {
        asked.push({ method: 'load', params });
        return Promise.resolve({ description: 'model', devices: ['CPU'] });
      },
      request: (method: string, params: unknown) => {
        asked.push({ method, params });
        const answer = answers[method];
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
    settings: {
      current: { downloads, load: {}, kv: { method: 'look-once', ratio: 'auto' }, modelFolders: [] },
      write: (values: Record<string, unknown>) => Promise.resolve(written.push(values)),
    },
    log: { info: () => undefined, warn: () => undefined },
    asked,
    written,
    kept,
  };
  return double as unknown as Double;
}

/** Puts something in the place of a function of VS Code for the time of a test. */
function replace(t: TestContext, area: object, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(area, name);
  Object.defineProperty(area, name, { value, configurable: true, writable: true });
  t.after(() => {
    if (before) Object.defineProperty(area, name, before);
    else Reflect.deleteProperty(area, name);
  });
}

function withProgress(t: TestContext): string[] {
  const messages: string[] = [];
  replace(t, vscode.window, 'withProgress', (_: unknown, work: (progress: object, token: object) => unknown) =>
    work(
      { report: ({ message }: { message?: string }) => messages.push(message ?? '') },
      { onCancellationRequested: () => undefined },
    ),
  );
  replace(t, vscode.window, 'createStatusBarItem', () => ({ show: () => undefined, dispose: () => undefined }));
  return messages;
}

const listed = {
  repository: 'test/tiny',
  revision: 'c0ffee',
  licence: 'apache-2.0',
  gated: false,
  variants: [
    { quantisation: 'Q4_K_M', files: [], readsImages: true, totalBytes: 1000, bytesHere: 0 },
    { quantisation: 'Q8_0', files: [], readsImages: true, totalBytes: 2000, bytesHere: 0 },
  ],
};

test('a_model_of_the_hub_is_chosen_fetched_loaded_and_set', async (t) => {
  withProgress(t);
  replace(t, vscode.window, 'showQuickPick', (picks: { label: string }[]) => Promise.resolve(picks[1]));
  const fetched = { status: 'downloaded', modelPath: '/m.gguf', mmprojPath: '/p.gguf', fetchedBytes: 1, totalBytes: 1 };
  const double = services({ 'lookOnce/hubModel': listed, 'lookOnce/download': fetched });
  double.kept.set('lookOnce.hubToken', 'hf_mine');
  await fetchAndUse(double, 'test/tiny', ['Q4_K_M']);
  assert.deepEqual(
    double.asked.map(({ method, params }) => [method, (params as { token?: string }).token]),
    [
      ['lookOnce/hubModel', 'hf_mine'],
      ['lookOnce/download', 'hf_mine'],
      ['load', undefined],
    ],
  );
  assert.deepEqual(double.asked[1]?.params, {
    repository: 'test/tiny',
    quantisation: 'Q8_0',
    revision: 'c0ffee',
    token: 'hf_mine',
  });
  assert.deepEqual(double.written, [{ 'lookOnce.model.path': '/m.gguf', 'lookOnce.model.projectorPath': '/p.gguf' }]);
});

test('a_cancelled_download_loads_nothing_and_says_what_is_kept', async (t) => {
  withProgress(t);
  const said: string[] = [];
  replace(t, vscode.window, 'showInformationMessage', (text: string) => said.push(text));
  const double = services({ 'lookOnce/download': { status: 'cancelled', keptBytes: 5 * 2 ** 20 } });
  const wanted = { repository: 'test/tiny', quantisation: 'Q8_0', revision: 'c0ffee' };
  assert.equal(await download(double, wanted), undefined);
  assert.deepEqual(
    double.asked.map(({ method }) => method),
    ['lookOnce/download'],
  );
  assert.match(said.join(), /5 MB of test\/tiny are kept/);
});

test('what_a_cancelled_download_kept_can_be_deleted', async (t) => {
  withProgress(t);
  const said: string[] = [];
  replace(t, vscode.window, 'showInformationMessage', (text: string, button?: string) => {
    said.push(text);
    return Promise.resolve(button);
  });
  const double = services({
    'lookOnce/download': { status: 'cancelled', keptBytes: 5 * 2 ** 20 },
    'lookOnce/deleteModel': { freedBytes: 4 * 2 ** 20, files: [] },
  });
  await download(double, { repository: 'test/tiny', quantisation: '', revision: 'c0ffee' });
  await new Promise(setImmediate);
  assert.deepEqual(double.asked.at(-1), { method: 'lookOnce/deleteModel', params: { partsOf: 'test/tiny' } });
  assert.match(said.at(-1) ?? '', /4 MB were freed/);
});

test('deleting_says_which_quantisations_go_and_counts_a_shared_projector_once', async (t) => {
  const projector = writeFile(scratchFolder(t), 'p.gguf', Buffer.alloc(3 * 2 ** 20));
  const asked: string[] = [];
  replace(t, vscode.window, 'showWarningMessage', (text: string, { detail }: { detail: string }) => {
    asked.push(text, detail);
    return Promise.resolve(undefined);
  });
  const variant = (quantisation: string) => ({ quantisation, mmprojPath: projector, sizeBytes: 5 * 2 ** 20 });
  const model = { name: 'Tiny', variants: ['Q8_0', 'Q4_0'].map(variant) } as unknown as FoundModel;
  const double = services();
  assert.equal(await deleteFoundModel(double, model), false);
  assert.match(asked[0] ?? '', /Tiny \(Q8_0, Q4_0\)/);
  assert.match(asked[1] ?? '', /about 7 MB/);
  assert.deepEqual(double.asked, []);
});

test('nothing_is_asked_in_an_untrusted_workspace_or_when_downloads_are_off', async (t) => {
  const off = services({}, false);
  await assert.rejects(addModelFromHub(off), failsWith('network_refused', /lookOnce\.model\.downloads/));
  assert.deepEqual(off.asked, []);
  replace(t, vscode.workspace, 'isTrusted', false);
  const double = services();
  const wanted = { repository: 'a/b', quantisation: '', revision: '' };
  for (const attempt of [
    () => addModelFromHub(double),
    () => fetchAndUse(double, 'a/b'),
    () => download(double, wanted),
  ])
    await assert.rejects(attempt(), failsWith('network_refused', /not trusted/));
  assert.deepEqual(double.asked, []);
});

test('progress_tells_count_speed_and_rest', () => {
  const count = { file: 'm.gguf', doneBytes: 100 * 2 ** 20, totalBytes: 200 * 2 ** 20 };
  assert.equal(
    progressText({ phase: 'fetching', bytesPerSecond: 10 * 2 ** 20, ...count }),
    '100 MB of 200 MB, 10 MB/s, 10 s left',
  );
  assert.equal(
    progressText({ phase: 'waiting', seconds: 2.2, ...count }),
    '100 MB of 200 MB, the hub is asked again in 3 s',
  );
  assert.equal(progressText({ phase: 'shared', ...count }), '100 MB of 200 MB, by another window');
});

const memory = {
  needBytes: 4 * 2 ** 30,
  parts: { weights: 0, projector: 0, kvFull: 0, kvKept: 0, compute: 0, beside: 0, process: 0 },
  contextTokens: 16_384,
  ratio: 0.2,
  freeBytes: 3 * 2 ** 30,
  device: 'CPU',
};

test('what_does_not_fit_is_said_with_the_context_at_which_it_would_and_asked_about', async (t) => {
  assert.equal(
    memoryText({ ...memory, verdict: 'too-large', fitsAtContext: 4096 }),
    '$(error) does not fit: 4.0 GB of 3.0 GB at 16384 tokens (fits at 4096 tokens)',
  );
  const asked: string[] = [];
  replace(t, vscode.window, 'showWarningMessage', (text: string, _: unknown, button: string) => {
    asked.push(text);
    return Promise.resolve(asked.length === 1 ? undefined : button);
  });
  assert.equal(await confirmMemory('Big', { ...memory, verdict: 'too-large' }), false);
  assert.equal(await confirmMemory('Big', { ...memory, verdict: 'too-large' }), true);
  assert.equal(await confirmMemory('Small', { ...memory, verdict: 'fits' }), true);
  assert.equal(asked.length, 2);
});

test('a_failed_load_says_whether_it_was_memory_version_file_or_projector', () => {
  const text = (code: ConstructorParameters<typeof BackendError>[0]) =>
    loadFailure(plainError(code, 'why'), '/a/m.gguf').message;
  assert.match(text('out_of_memory'), /^m\.gguf was not loaded: .*memory.* why$/);
  assert.match(text('model_load_failed'), /version/);
  assert.match(text('model_invalid'), /file/);
  assert.match(text('projector_mismatch'), /projector/);
  assert.equal(text('busy'), 'why');
});

test('the_token_is_kept_as_a_secret_and_forgotten_when_it_is_empty', async (t) => {
  const double = services();
  const answers = [' hf_x ', '', undefined];
  replace(t, vscode.window, 'showInputBox', ({ password }: { password: boolean }) => {
    assert.equal(password, true);
    return Promise.resolve(answers.shift());
  });
  await setHubToken(double);
  assert.equal(double.kept.get('lookOnce.hubToken'), 'hf_x');
  await setHubToken(double);
  assert.equal(double.kept.has('lookOnce.hubToken'), false);
  await setHubToken(double);
  assert.equal(double.kept.size, 0);
});

test('picked_files_are_remembered_newest_first_and_damage_is_passed_over', async () => {
  const double = services();
  const picked = new PickedModels(double.context.globalState);
  await picked.remember({ modelPath: '/a.gguf', mmprojPath: null });
  await picked.remember({ modelPath: '/b.gguf', mmprojPath: '/p.gguf' });
  await picked.remember({ modelPath: '/a.gguf', mmprojPath: '/q.gguf' });
  assert.deepEqual(picked.files, [
    { modelPath: '/a.gguf', mmprojPath: '/q.gguf' },
    { modelPath: '/b.gguf', mmprojPath: '/p.gguf' },
  ]);
  double.kept.set('lookOnce.pickedModels', [{ modelPath: 3 }, 'x', { modelPath: '/c.gguf', mmprojPath: null }]);
  assert.deepEqual(picked.files, [{ modelPath: '/c.gguf', mmprojPath: null }]);
});
