import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Finder } from '../../../../backend-native/server/attachments/find.js';
import type { FindParams } from '../../../../backend-native/protocol/find.js';
import type { AttachmentSource } from '../../../../backend-native/protocol/inspect.js';
import type { InputReport } from '../../../../backend-native/protocol/showInput.js';
import { failsWith } from '../../../failsWith.js';
import { scratchFolder, writeFile } from '../../../scratch.js';
import { plainError } from '../../../plainError.js';

const { signal } = new AbortController();
const noProgress = () => undefined;

/** Files whose text is what stands in them, and how often they were read. */
function files(t: Parameters<typeof scratchFolder>[0], texts: Record<string, string>) {
  const folder = scratchFolder(t);
  const attachments = Object.entries(texts).map(([name, text]): AttachmentSource => ({
    kind: 'document',
    source: { path: writeFile(folder, name, text) },
  }));
  const reads: string[] = [];
  const read = ({ source }: AttachmentSource): Promise<InputReport> => {
    const file = 'path' in source ? source.path : '';
    reads.push(path.basename(file));
    const text = fs.readFileSync(file, 'utf8');
    if (text === 'broken') throw plainError('corrupt_document', `${file} is damaged`);
    return Promise.resolve({ file, format: 'text', notes: [], pages: [{ page: 1, text }] });
  };
  return { folder, attachments, reads, read };
}

test('what_was_read_is_not_read_anew_before_it_changes', async (t) => {
  const { folder, attachments, reads, read } = files(t, {
    'a.md': 'The server is alpha.',
    'b.md': 'The port is 8080.',
  });
  const finder = new Finder(read);
  const find = (query: string) => finder.find({ attachments, query }, signal, noProgress);
  const first = await find('port');
  assert.deepEqual([first?.found.map(({ file }) => path.basename(file)), first?.filesKnown], [['b.md'], 0]);
  const second = await find('server alpha');
  assert.deepEqual([second?.found.map(({ file }) => path.basename(file)), second?.filesKnown], [['a.md'], 2]);
  assert.deepEqual(reads, ['a.md', 'b.md']);
  fs.writeFileSync(path.join(folder, 'a.md'), 'The port of alpha is 9090.');
  const third = await find('port');
  assert.deepEqual([third?.found.length, third?.filesKnown], [2, 1]);
  assert.deepEqual(reads, ['a.md', 'b.md', 'a.md']);
  finder.clear();
  assert.equal((await find('port'))?.filesKnown, 0);
});

test('what_failed_or_showed_no_words_is_tried_again', async (t) => {
  const { attachments, reads, read } = files(t, { 'a.md': 'broken', 'b.md': '' });
  const finder = new Finder(read);
  for (let i = 0; i < 2; i += 1) {
    const result = await finder.find({ attachments, query: 'port' }, signal, noProgress);
    assert.deepEqual(
      result?.notRead.map(({ error }) => error.code),
      ['corrupt_document'],
    );
    assert.equal(result.filesRead, 1);
  }
  assert.deepEqual(reads, ['a.md', 'b.md', 'a.md', 'b.md']);
});

test('memory_has_a_bound_and_what_is_used_stays', async (t) => {
  const { attachments, reads, read } = files(t, {
    'a.md': 'a'.repeat(60),
    'b.md': 'b'.repeat(60),
    'c.md': 'c'.repeat(60),
  });
  const [a, b, c] = attachments;
  assert.ok(a && b && c);
  const finder = new Finder(read, 150);
  for (const one of [a, b, a, c, a, b]) await finder.find({ attachments: [one], query: 'x' }, signal, noProgress);
  assert.deepEqual(reads, ['a.md', 'b.md', 'c.md', 'b.md']);
});

test('a_search_that_is_cancelled_ends_between_files', async (t) => {
  const { attachments, read } = files(t, { 'a.md': 'one', 'b.md': 'two' });
  const abort = new AbortController();
  const seen: string[] = [];
  const result = await new Finder(read).find({ attachments, query: 'two' }, abort.signal, ({ file }) => {
    seen.push(path.basename(file));
    abort.abort();
  });
  assert.deepEqual([result, seen], [null, ['a.md']]);
});

test('what_is_no_search_is_refused', async () => {
  const finder = new Finder(() => Promise.resolve(undefined));
  const attachments: FindParams['attachments'] = [];
  for (const params of [
    { attachments, query: ' ' },
    { attachments, query: 'x', limit: 0 },
    { attachments: [{ kind: 'image', source: { name: 'a', base64: '' } }], query: 'x' },
    { attachments: Array.from({ length: 2001 }, () => null), query: 'x' },
    {},
  ])
    await assert.rejects(
      finder.find(params as unknown as FindParams, signal, noProgress),
      failsWith('invalid_argument', /^Expected/),
    );
});
