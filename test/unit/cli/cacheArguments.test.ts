import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { cacheFrom } from '../../../backend-native/cli/cacheArguments.js';
import { platformCacheFolder } from '../../../backend-native/client/cacheFolder.js';
import { UsageError } from '../../../backend-native/cli/usage.js';
import { failsWith } from '../../failsWith.js';

const nothing = { folder: undefined, gigabytes: undefined, off: undefined };

test('the_folder_is_the_platforms_own_for_what_can_be_made_again', () => {
  const home = path.resolve('/home/u');
  assert.equal(platformCacheFolder('linux', {}, home), path.join(home, '.cache/look-once'));
  assert.equal(
    platformCacheFolder('linux', { XDG_CACHE_HOME: path.resolve('/fast') }, home),
    path.join(path.resolve('/fast'), 'look-once'),
  );
  assert.equal(platformCacheFolder('linux', { XDG_CACHE_HOME: 'relative' }, home), path.join(home, '.cache/look-once'));
  assert.equal(
    platformCacheFolder('darwin', { XDG_CACHE_HOME: '/fast' }, home),
    path.join(home, 'Library/Caches/look-once'),
  );
  assert.equal(platformCacheFolder('win32', { LOCALAPPDATA: '/local' }, home), path.join('/local', 'look-once'));
});

test('four_gigabytes_are_kept_unless_another_number_is_given', () => {
  assert.equal(cacheFrom(nothing)?.maxBytes, 4 * 2 ** 30);
  assert.deepEqual(cacheFrom({ ...nothing, folder: 'kept', gigabytes: 1.5 }), {
    folder: path.resolve('kept'),
    maxBytes: 1.5 * 2 ** 30,
  });
});

test('nothing_is_kept_when_that_is_said', () => {
  assert.equal(cacheFrom({ ...nothing, off: true }), undefined);
  assert.equal(cacheFrom({ ...nothing, gigabytes: 0 }), undefined);
});

test('what_contradicts_itself_or_is_no_number_is_refused', () => {
  assert.throws(() => cacheFrom({ ...nothing, folder: 'kept', off: true }), UsageError);
  assert.throws(() => cacheFrom({ ...nothing, folder: ' ' }), UsageError);
  for (const gigabytes of [-1, NaN, Infinity])
    assert.throws(
      () => cacheFrom({ ...nothing, gigabytes }),
      failsWith('invalid_argument', /gigabytes of the cache but received/),
    );
});
