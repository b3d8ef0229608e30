import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendError } from '../../../../../backend-native/protocol/errors.js';
import {
  openDocument,
  type OpenDocument,
} from '../../../../../backend-native/server/attachments/documents/openDocument.js';
import { PdfFile } from '../../../../../backend-native/server/attachments/documents/pdf/pdfFile.js';
import { loadPdfium } from '../../../../../backend-native/server/attachments/documents/pdf/pdfiumModule.js';
import { runDocumentTask } from '../../../../../backend-native/server/attachments/documents/runDocumentTask.js';
import { failsWith } from '../../../../failsWith.js';
import { endlessPdf, pdf, pdfOfObjects, stream } from '../../../../fixtures/documents/pdf.js';
import { solid } from '../../../../fixtures/images.js';
import { Random } from '../../../../fixtures/random.js';

const never = new AbortController().signal;

async function open(bytes: Buffer, pages?: string): Promise<OpenDocument> {
  const source = { name: 'a.pdf', base64: bytes.toString('base64'), ...(pages === undefined ? {} : { pages }) };
  const document = await openDocument(source, { signal: never });
  assert.ok(document);
  return document;
}

test('text_is_read_page_by_page', async () => {
  const document = await open(
    pdf([{ lines: ['The first page', 'has two lines.', '', 'And two paragraphs.'] }, { lines: ['Caf\xe9 (\\)'] }]),
  );
  assert.deepEqual([document.format, document.pageCount], ['pdf', 2]);
  assert.deepEqual(
    document.pages.map(({ page, text }) => [page, text]),
    [
      [1, 'The first page\nhas two lines.\n\nAnd two paragraphs.'],
      [2, 'Café (\\)'],
    ],
  );
});

test('only_the_chosen_pages_are_read', async () => {
  const file = pdf(['one', 'two', 'three', 'four'].map((line) => ({ lines: [line] })));
  assert.deepEqual(
    (await open(file, '2,4')).pages.map(({ text }) => text),
    ['two', 'four'],
  );
  await assert.rejects(open(file, '3-5'), failsWith('page_range_invalid', /up to 4.*"3-5"/));
});

test('words_hyphenated_at_the_end_of_a_line_become_whole', async () => {
  const {
    pages: [page],
  } = await open(pdf([{ lines: ['This is an exam-', 'ple of it.'] }]));
  assert.equal(page?.text, 'This is an example of it.');
});

test('what_was_typed_into_a_form_is_text', async () => {
  const {
    pages: [page],
  } = await open(pdf([{ lines: ['Name:'], field: 'Ada Lovelace' }]));
  assert.match(page?.text ?? '', /Name:\s+Ada Lovelace/);
});

test('a_page_without_text_and_a_page_without_anything_differ', async () => {
  const { pages } = await open(pdf([{ picture: solid(4, 4, [255, 0, 0]) }, {}]));
  assert.deepEqual(
    pages.map(({ text, blank }) => [text, blank]),
    [
      ['', undefined],
      ['', true],
    ],
  );
});

test('a_head_that_comes_late_is_found', async () => {
  const file = Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), pdf([{ lines: ['late'] }])]);
  assert.equal((await open(file)).pages[0]?.text, 'late');
});

test('pages_are_drawn_upright_on_white_in_rgb', async () => {
  const bytes = pdf([{ width: 200, height: 100, operators: '1 0 0 rg 0 50 100 50 re f ' }]);
  const drawn = await runDocumentTask(
    { kind: 'drawPdf', name: 'a.pdf', bytes, pages: [1], sizes: [{ width: 20, height: 10 }] },
    { signal: never },
  );
  const [page] = drawn ?? [];
  assert.deepEqual([page?.width, page?.height, page?.rgb.length], [20, 10, 600]);
  const pixel = (x: number, y: number) => [...(page?.rgb.subarray(3 * (y * 20 + x), 3 * (y * 20 + x) + 3) ?? [])];
  assert.deepEqual(
    [pixel(2, 2), pixel(2, 8), pixel(17, 2)],
    [
      [255, 0, 0],
      [255, 255, 255],
      [255, 255, 255],
    ],
  );
});

