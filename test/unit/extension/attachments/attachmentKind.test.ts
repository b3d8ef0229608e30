import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { attachmentKind, extensionOf, hasImageExtension } from '../../../../extension/attachments/attachmentKind.js';

const text = (content: string) => Buffer.from(content);

for (const format of ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const) {
  test(`${format}_is_an_image_whatever_its_name`, async () => {
    const bytes = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .toFormat(format)
      .toBuffer();
    assert.equal(attachmentKind('notes.txt', bytes), 'image');
  });
}

test('svg_is_an_image_behind_its_xml_declaration_and_comments', () => {
  assert.equal(
    attachmentKind('drawing', text('<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg"/>')),
    'image',
  );
  assert.equal(attachmentKind('page.html', text('<html><body><svg/></body></html>')), 'document');
});

test('documents_are_documents_whatever_their_name', () => {
  assert.equal(attachmentKind('scan.png', text('%PDF-1.7\n')), 'document');
  assert.equal(attachmentKind('report.png', Buffer.from('PK\x03\x04')), 'document');
});

test('a_name_decides_where_the_bytes_do_not', () => {
  assert.equal(attachmentKind('broken.PNG', text('not a png')), 'image');
  assert.equal(attachmentKind('readme', text('# Hello')), 'document');
  assert.equal(attachmentKind('firmware.bin', Buffer.from([0, 1, 2, 3])), 'document');
  assert.ok(hasImageExtension('a.b.JPEG'));
  assert.ok(!hasImageExtension('png'));
});

test('a_bitmap_is_told_from_text_that_begins_like_one', () => {
  assert.equal(attachmentKind('x', Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0', 'latin1')), 'image');
  assert.equal(attachmentKind('x', text('BMW builds cars')), 'document');
});

test('mime_types_give_extensions', () => {
  assert.equal(extensionOf('IMAGE/JPEG'), 'jpg');
  assert.equal(extensionOf('text/plain; charset=utf-8'), 'txt');
  assert.equal(extensionOf('application/x-unknown'), 'bin');
});
