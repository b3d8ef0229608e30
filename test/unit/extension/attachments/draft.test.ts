import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import type { AttachmentReport, AttachmentSource, InspectParams } from '../../../../backend-native/protocol/inspect.js';
import type { Attachment } from '../../../../extension/attachments/attachment.js';
import { Draft, type DraftServices } from '../../../../extension/attachments/draft.js';
import { failsWith } from '../../../failsWith.js';
import { scratchFolder, writeFile } from '../../../scratch.js';
import { recordedLog } from '../doubles/log.js';
import { settingsOf } from '../doubles/settings.js';
import { imageFile } from './sampleAttachments.js';
import { plainError } from '../../../plainError.js';

const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const nameOf = ({ source }: AttachmentSource) => ('path' in source ? path.basename(source.path) : source.name);
const image = (name: string, tokens: number | null): AttachmentReport => ({
  kind: 'image',
  name,
  format: 'png',
  sizeBytes: 8,
  width: 4,
  height: 3,
  frames: 1,
  tokens,
  thumbnail: 'c21hbGw=',
});

const wordsReport = {
  kind: 'document',
  name: 'a.png',
  format: 'text',
  sizeBytes: 1,
  pages: null,
  chosenPages: '',
  pagesWithoutText: '',
  characters: 1,
  unit: 'page',
  notes: [],
} as const;

/** A draft with a backend that the test plays, in a folder of its own. */
function world(
  t: TestContext,
  look?: (source: AttachmentSource) => AttachmentReport | Promise<AttachmentReport>,
  storage = scratchFolder(t),
) {
  const inspected: string[] = [];
  const changed = new vscode.EventEmitter<void>();
  const dropped = new vscode.EventEmitter<readonly Attachment[]>();
  const saved: Attachment[] = [];
  const backend = {
    model: undefined as { contextTrain: number } | undefined,
    view: { status: 'stopped' },
    loads: 0,
    onDidChange: changed.event,
    ensureLoaded: () => {
      backend.loads += 1;
      return Promise.resolve(undefined);
    },
    /** What is written in every image. */
    text: '',
    request: async (method: string, { attachments: [source] = [] }: Partial<InspectParams>) => {
      if (method === 'lookOnce/showInput') return { pages: [{ text: backend.text }], notes: [] };
      assert.ok(source);
      inspected.push(nameOf(source));
      return { attachments: [await (look?.(source) ?? image(nameOf(source), backend.model ? 64 : null))] };
    },
    load: (contextTrain: number) => {
      backend.model = { contextTrain };
      changed.fire();
    },
  };
  const draft = new Draft({
    context: { storageUri: { fsPath: storage } },
    log: recordedLog().channel,
    settings: settingsOf(),
    backend,
    conversations: {
      open: { turns: [] },
      onDidDropAttachments: dropped.event,
      attachment: (id: string) => saved.find((one) => one.id === id),
    },
  } as unknown as DraftServices);
  t.after(() => {
    draft.dispose();
  });
  const chips = () => draft.view.attachments.map(({ name, state, tokens }) => [name, state, tokens]);
  /** Waits for every look without taking what is attached. */
  const settled = async () => {
    const attachments = await draft.take();
    draft.putBack(attachments);
  };
  return { draft, backend, inspected, chips, settled, storage, dropped, saved };
}

/** The part of VS Code that reads files, on the real ones. */
function useRealFiles() {
  Object.assign(vscode.workspace, {
    fs: {
      isWritableFileSystem: (scheme: string) => (scheme === 'file' ? true : undefined),
      stat: (uri: vscode.Uri) =>
        fs.promises.stat(uri.fsPath).then((stat) => ({
          type: stat.isDirectory() ? vscode.FileType.Directory : vscode.FileType.File,
          size: stat.size,
        })),
    },
  });
}

function uriOf(file: string, scheme = 'file'): vscode.Uri {
  return vscode.Uri.from({ scheme, path: file });
}

function imagesIn(t: TestContext, ...names: readonly string[]): vscode.Uri[] {
  useRealFiles();
  const folder = scratchFolder(t);
  return names.map((name) => uriOf(writeFile(folder, name, png)));
}

