import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOut } from '../../../../../../backend-native/server/attachments/pictures/textLayer/layout/layOut.js';
import type { PlacedLine } from '../../../../../../backend-native/server/attachments/pictures/textLayer/layout/placedLine.js';
import {
  countWords,
  textOf,
} from '../../../../../../backend-native/server/attachments/pictures/textLayer/textLayer.js';

const line = (text: string, x: number, y: number, more: Partial<PlacedLine> = {}): PlacedLine => ({
  text,
  box: [x, y, text.length * 8, 20],
  confidence: 1,
  ground: [255, 255, 255],
  ...more,
});

const read = (...lines: PlacedLine[]) => textOf(layOut(lines), { marks: false });

test('two_columns_of_prose_are_read_one_after_the_other', () => {
  const left = ['The first column says this much here', 'and goes on with a second line', 'until it ends with a third'];
  const right = [
    'Another column begins at the top',
    'beside the first and goes on too',
    'with just as many lines as that',
  ];
  const lines = left.flatMap((text, i) => [line(text, 20, 20 + i * 24), line(right[i] ?? '', 420, 20 + i * 24)]);
  assert.equal(read(...lines), `${left.join('\n')}\n\n${right.join('\n')}`);
});

test('rows_of_a_table_are_read_row_by_row', () => {
  const rows = [
    ['Name', 'State', 'Size'],
    ['alpha', 'ready', '12 MB'],
    ['beta', 'failed', '7 MB'],
    ['gamma', 'ready', '1 MB'],
  ];
  const lines = rows.flatMap((row, y) => row.map((cell, x) => line(cell, 20 + x * 200, 20 + y * 28)));
  assert.equal(read(...lines), rows.map((row) => row.join(' | ')).join('\n'));
});

test('a_value_stays_beside_its_label_on_another_ground', () => {
  const field = { ground: [230, 230, 240] as const };
  const lines = [0, 1, 2].flatMap((y) => [
    line(`Label${y}`, 20, 20 + y * 36),
    line(`value${y}`, 240, 20 + y * 36, field),
  ]);
  assert.equal(read(...lines), 'Label0 | value0\nLabel1 | value1\nLabel2 | value2');
});

test('a_value_stays_beside_its_label_where_other_rows_have_none', () => {
  const labels = ['[pump.1]', 'state', 'rate', '', '[pump.2]', 'state', 'rate', '', '[report]', 'every', 'to'];
  const values = ['', '= running', '= 340', '', '', '= standby', '= 0', '', '', '= 15 minutes', '= bilge'];
  const lines = labels.flatMap((label, i) => [
    line(String(i + 1), 20, 20 + i * 24),
    ...(label === '' ? [] : [line(label, 60, 20 + i * 24)]),
    ...(values[i] === '' ? [] : [line(values[i] ?? '', 150, 20 + i * 24)]),
  ]);
  const rows = labels.map((label, i) => [String(i + 1), label, values[i]].filter((cell) => cell !== '').join(' | '));
  assert.equal(read(...lines), rows.join('\n'));
});

test('code_is_read_with_the_numbers_of_its_lines', () => {
  const code = ['gate = Gate()', '', '', '', 'def moved(self):', '    return True'];
  const lines = code.flatMap((text, i) => [
    line(String(i + 1), 20, 20 + i * 24),
    ...(text === '' ? [] : [line(text.trim(), 60 + 8 * (text.length - text.trim().length), 20 + i * 24)]),
  ]);
  assert.equal(read(...lines), '1 | gate = Gate()\n2\n3\n4\n5 | def moved(self):\n6 | return True');
});

test('a_list_beside_a_page_is_not_read_across', () => {
  const list = Array.from({ length: 8 }, (_, i) => line(`file${i}.ts`, 10, 40 + i * 22));
  const page = Array.from({ length: 9 }, (_, i) => line(`const value${i} = read(${i});`, 300, 40 + i * 19));
  const bar = line('File  Edit  View', 10, 4);
  const text = read(bar, ...list, ...page);
  assert.ok(text.indexOf('file7.ts') < text.indexOf('value0'), text);
  assert.ok(!text.includes(' | '), text);
});

test('words_that_stand_close_are_one_line', () => {
  assert.equal(read(line('Load', 10, 10), line('average', 50, 11)), 'Load average');
});

test('marks_tell_how_lines_look_and_can_be_left_out', () => {
  const layer = layOut([line('Save', 10, 10, { look: 'white on blue' }), line('plain', 10, 200)]);
  assert.equal(textOf(layer, { marks: true }), 'Save [white on blue]\n\nplain');
  assert.equal(textOf(layer, { marks: false }), 'Save\n\nplain');
  assert.equal(countWords(layer), 2);
});

test('thousands_of_lines_anywhere_are_laid_out_in_time', () => {
  const anywhere = (i: number, step: number) => (i * step) % 7000;
  const lines = Array.from({ length: 3000 }, (_, i) => line('word', anywhere(i, 2741), anywhere(i, 1913)));
  const start = performance.now();
  assert.ok(layOut(lines).lines.length > 2500);
  // Trying every pair of blocks after each that was joined took minutes.
  assert.ok(performance.now() - start < 10_000);
});

test('nothing_is_laid_out_as_nothing', () => {
  assert.deepEqual(layOut([]), { lines: [] });
});
