import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { tryLock } from '../../../../../backend-native/server/models/hub/fileLock.js';
import { scratchFolder } from '../../../../scratch.js';

test('one_holds_the_lock_until_it_lets_go', (t) => {
  const file = path.join(scratchFolder(t), 'lock');
  const first = tryLock(file) ?? assert.fail();
  assert.equal(tryLock(file), undefined);
  first.release();
  const second = tryLock(file) ?? assert.fail();
  first.release();
  assert.ok(fs.existsSync(file), 'who let go once does not take it from the next');
  second.release();
  assert.ok(!fs.existsSync(file));
});

test('a_lock_of_a_process_that_is_gone_does_not_bind', (t) => {
  const file = path.join(scratchFolder(t), 'lock');
  // No system gives a process this number.
  fs.writeFileSync(file, JSON.stringify({ pid: 2 ** 30, host: os.hostname() }));
  const lock = tryLock(file) ?? assert.fail();
  lock.release();
});

test('a_holder_on_another_machine_lives_as_long_as_it_touches_the_file', (t) => {
  const file = path.join(scratchFolder(t), 'lock');
  fs.writeFileSync(file, JSON.stringify({ pid: 1, host: 'elsewhere' }));
  assert.equal(tryLock(file), undefined);
  const longAgo = new Date(Date.now() - 60_000);
  fs.utimesSync(file, longAgo, longAgo);
  (tryLock(file) ?? assert.fail()).release();
});
