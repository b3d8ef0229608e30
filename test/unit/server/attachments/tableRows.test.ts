import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellsOf, tableLines } from '../../../../backend-native/server/attachments/tableRows.js';

const textsOf = (block: string) => tableLines(block.split('\n')).map((line) => line?.text);

test('a_row_of_a_table_is_told_with_the_names_of_its_columns', () => {
  const lines = tableLines(['Item | Qty | Each', 'Slate tiles | 340 | 2.15', 'Nails, box | 6 | 18.40']);
  assert.deepEqual(lines, [
    { text: 'Item | Qty | Each', head: 0 },
    { text: 'Item: Slate tiles | Qty: 340 | Each: 2.15', head: 0 },
    { text: 'Item: Nails, box | Qty: 6 | Each: 18.40', head: 0 },
  ]);
});

test('a_markdown_table_is_read_by_its_cells_and_empty_ones_are_left_out', () => {
  const found = textsOf('| name | 2029 | 2030 |\n| --- | :-: | ---: |\n| oak | | 5 |\n| ash | 4 | 6 |');
  assert.deepEqual(found, [
    '| name | 2029 | 2030 |',
    '| --- | :-: | ---: |',
    'name: oak | 2030: 5',
    'name: ash | 2029: 4 | 2030: 6',
  ]);
  assert.deepEqual(cellsOf('| a || b | |'), ['a || b', '']);
  assert.deepEqual(cellsOf('  | a | b |'), ['a', 'b'], 'in a list');
  assert.deepEqual(cellsOf(' | a | b |'), ['', 'a', 'b', ''], 'of a text layer');
});

test('the_colour_of_a_name_is_no_part_of_it', () => {
  assert.deepEqual(
    textsOf('Job [blue] | State [blue] | Time [blue]\na | ok [green] | 1 s\nb | ok [green] | 2 s')[2],
    'Job: b | State: ok [green] | Time: 2 s',
  );
});

test('the_column_of_the_names_of_rows_may_have_no_name', () => {
  assert.deepEqual(textsOf(' | Monday | Tuesday\nLena | early | late\nOmar | late | off').slice(1), [
    'Lena | Monday: early | Tuesday: late',
    'Omar | Monday: late | Tuesday: off',
  ]);
});

test('a_table_begins_where_its_names_stand_and_sums_below_it_are_no_rows', () => {
  const block = 'Results\nTest | Result | Unit\nTSH | 2.06 | mU/l\nLDL | 168 | mg/dl\nPage | 1';
  assert.deepEqual(textsOf(block), [
    undefined,
    'Test | Result | Unit',
    'Test: TSH | Result: 2.06 | Unit: mU/l',
    'Test: LDL | Result: 168 | Unit: mg/dl',
    undefined,
  ]);
});

test('rows_without_names_above_them_are_left_as_they_are', () => {
  for (const block of [
    '6 | 04 24 | 44\n7 | 04 14 | 12\n8 | 09 39 | 41', // amounts only
    'File | Edit | View\nHome | Insert | Draw', // two lines
    'Owner | Jana\nHost | h1\nPort | 80', // labels and their values
    'A | B | C\n1 | 2 | 3\n4 | 5 | 6', // letters of columns
    'done | lint | Ana\nfailed | types | Omar\ndone | build | Ana', // what stands twice in a column is no name
    '[INFO] | quay-core | 2 s\n[INFO] | quay-ui | 3 s\n[INFO] | quay-db | 1 s', // marks
    'symbol: | method | sail\nlocation: | class | Pump\nreason: | none | yet', // labels
    'plain\ntext\nonly',
    '',
  ])
    assert.ok(
      textsOf(block).every((text, i) => text === undefined || text === block.split('\n')[i]),
      block,
    );
});
