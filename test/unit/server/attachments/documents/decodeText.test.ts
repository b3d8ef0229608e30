import assert from 'node:assert/strict';
import { test } from 'node:test';
import iconv from 'iconv-lite';
import { decodeText } from '../../../../../backend-native/server/attachments/documents/text/decodeText.js';
import { failsWith } from '../../../../failsWith.js';
import { Random } from '../../../../fixtures/random.js';

const words = 'Grüße, Ωmega ✓';

test('a_byte_order_mark_decides', () => {
  for (const encoding of ['UTF-8', 'UTF-16LE', 'UTF-16BE', 'UTF-32LE', 'UTF-32BE']) {
    const bytes = iconv.encode(words, encoding, { addBOM: true });
    assert.deepEqual(decodeText('a', bytes), { text: words, encoding, guessed: false }, encoding);
  }
});

test('utf_8_needs_no_mark', () => {
  assert.deepEqual(decodeText('a', Buffer.from(words)), { text: words, encoding: 'UTF-8', guessed: false });
  assert.deepEqual(decodeText('a', Buffer.from('plain')), { text: 'plain', encoding: 'UTF-8', guessed: false });
});

test('utf_8_with_a_few_broken_bytes_stays_utf_8', () => {
  const bytes = Buffer.concat([Buffer.from('naïve café, '.repeat(20)), Buffer.from([0xe9])]);
  const { text, encoding, guessed } = decodeText('a.log', bytes);
  assert.deepEqual([encoding, guessed], ['UTF-8', true]);
  assert.ok(text.startsWith('naïve café') && text.endsWith('\ufffd'));
});

test('utf_16_without_a_mark_is_seen_by_its_zeros', () => {
  for (const encoding of ['UTF-16LE', 'UTF-16BE']) {
    assert.deepEqual(decodeText('a', iconv.encode('Hello, Grüße', encoding)), {
      text: 'Hello, Grüße',
      encoding,
      guessed: true,
    });
  }
});

const samples: Record<string, string> = {
  'windows-1252': 'Les élèves ont été reçus à l’école ; ça coûte 5 €.',
  'windows-1250': 'Żółw i źrebię są w ogrodzie, a gęś śpi',
  'windows-1251': 'Привет, мир. Это проверка кодировки.',
  'KOI8-R': 'Привет, мир. Это проверка кодировки.',
  'windows-1253': 'Καλημέρα κόσμε. Αυτό είναι ένα τεστ.',
  'windows-1255': 'שלום עולם, זהו מבחן של קידוד',
  'windows-1256': 'مرحبا بالعالم هذا اختبار للترميز',
  'Shift_JIS': 'これはテストです。日本語の文章を読みます。',
  'EUC-JP': 'これはテストです。日本語の文章を読みます。',
  'GB18030': '这是一个测试。我们读取中文文件。',
  'Big5': '這是一個測試。我們讀取中文檔案。',
  'EUC-KR': '이것은 테스트입니다. 한국어 문서를 읽습니다.',
};

for (const [encoding, text] of Object.entries(samples)) {
  test(`${encoding}_is_recognised_and_called_a_guess`, () => {
    assert.deepEqual(decodeText('a', iconv.encode(text, encoding)), { text, encoding, guessed: true });
  });
}

test('source_code_does_not_hide_the_encoding_of_its_comments', () => {
  const text = `${'int main() { return 0; }\n'.repeat(200)}// Привет, это комментарий\n${'x += 1;\n'.repeat(200)}`;
  assert.deepEqual(decodeText('a.c', iconv.encode(text, 'windows-1251')), {
    text,
    encoding: 'windows-1251',
    guessed: true,
  });
});

test('iso_2022_jp_is_known_by_its_escapes', () => {
  const bytes = Buffer.from('\x1b$B$3$s$K$A$O\x1b(B abc', 'latin1');
  assert.deepEqual(decodeText('a', bytes), { text: 'こんにちは abc', encoding: 'ISO-2022-JP', guessed: true });
});

test('a_few_bytes_that_fit_everything_are_windows_1252', () => {
  assert.equal(decodeText('a', Buffer.from('Gr\xfc\xdfe \x80 5', 'latin1')).text, 'Grüße € 5');
});

test('line_ends_become_plain', () => {
  assert.equal(decodeText('a', Buffer.from('a\r\nb\rc\n')).text, 'a\nb\nc\n');
});

test('terminal_colours_and_form_feeds_are_text', () => {
  assert.equal(decodeText('a.log', Buffer.from('\x1b[31mred\x1b[0m\f')).text, '\x1b[31mred\x1b[0m\f');
});

test('binary_files_are_refused', () => {
  const random = new Random('binary');
  const noise = Buffer.from(Array.from({ length: 4096 }, () => random.below(256)));
  for (const bytes of [
    noise,
    Buffer.from('a\0b'),
    Buffer.from('\xff\x01\x02\x03', 'latin1'),
    Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0', 'latin1'),
  ]) {
    assert.throws(() => decodeText('a.bin', bytes), failsWith('unsupported_document', /a\.bin is a binary file/));
  }
});

test('a_file_of_16_MB_is_decoded_without_being_searched_through', () => {
  const bytes = iconv.encode('Привет, мир. '.repeat(1_250_000), 'windows-1251');
  assert.equal(decodeText('a', bytes).encoding, 'windows-1251');
});
