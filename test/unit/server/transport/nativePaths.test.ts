/** Long paths reach the engine in words under which Windows opens them; short ones as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NativeLoadOptions } from '../../../../backend-native/server/transport/nativeAddon.js';
import { withNativePaths } from '../../../../backend-native/server/transport/nativePaths.js';

const deep = `C:\\Users\\Jörg\\${'deep\\'.repeat(50)}`;
const options: NativeLoadOptions = {
  modelPath: `${deep}model.gguf`,
  mmprojPath: `C:/Users/Jörg/${'deep/'.repeat(50)}mmproj.gguf`,
  adapterPaths: ['C:\\short.gguf', `\\\\server\\share\\${deep.slice(3)}adapter.gguf`],
  gpuLayers: -1,
  rpcServers: [],
  threads: 0,
  contextSize: 0,
  kvType: 'f16',
  imageMinTokens: 0,
  imageMaxTokens: 0,
  holdsWholeCache: true,
  cache: { folder: `${deep}cache`, maxBytes: 1, modelId: 'a', projectorId: 'b' },
};

test('on_windows_a_long_path_is_said_with_its_prefix_and_its_own_separators', () => {
  const { modelPath, mmprojPath, adapterPaths, cache, ...others } = withNativePaths(options, 'win32');
  assert.equal(modelPath, `\\\\?\\${deep}model.gguf`);
  assert.equal(mmprojPath, `\\\\?\\${deep}mmproj.gguf`);
  assert.deepEqual(adapterPaths, ['C:\\short.gguf', `\\\\?\\UNC\\server\\share\\${deep.slice(3)}adapter.gguf`]);
  assert.deepEqual(cache, { ...options.cache, folder: `\\\\?\\${deep}cache` });
  assert.equal(others.gpuLayers, -1);
});

test('a_model_without_projector_or_cache_gets_none', () => {
  const { mmprojPath, cache, ...bare } = options;
  assert.ok(mmprojPath && cache);
  const named = withNativePaths(bare, 'win32');
  assert.ok(!('mmprojPath' in named) && !('cache' in named));
});

test('on_other_systems_nothing_changes', () => {
  for (const platform of ['linux', 'darwin'] as const) assert.equal(withNativePaths(options, platform), options);
});
