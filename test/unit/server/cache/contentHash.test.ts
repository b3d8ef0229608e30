import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { imageHash, modelFingerprint } from '../../../../backend-native/server/cache/contentHash.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

const mebibyte = 2 ** 20;
const time = new Date('2026-01-02T03:04:05.678Z');

test('an_image_is_known_by_its_sides_and_its_pixels', () => {
  const rgb = new Uint8Array(24).fill(7);
  const hash = imageHash({ width: 4, height: 2, rgb });
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(imageHash({ width: 4, height: 2, rgb: Uint8Array.from(rgb) }), hash);
  const other = Uint8Array.from(rgb);
  other[23] = 8;
  const hashes = [
    hash,
    imageHash({ width: 2, height: 4, rgb }),
    imageHash({ width: 8, height: 1, rgb }),
    imageHash({ width: 4, height: 2, rgb: other }),
  ];
  assert.equal(new Set(hashes).size, 4);
});

/** The fingerprint of a file of 5 MiB with one byte changed, written at a given time. */
async function fingerprintWith(
  folder: string,
  change: { readonly at?: number; readonly bytes?: number; readonly written?: Date },
): Promise<string> {
  const content = Buffer.alloc(change.bytes ?? 5 * mebibyte, 1);
  if (change.at !== undefined) content[change.at] = 2;
  const file = writeFile(folder, 'm.gguf', content);
  fs.utimesSync(file, change.written ?? time, change.written ?? time);
  return modelFingerprint(file);
}

test('a_model_is_known_by_its_size_its_time_and_its_ends', async (t) => {
  const folder = scratchFolder(t);
  const print = await fingerprintWith(folder, {});
  assert.equal(await fingerprintWith(folder, {}), print);
  const changes = [
    { at: 0 },
    { at: mebibyte - 1 },
    { at: 4 * mebibyte },
    { at: 5 * mebibyte - 1 },
    { bytes: 5 * mebibyte - 1 },
    { written: new Date(time.getTime() + 1) },
  ];
  const others = [];
  for (const change of changes) others.push(await fingerprintWith(folder, change));
  assert.equal(new Set([print, ...others]).size, changes.length + 1);
});

test('a_small_model_is_known_by_all_of_it', async (t) => {
  const folder = scratchFolder(t);
  const bytes = mebibyte + mebibyte / 2;
  const prints = [await fingerprintWith(folder, { bytes })];
  for (const at of [0, mebibyte - 1, mebibyte, bytes - 1]) prints.push(await fingerprintWith(folder, { bytes, at }));
  assert.equal(new Set(prints).size, 5);
});

test('of_a_model_in_parts_every_part_counts', async (t) => {
  const folder = scratchFolder(t);
  const parts = [1, 2, 3].map((part) => writeFile(folder, `m-0000${part}-of-00003.gguf`, `part ${part}`));
  const touch = () => {
    for (const part of parts) fs.utimesSync(part, time, time);
  };
  touch();
  const first = path.join(folder, 'm-00001-of-00003.gguf');
  const print = await modelFingerprint(first);
  assert.equal(await modelFingerprint(first), print);
  writeFile(folder, 'm-00003-of-00003.gguf', 'part 4');
  touch();
  assert.notEqual(await modelFingerprint(first), print);
});
