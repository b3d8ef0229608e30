import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import {
  attachmentKind,
  documentFormatOfName,
  documentTable,
  extensionOf,
  hasImageExtension,
  imageTable,
  menuPattern,
  type FormatRow,
} from '../../../backend-native/protocol/formats.js';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';

const text = (content: string) => Buffer.from(content);

for (const format of ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const) {
  test(`${format}_is_an_image_whatever_its_name`, async () => {
    const bytes = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .toFormat(format)
      .toBuffer();
    assert.equal(attachmentKind('notes.txt', bytes), 'image');
  });
}

const svgHeads: Readonly<Record<string, string>> = {
  'an xml declaration and comments':
    '<?xml version="1.0"?>\n<!-- a --><!-- <html> -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
  'a long comment': `<!-- ${'made by a program '.repeat(500)}-->\n<svg xmlns="http://www.w3.org/2000/svg"/>`,
  'a doctype with declarations': '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x" [\n<!ENTITY a "b>c">\n]>\n<svg/>',
  'a prefix': '<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
  'a byte order mark': '\ufeff<svg/>',
};
for (const [what, head] of Object.entries(svgHeads)) {
  test(`svg_is_an_image_behind_${what.replaceAll(' ', '_')}`, () => {
    assert.equal(attachmentKind('drawing', text(head)), 'image');
    assert.equal(attachmentKind('drawing', Buffer.from(`\ufeff${head.replace('\ufeff', '')}`, 'utf16le')), 'image');
  });
}

test('a_page_with_a_drawing_in_it_is_a_document', () => {
  assert.equal(attachmentKind('page.html', text('<html><body><svg/></body></html>')), 'document');
  assert.equal(attachmentKind('page.xml', text('<svgs/>')), 'document');
});

test('a_comment_without_an_end_is_no_drawing_and_takes_no_time', () => {
  const start = performance.now();
  assert.equal(attachmentKind('x', text('<!--'.repeat(4000))), 'document');
  assert.ok(performance.now() - start < 1000);
});

test('the_menus_offer_what_is_read_and_nothing_else', () => {
  const manifest = fs.readFileSync(path.join(packageRoot(), 'package.json'), 'utf8');
  const patterns = [...manifest.matchAll(/resourceExtname =~ \/(.+?)\/i/g)].map(([, pattern]) =>
    pattern?.replaceAll('\\\\', '\\'),
  );
  assert.ok(patterns.length >= 5);
  assert.deepEqual(new Set(patterns), new Set([menuPattern('image'), menuPattern('document')]));
});

test('no_extension_and_no_type_stands_for_two_formats', () => {
  const rows: FormatRow[] = [...Object.values(imageTable), ...Object.values(documentTable)];
  for (const names of [rows.flatMap(({ extensions }) => extensions), rows.flatMap(({ mimes }) => mimes)])
    assert.deepEqual(names, [...new Set(names)]);
  assert.equal(documentFormatOfName('a.b.XLSX'), 'xlsx');
  assert.equal(documentFormatOfName('Makefile'), undefined);
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
