import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { modelCaches } from '../../../../backend-native/server/models/modelCaches.js';

const home = path.resolve('/home/someone');

test('the_environment_names_caches_before_the_usual_ones', () => {
  const env = { LLAMA_CACHE: '/llama', HF_HUB_CACHE: '/hub', HF_HOME: '/hf', XDG_CACHE_HOME: '/xdg' };
  assert.deepEqual(modelCaches({ env, home, platform: 'linux' }), [
    path.resolve('/llama'),
    path.resolve('/hub'),
    path.resolve('/hf/hub'),
    path.resolve('/xdg/huggingface/hub'),
    path.resolve('/xdg/llama.cpp'),
    path.join(home, '.cache/huggingface/hub'),
    path.join(home, '.cache/llama.cpp'),
  ]);
});

test('every_platform_has_its_own_place_and_no_folder_is_named_twice', () => {
  assert.ok(modelCaches({ env: {}, home, platform: 'darwin' }).includes(path.join(home, 'Library/Caches/llama.cpp')));
  assert.ok(
    modelCaches({ env: { LOCALAPPDATA: '/local' }, home, platform: 'win32' }).includes(
      path.resolve('/local/llama.cpp'),
    ),
  );
  const twice = modelCaches({ env: { XDG_CACHE_HOME: path.join(home, '.cache') }, home, platform: 'linux' });
  assert.equal(new Set(twice).size, twice.length);
});
