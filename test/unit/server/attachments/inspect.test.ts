import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import type {
  AttachmentSource,
  DocumentInspection,
  ImageInspection,
} from '../../../../backend-native/protocol/inspect.js';
import { inspectAttachments } from '../../../../backend-native/server/attachments/inspect.js';
import { failsWith } from '../../../failsWith.js';
import { docx, paragraph } from '../../../fixtures/documents/docx.js';
import { pdf } from '../../../fixtures/documents/pdf.js';
import { bmp, noise, png, solid } from '../../../fixtures/images.js';
import { scratchFolder, writeFile } from '../../../scratch.js';

const never = new AbortController().signal;
const counter = {
  countTokens: (text: string) => text.split(/\s+/).filter((word) => word !== '').length,
  countImageTokens: (width: number, height: number) => width * height,
};

function image(bytes: Uint8Array, name = 'a.png'): AttachmentSource {
  return { kind: 'image', source: { name, base64: Buffer.from(bytes).toString('base64') } };
}

function document(bytes: Uint8Array, name: string, pages?: string): AttachmentSource {
  return {
    kind: 'document',
    source: { name, base64: Buffer.from(bytes).toString('base64'), ...(pages === undefined ? {} : { pages }) },
  };
}

test('an_image_is_told_by_its_header', async () => {
  const bytes = png(noise(40, 20, 'inspect'));
  const { attachments } = await inspectAttachments({ attachments: [image(bytes)] }, null, never);
  assert.deepEqual(attachments, [
    {
      kind: 'image',
      name: 'a.png',
      format: 'png',
      sizeBytes: bytes.length,
      width: 40,
      height: 20,
      frames: 1,
      tokens: null,
    },
  ]);
});

test('an_image_costs_what_the_model_says', async () => {
  const {
    attachments: [one],
  } = await inspectAttachments({ attachments: [image(png(solid(4, 3, [0, 0, 0])))] }, counter, never);
  assert.equal((one as ImageInspection).tokens, 12);
  const {
    attachments: [blind],
  } = await inspectAttachments(
    { attachments: [image(png(solid(4, 3, [0, 0, 0])))] },
    { countTokens: counter.countTokens },
    never,
  );
  assert.equal((blind as ImageInspection).tokens, null);
});

test('thumbnails_are_upright_pngs_of_the_size_asked_for', async () => {
  const sideways = await sharp(noise(64, 32, 'thumbnail').rgb, { raw: { width: 64, height: 32, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const sources = [image(sideways), image(bmp(noise(64, 32, 'bmp'))), image(png(solid(4, 2, [1, 2, 3])))];
  const { attachments } = await inspectAttachments({ attachments: sources, thumbnailPixels: 16 }, null, never);
  const sizes = await Promise.all(
    attachments.map(async (report) => {
      const { format, width, height } = await sharp(
        Buffer.from((report as ImageInspection).thumbnail ?? '', 'base64'),
      ).metadata();
      return [format, width, height];
    }),
  );
  assert.deepEqual(sizes, [
    ['png', 8, 16],
    ['png', 16, 8],
    ['png', 4, 2],
  ]);
  assert.deepEqual([(attachments[0] as ImageInspection).width, (attachments[0] as ImageInspection).height], [32, 64]);
});

test('an_animation_tells_its_frames', async () => {
  const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 255), Buffer.alloc(8 * 8 * 3, 0)]);
  const gif = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
    .gif({ delay: [100, 100] })
    .toBuffer();
  const {
    attachments: [report],
  } = await inspectAttachments({ attachments: [image(gif)] }, null, never);
  const { width, height, frames: count, format } = report as ImageInspection;
  assert.deepEqual([width, height, count, format], [8, 8, 2, 'gif']);
});

