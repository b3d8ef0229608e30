import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { loadNative } from '../../../../backend-native/server/transport/native.js';
import { nativeAbiVersion } from '../../../../backend-native/server/transport/nativeAddon.js';
import { failsWith } from '../../../failsWith.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

test('a_missing_addon_is_said_with_every_place_that_was_tried', (t) => {
  const folder = scratchFolder(t);
  const places = [path.join(folder, 'one.node'), path.join(folder, 'two.node')];
  assert.throws(() => loadNative(places), failsWith('native_missing', /one\.node.*two\.node/));
});

test('an_addon_of_another_platform_is_said_in_one_line', (t) => {
  const folder = scratchFolder(t);
  const windows = writeFile(folder, 'look_once.node', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(4096, 7)]));
  assert.throws(() => loadNative([windows]), failsWith('native_incompatible', /^[^\n]*does not load on [^\n]*$/));
});

test('an_addon_that_does_not_load_is_not_passed_over', (t) => {
  const folder = scratchFolder(t);
  const broken = writeFile(folder, 'broken.node', 'not a library');
  const good = writeFile(folder, 'good.cjs', addon('good'));
  assert.throws(() => loadNative([broken, good]), failsWith('native_incompatible'));
});

test('an_addon_of_another_interface_is_refused_with_both_numbers', (t) => {
  const folder = scratchFolder(t);
  const old = writeFile(folder, 'old.cjs', 'module.exports = { abiVersion: 0 };');
  assert.throws(
    () => loadNative([old]),
    failsWith('native_incompatible', new RegExp(`interface ${nativeAbiVersion} .* has 0`)),
  );
  const none = writeFile(folder, 'none.cjs', 'module.exports = null;');
  assert.throws(() => loadNative([none]), failsWith('native_incompatible', /has none/));
});

test('the_first_place_that_has_one_wins', (t) => {
  const folder = scratchFolder(t);
  const first = writeFile(folder, 'first.cjs', addon('first'));
  const second = writeFile(folder, 'second.cjs', addon('second'));
  assert.equal(loaded([path.join(folder, 'gone'), first, second]), 'first');
});

test('the_build_for_the_best_generation_that_this_processor_runs_is_loaded', (t) => {
  const folder = scratchFolder(t);
  const oldest = writeFile(folder, 'one.cjs', addon('oldest', ['icelake', 'haswell']));
  assert.equal(loaded([oldest]), 'oldest');
  writeFile(folder, 'one-haswell.cjs', addon('haswell'));
  writeFile(folder, 'one-zen9.cjs', addon('zen9'));
  assert.equal(loaded([oldest]), 'haswell');
  writeFile(folder, 'one-icelake.cjs', addon('icelake'));
  assert.equal(loaded([oldest]), 'icelake');
  const other = writeFile(folder, 'two.cjs', addon('oldest', ['haswell']));
  writeFile(folder, 'two-haswell.cjs', 'throw new Error("no such instruction")');
  assert.throws(() => loaded([other]), failsWith('native_incompatible', /two-haswell\.cjs/));
});

test('the_build_with_vulkan_is_loaded_where_it_finds_a_gpu', (t) => {
  const folder = scratchFolder(t);
  const oldest = writeFile(folder, 'one.cjs', addon('oldest', ['haswell']));
  writeFile(folder, 'one-haswell.cjs', addon('haswell'));
  writeFile(folder, 'one-vulkan.cjs', addon('vulkan', [], ['cpu']));
  assert.equal(loaded([oldest]), 'haswell');
  const other = writeFile(folder, 'two.cjs', addon('oldest', ['haswell']));
  writeFile(folder, 'two-haswell.cjs', addon('haswell'));
  writeFile(folder, 'two-vulkan.cjs', addon('vulkan', [], ['gpu', 'cpu']));
  assert.equal(loaded([other]), 'vulkan');
  const tooOld = writeFile(folder, 'three.cjs', addon('oldest'));
  writeFile(folder, 'three-vulkan.cjs', 'throw new Error("no such instruction")');
  assert.equal(loaded([tooOld]), 'oldest');
});

/** Source of a module with what is looked at of an addon. */
function addon(name: string, levels: readonly string[] = [], devices: readonly string[] = []): string {
  const kinds = JSON.stringify(devices.map((kind) => ({ kind })));
  const face = `processorLevels: () => ${JSON.stringify(levels)}, listDevices: () => ${kinds}`;
  return `module.exports = { name: "${name}", abiVersion: ${nativeAbiVersion}, ${face} };`;
}

function loaded(places: readonly string[]): string | undefined {
  return (loadNative(places) as { name?: string }).name;
}
