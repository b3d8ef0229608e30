import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  findOffers,
  preparePrivateFolder,
  removeOffer,
  socketOf,
  writeOffer,
  type BackendOffer,
} from '../../../backend-native/client/backendOffer.js';
import { scratchFolder, writeFile } from '../../scratch.js';

const token = 'a'.repeat(64);
const posix = { skip: process.platform === 'win32' && 'Windows has no such modes' };

function offerIn(folder: string, pid: number): BackendOffer {
  return { pid, host: os.hostname(), socket: socketOf(folder, pid, token), token, protocolVersion: 3 };
}

function prepared(t: TestContext): string {
  const folder = path.join(scratchFolder(t), 'cache', 'windows');
  preparePrivateFolder(folder);
  return folder;
}

test('the_newest_offer_is_found_first_and_one_that_was_taken_back_not_at_all', (t) => {
  const folder = prepared(t);
  for (const pid of [1, 2, 3]) {
    writeOffer(folder, offerIn(folder, pid));
    fs.utimesSync(path.join(folder, `${pid}.json`), pid, pid);
  }
  writeOffer(folder, offerIn(folder, 1));
  removeOffer(folder, offerIn(folder, 2));
  assert.deepEqual(findOffers(folder), [offerIn(folder, 1), offerIn(folder, 3)]);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['1.json', '3.json']);
});

test('where_no_window_was_there_is_no_offer', (t) => {
  assert.deepEqual(findOffers(path.join(scratchFolder(t), 'nothing')), []);
});

test('an_offer_is_for_this_user_alone', posix, (t) => {
  const folder = prepared(t);
  writeOffer(folder, offerIn(folder, 1));
  assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  assert.equal(fs.statSync(path.join(folder, '1.json')).mode & 0o777, 0o600);
  // What others can read, or could have put there, is not believed.
  fs.chmodSync(path.join(folder, '1.json'), 0o644);
  assert.deepEqual(findOffers(folder), []);
  writeOffer(folder, offerIn(folder, 1));
  fs.chmodSync(folder, 0o755);
  assert.deepEqual(findOffers(folder), []);
  assert.throws(() => {
    preparePrivateFolder(folder);
  }, /not readable for this user alone/);
});

test('what_is_no_offer_of_this_machine_is_passed_over', (t) => {
  const folder = prepared(t);
  const put = (name: string, content: string) => {
    fs.chmodSync(writeFile(folder, name, content), 0o600);
  };
  const own = offerIn(folder, 7);
  put('1.json', '{"pid": 1');
  put('2.json', 'null');
  put('3.json', JSON.stringify({ ...offerIn(folder, 3), host: 'elsewhere' }));
  put('4.json', JSON.stringify({ ...offerIn(folder, 4), socket: '/tmp/of-somebody-else.sock' }));
  put('5.json', JSON.stringify({ ...offerIn(folder, 5), token: 'short' }));
  put('6.json', own.token.repeat(100));
  put('8.json', JSON.stringify(own));
  put('9.json', JSON.stringify({ ...offerIn(folder, 9), pid: '9' }));
  fs.mkdirSync(path.join(folder, '10.json'));
  put('11.json.part', JSON.stringify(offerIn(folder, 11)));
  fs.symlinkSync(
    writeFile(scratchFolder(t), 'target', JSON.stringify(offerIn(folder, 12))),
    path.join(folder, '12.json'),
  );
  assert.deepEqual(findOffers(folder), []);
  put('7.json', JSON.stringify(own));
  assert.deepEqual(findOffers(folder), [own]);
});