test('attaching_loads_the_model_and_then_counts_tokens', async (t) => {
  const { draft, backend, chips, settled } = world(t);
  await draft.addUris(imagesIn(t, 'a.png'));
  await settled();
  assert.deepEqual(chips(), [['a.png', 'ready', null]]);
  assert.equal(backend.loads, 1);
  assert.equal(draft.view.contextTokens, null);
  backend.load(4096);
  await settled();
  assert.deepEqual(chips(), [['a.png', 'ready', 64]]);
  assert.deepEqual([draft.view.tokens, draft.view.contextTokens], [64, 4096]);
});

test('a_model_that_is_loaded_during_a_look_counts_again', async (t) => {
  let looks = 0;
  const { draft, backend, chips, settled } = world(t, (source) => {
    looks += 1;
    if (looks === 1) backend.load(4096);
    return image(nameOf(source), looks === 1 ? null : 64);
  });
  await draft.addUris(imagesIn(t, 'a.png'));
  await settled();
  assert.deepEqual(chips(), [['a.png', 'ready', 64]]);
});

test('the_words_of_a_picture_count_like_the_picture', async (t) => {
  const { draft, backend } = world(t, (source) =>
    source.kind === 'image'
      ? image(nameOf(source), 64)
      : { ...wordsReport, tokens: 'text' in source.source ? source.source.text.length : 0 },
  );
  backend.text = 'E4719 | disk full';
  backend.load(4096);
  await draft.addUris(imagesIn(t, 'a.png'));
  const deadline = Date.now() + 10_000;
  const chip = () => draft.view.attachments[0];
  while (chip()?.words === undefined && Date.now() < deadline) await new Promise(setImmediate);
  const tokens = 64 + backend.text.length;
  assert.deepEqual([chip()?.words, chip()?.tokens, draft.view.tokens], [3, tokens, tokens]);
});

test('waiting_for_what_is_being_read_can_be_stopped', async (t) => {
  let finish: (report: AttachmentReport) => void = () => undefined;
  const { draft, chips } = world(t, () => new Promise((resolve) => (finish = resolve)));
  await draft.addUris(imagesIn(t, 'a.png'));
  const stop = new AbortController();
  const waiting = draft.settled(stop.signal);
  stop.abort();
  assert.equal(await waiting, false);
  assert.deepEqual(chips(), [['a.png', 'reading', null]], 'it stays attached, and is read further');
  finish(image('a.png', null));
  assert.equal(await draft.settled(new AbortController().signal), true);
  assert.deepEqual(chips(), [['a.png', 'ready', null]]);
});

test('the_same_file_is_one_chip', async (t) => {
  const { draft, chips } = world(t);
  const [a, b] = imagesIn(t, 'a.png', 'b.png');
  assert.ok(a && b);
  await draft.addUris([a, b, a]);
  await draft.addUris([b]);
  assert.equal(chips().length, 2);
});

test('a_question_is_refused_while_a_chip_cannot_be_read_and_nothing_is_lost', async (t) => {
  const error = { code: 'corrupt_image', message: 'a.png is damaged', nextStep: 'Save it again.' } as const;
  const { draft, chips } = world(t, (source) =>
    nameOf(source) === 'a.png' ? { kind: 'failed', name: 'a.png', error } : image(nameOf(source), 64),
  );
  await draft.addUris(imagesIn(t, 'a.png', 'b.png'));
  await assert.rejects(draft.take(), failsWith('corrupt_image', /a\.png/));
  assert.deepEqual(chips(), [
    ['a.png', 'failed', null],
    ['b.png', 'ready', 64],
  ]);
  draft.remove(draft.attachments[0]?.id ?? '');
  assert.deepEqual(
    (await draft.take()).map(({ name }) => name),
    ['b.png'],
  );
  assert.deepEqual(chips(), []);
});

test('a_backend_that_ends_over_a_chip_is_not_ended_again_by_itself', async (t) => {
  const { draft, backend, chips, inspected } = world(t, (source) => {
    if (nameOf(source) === 'bad.png') throw plainError('backend_crashed', 'gone');
    return image(nameOf(source), 64);
  });
  const times = (name: string) => inspected.filter((one) => one === name).length;
  await draft.addUris(imagesIn(t, 'bad.png', 'good.png'));
  await until(() => times('good.png') === 1);
  backend.load(4096);
  await until(() => times('good.png') === 2);
  assert.equal(times('bad.png'), 1);
  assert.deepEqual(chips()[0], ['bad.png', 'failed', null]);
  assert.equal((await draft.take()).length, 2, 'the backend is to blame: asking may try again');
});

