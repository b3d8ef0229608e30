import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import type { ModelInfo } from '../../../../backend-native/protocol/model.js';
import type { ReadAheadEnd, ReadAheadParams } from '../../../../backend-native/protocol/readAhead.js';
import { isOnBattery } from '../../../../extension/asking/battery.js';
import { readAhead, type ReadAheadServices } from '../../../../extension/asking/readAhead.js';
import type { Attachment } from '../../../../extension/attachments/attachment.js';
import type { CurrentSettings } from '../../../../extension/settings/currentSettings.js';
import { scratchFolder, writeFile } from '../../../scratch.js';
import { recordedLog } from '../doubles/log.js';
import { settingsOf } from '../doubles/settings.js';

function image(name: string): Attachment {
  return { id: name, kind: 'image', name, detail: '', origin: { kind: 'file', uri: '', path: `/shots/${name}` } };
}

/** @param settings what the user set otherwise */
function world(t: TestContext, settings: Partial<CurrentSettings> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const changed = new vscode.EventEmitter<void>();
  const progressed = new vscode.EventEmitter<null>();
  const requests: { params: ReadAheadParams; signal: AbortSignal; end: (how: ReadAheadEnd) => void }[] = [];
  const cache = { load: { engine: { cache: { folder: '/cache', maxBytes: 1e9 } } } };
  const state = {
    draft: { attachments: [] as readonly Attachment[], isReady: true, onDidChange: changed.event },
    asking: { running: null as object | null, onDidProgress: progressed.event },
    conversations: { open: { turns: [] as unknown[] }, onDidChange: changed.event },
    battery: false,
  };
  const services = {
    ...state,
    backend: {
      model: { modelPath: '/m.gguf' } as ModelInfo,
      view: { status: 'ready' },
      onDidChange: changed.event,
      request: (_: string, params: ReadAheadParams, { signal }: { signal: AbortSignal }) =>
        new Promise((resolve) => {
          const end = (how: ReadAheadEnd) => {
            resolve({ end: how, tokens: 9, knownTokens: 0, readTokens: 9, ms: 1 });
          };
          signal.addEventListener('abort', () => {
            end('cancelled');
          });
          requests.push({ params, signal, end });
        }),
    },
    settings: { current: { ...settingsOf().current, ...cache, ...settings }, onDidChange: changed.event },
    log: recordedLog().channel,
    isOnBattery: () => Promise.resolve(state.battery),
  };
  const ahead = readAhead(services as unknown as ReadAheadServices);
  t.after(() => {
    ahead.dispose();
  });
  const settle = async () => {
    changed.fire();
    t.mock.timers.tick(1000);
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const attach = async (...names: string[]) => {
    state.draft.attachments = names.map(image);
    services.draft.attachments = state.draft.attachments;
    await settle();
  };
  return { state, requests, attach, settle };
}

const paths = (params?: ReadAheadParams) =>
  params?.images?.map((source) => ('path' in source ? path.basename(source.path) : ''));

test('what_is_attached_is_read_once_and_again_when_it_is_another', async (t) => {
  const { requests, attach, settle } = world(t);
  await attach('a.png');
  assert.deepEqual(
    requests.map(({ params }) => paths(params)),
    [['a.png']],
  );
  requests[0]?.end('read');
  await settle();
  await settle();
  assert.equal(requests.length, 1);
  await attach('a.png', 'b.png');
  assert.deepEqual(paths(requests[1]?.params), ['a.png', 'b.png']);
});

test('what_is_no_longer_attached_is_no_longer_read', async (t) => {
  const { requests, attach } = world(t);
  await attach('a.png');
  await attach();
  assert.equal(requests[0]?.signal.aborted, true);
  await attach('a.png');
  assert.equal(requests.length, 2, 'it was not read to its end');
});

test('a_running_question_is_left_alone_and_a_later_one_goes_on_from_its_own_cache', async (t) => {
  const { state, requests, attach, settle } = world(t);
  state.asking.running = {};
  await attach('a.png');
  assert.equal(requests.length, 0);
  state.asking.running = null;
  state.conversations.open.turns.push({});
  await settle();
  assert.equal(requests.length, 0);
});

test('nothing_is_read_that_is_not_looked_at_or_could_not_be_kept_or_is_not_wanted', async (t) => {
  const unready = world(t);
  unready.state.draft.isReady = false;
  await unready.attach('a.png');
  assert.equal(unready.requests.length, 0);
  t.mock.timers.reset();
  for (const settings of [{ readAhead: 'never' as const }, { load: { engine: {} } }]) {
    const { requests, attach } = world(t, settings);
    await attach('a.png');
    assert.equal(requests.length, 0);
    t.mock.timers.reset();
  }
});

test('on_battery_it_depends_on_the_setting', async (t) => {
  for (const [setting, count] of [
    ['onMains', 0],
    ['always', 1],
  ] as const) {
    const { state, requests, attach } = world(t, { readAhead: setting });
    state.battery = true;
    await attach('a.png');
    assert.equal(requests.length, count);
    t.mock.timers.reset();
  }
});

test('a_battery_that_discharges_powers_the_machine_unless_it_is_a_mouse', async (t) => {
  const supplies = scratchFolder(t);
  const supply = (name: string, files: Readonly<Record<string, string>>) => {
    const folder = path.join(supplies, name);
    fs.mkdirSync(folder);
    for (const [file, text] of Object.entries(files)) writeFile(folder, file, `${text}\n`);
  };
  supply('AC', { type: 'Mains', online: '0' });
  supply('hidpp', { type: 'Battery', status: 'Discharging', scope: 'Device' });
  assert.equal(await isOnBattery('linux', supplies), false);
  supply('BAT0', { type: 'Battery', status: 'Discharging' });
  assert.equal(await isOnBattery('linux', supplies), true);
  assert.equal(await isOnBattery('linux', path.join(supplies, 'none')), false);
  assert.equal(await isOnBattery('win32', supplies), false);
});
