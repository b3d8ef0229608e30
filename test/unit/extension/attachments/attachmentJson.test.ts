import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentFromJson } from '../../../../extension/attachments/attachmentJson.js';
import { documentFile, imageFile, pasted, selection } from './sampleAttachments.js';

test('every_attachment_survives_json', () => {
  const all = [
    imageFile('/a.png', { look: { width: 3, height: 2, tokens: null, hasThumbnail: false } }),
    documentFile('/b.pdf', { pages: '2', readAs: 'text', look: { pages: 9, tokens: 12, hasThumbnail: true } }),
    pasted('f00'),
    selection('let x;', 4, 5),
    imageFile('/a.png', { part: { x: 1, y: 2, width: 30, height: 20, wholeWidth: 64, wholeHeight: 48 } }),
  ];
  assert.deepEqual((JSON.parse(JSON.stringify(all)) as unknown[]).map(attachmentFromJson), all);
});

for (const [name, value] of [
  ['null', null],
  ['text', 'a.png'],
  ['no_origin', { ...imageFile('/a.png'), origin: undefined }],
  ['an_unknown_kind', { ...imageFile('/a.png'), kind: 'video' }],
  ['a_path_that_is_no_text', { ...imageFile('/a.png'), origin: { kind: 'file', uri: 'file:///a.png', path: 7 } }],
  [
    'negative_lines',
    { ...selection('x', 1, 1), origin: { kind: 'text', text: 'x', uri: '', firstLine: -1, lastLine: 1 } },
  ],
] as const) {
  test(`${name}_is_no_attachment`, () => {
    assert.equal(attachmentFromJson(value), undefined);
  });
}

test('an_unknown_way_to_read_is_left_out', () => {
  assert.equal(attachmentFromJson({ ...documentFile('/b.pdf'), readAs: 'aloud' })?.readAs, undefined);
});
