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

/** A table with spaces between its sections, as laboratories print them; '' is an empty cell. */
function laboratory(): { rows: string[][]; lines: PlacedLine[] } {
  const rows = [
    ['Test', 'Result', 'Unit', 'Normal', 'Flag', 'Before'],
    ['Thyroid'],
    ['TSH', '6.84', 'mU/l', '0.40-4.00', 'H', '4.12'],
    ['Free T4', '12.1', 'pmol/l', '11.0-22.0', '', '13.0'],
    ['Free T3', '4.3', 'pmol/l', '3.1-6.8', '', '4.6'],
    ['Antibodies', 'pending', 'IU/ml', 'below 34', '', ''],
    ['Blood count'],
    ['Leukocytes', '6.7', '/nl', '4.0-10.0', '', '7.1'],
    ['Platelets', '241', '/nl', '150-400', '', '238'],
    ['Haemoglobin', '12.9', 'g/dl', '13.5-17.5', 'L', '13.6'],
  ];
  const lefts = [20, 240, 360, 480, 660, 760];
  const lines = rows.flatMap((row, y) =>
    row.flatMap((cell, x) => (cell === '' ? [] : [line(cell, lefts[x] ?? 0, 20 + y * 28)])),
  );
  return { rows, lines };
}

test('a_table_with_sections_and_empty_cells_is_read_row_by_row_and_says_what_is_empty', () => {
  const { rows, lines } = laboratory();
  assert.equal(read(...lines), rows.map((row) => row.join(' | ').trimEnd()).join('\n'));
});

test('a_table_whose_rows_stand_far_apart_is_one_table_whatever_its_marks_look_like', () => {
  const rows = [
    ['Order', 'Customer', 'Payment', 'State', 'Items'],
    ['#3391', 'Hyacinth B.', 'paid', 'open', '2'],
    ['#3390', 'Ottoline P.', 'pending', 'on hold', '1'],
    ['#3389', 'Ngozi Umeh', 'paid', 'fulfilled', '5'],
  ];
  const places = [20, 140, 300, 460, 620];
  const mark = (cell: string, y: number) =>
    y > 0 && cell === rows[y]?.[3] ? { ground: [200, 240, 200] as const } : {};
  const lines = rows.flatMap((row, y) => row.map((cell, x) => line(cell, places[x] ?? 0, 20 + y * 56, mark(cell, y))));
  assert.equal(read(...lines), rows.map((row) => row.join(' | ')).join('\n'));
});

test('labels_stand_beside_their_fields_under_a_heading_and_however_far_apart_they_are', () => {
  const fields = ['Mayor', 'Intern', 'Pixel', 'Coach', 'Yoke', 'Cookie'];
  const field = { ground: [243, 244, 246] as const };
  for (const pitch of [34, 53]) {
    const lines = fields.flatMap((label, y) => [
      line(label, 20, 60 + y * pitch),
      // What is written in a box is found together with it.
      { ...line(`value ${y}`, 280, 54 + y * pitch, field), box: [280, 54 + y * pitch, 64, 32] as const },
    ]);
    const rows = fields.map((label, y) => `${label} | value ${y}`).join('\n');
    assert.equal(read(line('Heading 56.71', 20, 28), ...lines), `Heading 56.71\n${rows}`, String(pitch));
  }
});

test('fields_of_a_form_below_each_other_are_no_table', () => {
  const fields = [
    ['Name', 'Surname', 'Birthday'],
    ['Anouk', 'Balogun', '2 May'],
    ['Street', 'Town', 'Country'],
    ['Elm 3', 'Ennick', 'Peru'],
  ];
  const tops = [20, 46, 110, 136];
  const lines = fields.flatMap((row, y) => row.map((cell, x) => line(cell, 20 + x * 220, tops[y] ?? 0)));
  const text = (from: number, to: number) =>
    fields
      .slice(from, to)
      .map((row) => row.join(' | '))
      .join('\n');
  assert.equal(read(...lines), `${text(0, 2)}\n\n${text(2, 4)}`);
});