test('a_pdf_tells_its_pages_and_shows_the_first_chosen_one', async () => {
  const bytes = pdf([{ lines: ['one'] }, { picture: solid(2, 2, [255, 0, 0]) }, { lines: ['three words here'] }]);
  const { attachments } = await inspectAttachments(
    { attachments: [document(bytes, 'a.pdf', '2-3')], thumbnailPixels: 20 },
    counter,
    never,
  );
  const { thumbnail, tokens, ...report } = attachments[0] as DocumentInspection;
  assert.deepEqual(report, {
    kind: 'document',
    name: 'a.pdf',
    format: 'pdf',
    sizeBytes: bytes.length,
    pages: 3,
    chosenPages: '2-3',
    pagesWithoutText: '2',
    characters: 16,
    unit: 'page',
    notes: [],
  });
  assert.ok((tokens ?? 0) > 100_000);
  const { data, info } = await sharp(Buffer.from(thumbnail ?? '', 'base64'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.equal(info.height, 20);
  assert.deepEqual([...data.subarray(0, 3)], [255, 0, 0]);
});

test('documents_without_pages_tell_what_they_are', async () => {
  const text = document(Buffer.from('Gr\xfc\xdfe an alle', 'latin1'), 'a.txt');
  const { attachments } = await inspectAttachments(
    { attachments: [text, document(docx(paragraph('two words')), 'a.docx')], thumbnailPixels: 20 },
    counter,
    never,
  );
  assert.deepEqual(attachments[0], {
    kind: 'document',
    name: 'a.txt',
    format: 'text',
    sizeBytes: 13,
    pages: null,
    chosenPages: '',
    pagesWithoutText: '',
    characters: 13,
    encoding: 'windows-1252',
    unit: 'whole',
    notes: [{ kind: 'encodingGuessed', encoding: 'windows-1252' }],
    tokens: 5,
  });
  const { format, pages, characters, tokens } = attachments[1] as DocumentInspection;
  assert.deepEqual([format, pages, characters, tokens], ['docx', null, 9, 4]);
});

test('what_cannot_be_read_is_a_report_beside_the_others', async (t) => {
  const folder = scratchFolder(t);
  const { attachments } = await inspectAttachments(
    {
      attachments: [
        { kind: 'image', source: { path: `${folder}/none.png` } },
        image(Buffer.from('text'), 'no.png'),
        document(pdf([{ lines: ['x'] }], { password: 'secret' }), 'locked.pdf'),
        document(pdf([{ lines: ['x'] }]), 'short.pdf', '2'),
        { kind: 'document', source: { path: writeFile(folder, 'fine.md', '# fine') } },
      ],
    },
    counter,
    never,
  );
  assert.deepEqual(
    attachments.map((report) => [report.kind, report.name, report.kind === 'failed' ? report.error.code : '']),
    [
      ['failed', 'none.png', 'file_not_found'],
      ['failed', 'no.png', 'unsupported_image'],
      ['failed', 'locked.pdf', 'password_required'],
      ['failed', 'short.pdf', 'page_range_invalid'],
      ['document', 'fine.md', ''],
    ],
  );
  for (const report of attachments) if (report.kind === 'failed') assert.ok(report.error.nextStep.length > 0);
});

test('what_is_asked_for_is_checked', async () => {
  const bad: unknown[] = [
    {},
    { attachments: 'a.png' },
    { attachments: new Array(300) },
    { attachments: [], thumbnailPixels: 0 },
    { attachments: [], thumbnailPixels: 1e9 },
    { attachments: [], thumbnailPixels: '64' },
  ];
  for (const params of bad)
    await assert.rejects(inspectAttachments(params as { attachments: [] }, null, never), failsWith('invalid_argument'));
});

test('cancelling_leaves_out_what_was_not_looked_at', async () => {
  const abort = new AbortController();
  abort.abort();
  assert.deepEqual(
    await inspectAttachments({ attachments: [image(png(solid(1, 1, [0, 0, 0])))] }, null, abort.signal),
    { attachments: [] },
  );
});
