import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import type { DeviceInfo } from '../../../../backend-native/protocol/model.js';
import { chooseDevice, deviceItems, type DeviceServices } from '../../../../extension/models/chooseDevice.js';

const cpu: DeviceInfo = { name: 'CPU', description: 'Some CPU', kind: 'cpu', memoryTotal: 16e9, memoryFree: 8e9 };
const gpu: DeviceInfo = { name: 'CUDA0', description: 'Some GPU', kind: 'gpu', memoryTotal: 8e9, memoryFree: 6e9 };

/** Chooses the device that is named. @returns what was written */
async function written(t: TestContext, device: string | undefined, set = ''): Promise<unknown[]> {
  const window = vscode.window as unknown as Record<string, unknown>;
  const before = { ...window };
  t.after(() => {
    Object.assign(window, before);
  });
  window['showQuickPick'] = (items: readonly { readonly device: string }[]) =>
    Promise.resolve(items.find((item) => item.device === device));
  const values: unknown[] = [];
  await chooseDevice({
    backend: { model: undefined, request: () => Promise.resolve({ devices: [gpu, cpu] }) },
    settings: {
      current: { load: { engine: { device: set } } },
      write: (value: unknown) => {
        values.push(value);
        return Promise.resolve();
      },
    },
  } as unknown as DeviceServices);
  return values;
}

test('every_device_is_offered_with_its_memory_and_what_it_does_now', () => {
  const items = deviceItems([gpu, cpu], 'CUDA0', ['CPU']);
  assert.deepEqual(
    items.map(({ label, device }) => [label, device]),
    [
      ['Automatic', ''],
      ['$(check) CUDA0', 'CUDA0'],
      ['CPU', 'CPU'],
    ],
  );
  assert.match(items[1]?.detail ?? '', /5.6 GB of 7.5 GB/);
  assert.equal(items[2]?.description, 'Some CPU · runs the model now');
});

test('a_device_that_is_gone_is_shown_as_what_is_set', () => {
  const items = deviceItems([cpu], 'CUDA0', []);
  assert.deepEqual([items.at(-1)?.label, items.at(-1)?.detail], ['$(check) CUDA0', 'not on this machine']);
});

test('what_is_chosen_is_written_and_automatic_takes_the_setting_back', async (t) => {
  assert.deepEqual(await written(t, 'CUDA0'), [{ 'lookOnce.model.device': 'CUDA0' }]);
  assert.deepEqual(await written(t, '', 'CUDA0'), [{ 'lookOnce.model.device': undefined }]);
  assert.deepEqual(await written(t, undefined), []);
});