test('missing_files_and_addresses_of_the_network_say_why', async (t) => {
  const { draft, inspected } = world(t);
  useRealFiles();
  await draft.addUris([uriOf('/no/such/file.png'), uriOf('//example.org/a.png', 'https')]);
  assert.deepEqual(
    draft.view.attachments.map(({ state, error }) => [state, error?.code]),
    [
      ['failed', 'file_not_found'],
      ['failed', 'file_not_found'],
    ],
  );
  assert.deepEqual(inspected, []);
});

test('unsaved_text_is_attached_as_it_is_in_the_editor', async (t) => {
  const { draft } = world(t);
  useRealFiles();
  const uri = uriOf(writeFile(scratchFolder(t), 'notes.md', 'old'));
  const documents = vscode.workspace.textDocuments as vscode.TextDocument[];
  documents.push({ uri, isDirty: true, isUntitled: false, getText: () => 'new' } as unknown as vscode.TextDocument);
  t.after(() => {
    documents.pop();
  });
  await draft.addUris([uri]);
  const origin = draft.attachments[0]?.origin;
  assert.ok(origin?.kind === 'stored');
  assert.equal(fs.readFileSync(origin.path, 'utf8'), 'new');
});

test('pasted_bytes_are_kept_until_their_chip_is_removed', async (t) => {
  const { draft, storage } = world(t);
  await draft.addBytes('', 'image/png', png.toString('base64'));
  await draft.addBytes('', 'image/png', png.toString('base64'));
  assert.deepEqual(
    draft.attachments.map(({ name }) => name),
    ['Pasted.png'],
  );
  const [attachment] = draft.attachments;
  assert.ok(attachment?.origin.kind === 'stored');
  assert.deepEqual(fs.readFileSync(attachment.origin.path), png);
  draft.putBack(await draft.take());
  draft.remove(attachment.id);
  await gone(path.join(storage, 'attachments', attachment.id));
});

test('what_conversations_let_go_of_is_deleted', async (t) => {
  const { draft, dropped, storage } = world(t);
  await draft.addBytes('a.png', 'image/png', png.toString('base64'));
  const taken = await draft.take();
  assert.ok(fs.existsSync(path.join(storage, 'attachments', taken[0]?.id ?? '')));
  dropped.fire(taken);
  await gone(path.join(storage, 'attachments', taken[0]?.id ?? ''));
});

test('a_draft_is_there_again_after_a_reload_and_starts_nothing', async (t) => {
  const before = world(t);
  await before.draft.addUris(imagesIn(t, 'a.png'));
  await before.settled();
  await before.draft.flush();
  const after = world(t, undefined, before.storage);
  await after.draft.flush();
  assert.deepEqual(after.chips(), [['a.png', 'ready', null]]);
  assert.equal(await after.draft.thumbnail(after.draft.attachments[0]?.id ?? ''), 'data:image/png;base64,c21hbGw=');
  assert.deepEqual(after.inspected, []);
});

test('what_is_attached_while_the_saved_draft_is_read_comes_after_it', async (t) => {
  const before = world(t);
  await before.draft.addUris(imagesIn(t, 'a.png'));
  await before.settled();
  await before.draft.flush();
  const after = world(t, undefined, before.storage);
  await after.draft.addUris(imagesIn(t, 'b.png'));
  await after.settled();
  assert.deepEqual(
    after.draft.attachments.map(({ name }) => name),
    ['a.png', 'b.png'],
  );
});

test('showing_an_old_conversation_does_not_start_the_backend', async (t) => {
  const { draft, backend, inspected, saved } = world(t);
  const old = imageFile('/old.png', { id: crypto.randomUUID() });
  saved.push(old);
  assert.equal(await draft.thumbnail(old.id), null);
  assert.deepEqual(inspected, []);
  backend.view.status = 'ready';
  assert.equal(await draft.thumbnail(old.id), 'data:image/png;base64,c21hbGw=');
});

test('what_is_put_back_comes_before_what_was_attached_meanwhile', async (t) => {
  const { draft } = world(t);
  const [a, b] = imagesIn(t, 'a.png', 'b.png');
  assert.ok(a && b);
  await draft.addUris([a]);
  const taken = await draft.take();
  await draft.addUris([b]);
  draft.putBack(taken);
  assert.deepEqual(
    draft.attachments.map(({ name }) => name),
    ['a.png', 'b.png'],
  );
});

async function gone(folder: string): Promise<void> {
  await until(() => !fs.existsSync(folder));
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 1000, 'it did not happen within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