test('a_row_whose_cells_stand_under_no_column_says_nothing_of_empty_cells', () => {
  const { lines } = laboratory();
  const text = read(...lines, line('across two columns', 260, 300), line('a', 480, 300), line('b', 660, 300));
  assert.ok(!text.includes('|  |'), text);
});

test('a_box_beside_a_table_is_not_read_across', () => {
  const { lines } = laboratory();
  const box = ['Opening hours', 'Monday 8 to 12', 'Friday 8 to 11', 'Sunday closed'].map((text, i) =>
    line(text, 1200, 80 + i * 36),
  );
  const text = read(...lines, ...box);
  assert.ok(text.includes('Opening hours\nMonday 8 to 12\nFriday 8 to 11\nSunday closed'), text);
});

/** Bars of 60 pixels at 100, 200, …; their tops, values and names. */
function bars(names: readonly string[], values: readonly string[], tops: readonly number[]): PlacedLine[] {
  const centred = (text: string, x: number, y: number) => line(text, x - text.length * 4, y);
  return [
    line('Bread by kind', 20, 10),
    ...['300', '200', '100', '0'].map((tick, i) => line(tick, 20, 60 + i * 80)),
    ...values.map((value, i) => centred(value, 130 + i * 100, tops[i] ?? 0)),
    ...names.map((name, i) => centred(name, 130 + i * 100, 340)),
  ];
}

test('the_value_above_a_bar_is_read_with_the_name_below_it', () => {
  const names = ['Rye', 'Spelt', 'Sourdough', 'Brioche'];
  const drawn = bars(names, ['120', '80', '€ 310', '45 %'], [200, 240, 56, 280]);
  const text = read(...drawn);
  assert.ok(text.includes('Rye 120 | Spelt 80 | Sourdough € 310 | Brioche 45 %'), text);
  assert.ok(
    ['300', '200', '100', '0'].every((tick) => text.split('\n').includes(tick)),
    'the axis stays',
  );
  const rye = layOut(drawn).lines.find((one) => one.text === 'Rye 120');
  const [name, value] = ['Rye', '120'].map((word) => drawn.find((one) => one.text === word)?.box ?? [0, 0, 0, 0]);
  assert.equal(rye?.box[1], value?.[1], 'its box begins with the value');
  assert.equal((rye?.box[1] ?? 0) + (rye?.box[3] ?? 0), (name?.[1] ?? 0) + (name?.[3] ?? 0), 'and ends with the name');
});

test('what_is_no_chart_with_a_value_for_each_bar_is_left_as_it_is', () => {
  const names = ['Rye', 'Spelt', 'Sourdough', 'Brioche'];
  for (const [values, tops] of [
    [
      ['120', '80', '310'],
      [200, 240, 56],
    ], // a bar without a value
    [
      ['120', '80', '310', '45'],
      [60, 60, 60, 60],
    ], // a row of a table
    [
      ['a lot', 'few', 'most', 'none'],
      [200, 240, 56, 280],
    ], // words
  ] as const)
    assert.ok(read(...bars(names, values, tops)).includes('Rye | Spelt | Sourdough | Brioche'));
});

test('code_is_read_with_the_numbers_of_its_lines', () => {
  const code = ['gate = Gate()', '', '', '', 'def moved(self):', '    return True'];
  const lines = code.flatMap((text, i) => [
    line(String(i + 1), 20, 20 + i * 24),
    ...(text === '' ? [] : [line(text.trim(), 60 + 8 * (text.length - text.trim().length), 20 + i * 24)]),
  ]);
  assert.equal(read(...lines), '1 | gate = Gate()\n2\n3\n4\n5 | def moved(self):\n6 | return True');
});

test('a_brace_that_stands_alone_is_read_with_the_lines_that_are_indented_under_it', () => {
  const code = ['{', '  "stop": "Havenplein",', '  "departures": [', '    { "line": "6" },', '  ]', '}'];
  const lines = code.map((text, i) => line(text.trim(), 20 + (text.length - text.trimStart().length) * 8, 20 + i * 24));
  assert.equal(read(...lines), code.map((text) => text.trim()).join('\n'));
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