test('a_password_is_said', async () => {
  await assert.rejects(
    open(pdf([{ lines: ['x'] }], { password: 'secret' })),
    failsWith('password_required', /a\.pdf is protected by a password/),
  );
});

test('a_file_cut_short_anywhere_is_corrupt_or_is_read_as_far_as_it_goes', async () => {
  const whole = pdf(Array.from({ length: 5 }, (_, i) => ({ lines: [`page ${i + 1}`] })));
  for (const share of [0.05, 0.2, 0.5, 0.8, 0.95]) {
    const cut = whole.subarray(0, Math.floor(share * whole.length));
    const result = await open(cut).then(({ pages }) => pages.length, failsWith('corrupt_document', /damaged/));
    assert.ok(result === true || result <= 5, `${share}`);
  }
  await assert.rejects(open(whole.subarray(0, 100)), failsWith('corrupt_document'));
  await assert.rejects(open(Buffer.from('%PDF-1.7 and nothing more')), failsWith('corrupt_document'));
});

test('a_script_in_the_file_is_not_run', async () => {
  const {
    pages: [page],
  } = await open(pdf([{ lines: ['calm'] }], { script: 'while (true) {}' }));
  assert.equal(page?.text, 'calm');
});

test('a_million_pages_that_are_claimed_are_refused', async () => {
  await assert.rejects(
    open(pdf([{ lines: ['x'] }], { claimedPages: 1_000_000 })),
    failsWith('document_too_large', /1000000 pages.*at most 5000/),
  );
  await assert.rejects(
    open(pdf([{ lines: ['x'] }], { claimedPages: 1_000_000 }), '2-4'),
    failsWith('corrupt_document', /no page can be read/),
  );
});

test('a_page_tree_that_contains_itself_ends', async () => {
  const bodies = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 3 >>'];
  await assert.rejects(open(pdfOfObjects(bodies, 1)), failsWith('corrupt_document'));
});

test('a_page_of_enormous_size_is_drawn_small', async () => {
  for (const side of ['1000000000', '99999999999999999999']) {
    const file = pdf([{ width: side, height: side, lines: ['huge'] }]);
    const document = await openDocument(
      { name: 'huge.pdf', base64: file.toString('base64') },
      { signal: never, thumbnailPixels: 64 },
    );
    assert.ok(document?.thumbnail && document.thumbnail.width <= 64 && document.thumbnail.height <= 64);
  }
});

test('a_drawing_that_takes_for_ever_is_ended_and_said', async () => {
  // More drawings than can ever be made. They take memory too, so the time has to be over before that is.
  const bytes = endlessPdf();
  const start = performance.now();
  await assert.rejects(
    runDocumentTask(
      { kind: 'drawPdf', name: 'slow.pdf', bytes, pages: [1], sizes: [{ width: 500, height: 500 }] },
      { signal: never, stepMs: 500 },
    ),
    failsWith('document_too_large', /slow\.pdf takes longer than the 0\.5 s/),
  );
  assert.ok(performance.now() - start < 60_000);
});

test('cancelling_ends_the_thread_in_the_middle_of_a_page', async () => {
  const abort = new AbortController();
  setTimeout(() => {
    abort.abort();
  }, 500);
  const bytes = endlessPdf();
  assert.equal(
    await runDocumentTask(
      { kind: 'drawPdf', name: 'slow.pdf', bytes, pages: [1], sizes: [{ width: 500, height: 500 }] },
      { signal: abort.signal },
    ),
    undefined,
  );
  assert.equal(
    await runDocumentTask({ kind: 'readPdf', name: 'late.pdf', bytes }, { signal: abort.signal }),
    undefined,
  );
});

