import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askReport, notesOn } from '../../../backend-native/cli/askReport.js';
import type { AskResult } from '../../../backend-native/protocol/ask.js';
import { modelInfo } from '../../fixtures/modelInfo.js';

const model = modelInfo({ modelPath: 'models/m.gguf', description: '', devices: ['CUDA0', 'CPU'] });

const result: AskResult = {
  answer: 'yes',
  reasoning: '',
  reasoningTokens: 0,
  reasoningCut: false,
  tokens: 4,
  stop: 'end',
  prompt: { tokens: 10, textTokens: 4, imageTokens: 6, restoredTokens: 0, images: 1 },
  kv: {
    cellsBefore: 10,
    cellsAfter: 2,
    bytesBefore: 100,
    bytesAfter: 20,
    cellsPeak: 10,
    bytesPeak: 100,
    heldBytes: 0,
    residentBefore: 0,
    residentAfter: 0,
    ratio: 0.2,
    ratioChoice: 'asked',
    method: 'look-m',
    merge: 'pivot',
    mergeWhat: 'values',
    compressed: true,
    reading: 'whole',
    note: '',
  },
  ms: {
    queue: 0,
    ingest: 1,
    restore: 0,
    encode: 2,
    prefill: 3,
    compress: 4,
    firstToken: 11,
    decode: 500,
    compute: 490,
  },
  images: [],
  where: [],
  documents: [],
  reread: false,
  matching: [],
};

test('the_report_has_the_keys_that_tools_read', () => {
  const report = askReport(model, 7, [{ question: 'q', result }], 123);
  assert.deepEqual(
    [report.answer, report.tokens, report.model, report.device, report.tokensPerSecond, report.peakRssBytes],
    ['yes', 4, 'm.gguf', 'CUDA0 + CPU', 8, 123],
  );
  assert.deepEqual(report.ms, { load: 7, ...result.ms });
  assert.deepEqual(report.prompt, result.prompt);
  assert.deepEqual(report.kv, result.kv);
  assert.equal('followUps' in report, false);
});

test('follow_ups_are_listed_with_their_questions', () => {
  const report = askReport(
    model,
    7,
    [
      { question: 'q', result },
      { question: 'and?', result: { ...result, answer: 'no', ms: { ...result.ms, decode: 0 } } },
    ],
    1,
  );
  assert.deepEqual(
    report.followUps?.map(({ question, answer, tokensPerSecond }) => [question, answer, tokensPerSecond]),
    [['and?', 'no', 0]],
  );
});

test('an_image_that_was_shrunk_and_an_answer_that_was_cut_are_told', () => {
  const image = {
    name: 'a.png',
    width: 1000,
    height: 500,
    readWidth: 1008,
    readHeight: 496,
    tokens: 6,
    fromCache: false,
  };
  assert.deepEqual(notesOn({ ...result, images: [image] }, {}), []);
  const [shrunk, cut, ...others] = notesOn(
    { ...result, stop: 'length', images: [{ ...image, readWidth: 512, readHeight: 256 }] },
    {},
  );
  assert.match(shrunk ?? '', /^a\.png has 1000 x 500 pixels and was read at 512 x 256/);
  assert.match(cut ?? '', /--max-tokens/);
  assert.deepEqual(others, []);
});

test('what_came_from_the_cache_on_disk_is_told', () => {
  const image = { name: 'a.png', width: 64, height: 64, readWidth: 64, readHeight: 64, tokens: 4, fromCache: false };
  const known = { ...image, fromCache: true };
  assert.deepEqual(notesOn({ ...result, images: [image] }, {}), []);
  assert.deepEqual(notesOn({ ...result, images: [known] }, {}), [
    '1 of 1 picture was known already; --no-cache looks again',
  ]);
  assert.deepEqual(
    notesOn({ ...result, images: [known, image, known], prompt: { ...result.prompt, restoredTokens: 7 } }, {}),
    [
      '2 of 3 pictures were known already; --no-cache looks again',
      '7 of 10 prompt tokens were restored from the cache on disk',
    ],
  );
});

test('a_ratio_that_auto_chose_is_told_where_something_was_evicted', () => {
  const auto = (change: Partial<AskResult['kv']>) =>
    notesOn({ ...result, kv: { ...result.kv, ratioChoice: 'auto-by-length', ...change } }, {});
  assert.deepEqual(auto({}), [
    '2 of 10 KV cells were kept: auto chose the ratio 0.2 by the length of the prompt; --kv-ratio sets another',
  ]);
  assert.match(auto({ ratioChoice: 'auto-by-memory' }).join(), /little memory is free/);
  assert.match(auto({ ratioChoice: 'auto-memory-unknown' }).join(), /not known how much memory/);
  assert.deepEqual(auto({ ratio: 1, compressed: false }), []);
});

test('a_document_that_was_not_read_whole_is_told', () => {
  const document = {
    name: 'a.pdf',
    format: 'pdf' as const,
    unit: 'page' as const,
    picturesRead: 0,
    notes: [],
    pages: 9,
    pagesAsText: '1-4',
    pagesAsImages: '',
    characters: 900,
    charactersRead: 400,
    tokens: 100,
    complete: false,
    note: 'Pages 5-9 were left out.',
  };
  assert.deepEqual(notesOn({ ...result, documents: [document] }, {}), [
    'a.pdf: Pages 5-9 were left out. --doc-pages chooses pages.',
  ]);
  assert.deepEqual(
    notesOn({ ...result, documents: [{ ...document, format: 'text', pages: null, note: 'Only the first 400.' }] }, {}),
    ['a.pdf: Only the first 400.'],
  );
  assert.deepEqual(
    notesOn({ ...result, documents: [{ ...document, complete: true, note: 'A picture was not read.' }] }, {}),
    ['a.pdf: A picture was not read.'],
  );
  assert.deepEqual(notesOn({ ...result, documents: [{ ...document, complete: true, note: '' }] }, {}), []);
});

test('a_stand_in_is_said_with_what_is_missing', () => {
  const [note] = notesOn(result, { standIn: { missing: ['base.gguf'] } });
  assert.match(note ?? '', /tiny stand-in.*base\.gguf.*is missing/);
});