test('a_picture_that_unpacks_to_gigabytes_takes_no_more_memory_than_it_may', async () => {
  const side = 60_000;
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Contents 4 0 R /Resources << /XObject << /Im1 5 0 R ' +
      '>> >> >>',
    stream('q 600 0 0 600 0 0 cm /Im1 Do Q'),
    stream(
      'x',
      `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /ColorSpace /DeviceRGB /BitsPerComponent 16`,
    ),
  ];
  const rssBefore = process.memoryUsage.rss();
  const task = runDocumentTask(
    {
      kind: 'drawPdf',
      name: 'bomb.pdf',
      bytes: pdfOfObjects(bodies, 1),
      pages: [1],
      sizes: [{ width: 600, height: 600 }],
    },
    { signal: never, stepMs: 20_000 },
  );
  const outcome = await task.then((drawn) => drawn?.length, failsWith('document_too_large'));
  // PDFium leaves out what it cannot unpack, or it is ended.
  assert.ok(outcome === 1 || outcome === true);
  assert.ok(process.memoryUsage.rss() - rssBefore < 1200 * 2 ** 20);
});

test('tasks_run_one_after_the_other', async () => {
  const order: string[] = [];
  const task = (name: string) =>
    runDocumentTask(
      { kind: 'readPdf', name, bytes: pdf([{ lines: [name] }, { lines: [name] }]) },
      { signal: never, onProgress: () => order.push(name) },
    );
  await Promise.all([task('a'), task('b'), task('c')]);
  assert.equal(order.join(''), 'aabbcc');
});

test('a_task_that_waits_can_be_cancelled_and_a_failed_one_holds_up_nobody', async () => {
  const abort = new AbortController();
  const [failed, cancelled, done] = [
    runDocumentTask({ kind: 'readPdf', name: 'bad', bytes: Buffer.from('%PDF-') }, { signal: never }),
    runDocumentTask({ kind: 'readPdf', name: 'late', bytes: pdf([{}]) }, { signal: abort.signal }),
    runDocumentTask({ kind: 'readPdf', name: 'good', bytes: pdf([{}]) }, { signal: never }),
  ];
  abort.abort();
  await assert.rejects(failed, failsWith('corrupt_document'));
  assert.equal(await cancelled, undefined);
  assert.equal((await done)?.count, 1);
});

test('pdfium_gets_no_more_memory_than_it_may_have', async () => {
  const { pdfium, isOutOfMemory } = await loadPdfium(32 * 2 ** 20);
  assert.equal(new PdfFile(pdfium, 'small.pdf', pdf([{ lines: ['x'] }])).pages, 1);
  assert.equal(isOutOfMemory(), false);
  assert.throws(() => new PdfFile(pdfium, 'large.pdf', Buffer.alloc(64 * 2 ** 20)));
  assert.equal(isOutOfMemory(), true);
});

test('damage_of_any_kind_ends_in_an_answer_or_a_known_error', async () => {
  const whole = pdf([{ lines: ['one', 'two'] }, { field: 'three' }, { picture: solid(8, 8, [1, 2, 3]) }]);
  const random = new Random('damage');
  for (let round = 0; round < 15; round += 1) {
    const damaged = Buffer.from(whole);
    for (let i = 0; i < 1 + random.below(40); i += 1) damaged[8 + random.below(damaged.length - 8)] = random.below(256);
    await runDocumentTask(
      { kind: 'readPdf', name: 'a.pdf', bytes: damaged, thumbnailPixels: 32 },
      { signal: never },
    ).then(
      (content) => {
        assert.ok(content && content.count > 0);
      },
      (error: unknown) => {
        assert.ok(error instanceof BackendError);
        assert.ok(
          ['corrupt_document', 'encrypted_document', 'password_required', 'document_too_large'].includes(error.code),
          `${error.code}: ${error.message}`,
        );
      },
    );
  }
});
