import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantityOf } from '../../../../backend-native/server/attachments/quantities.js';

for (const [cell, kind, value] of [
  ['1,468', 'number', 1468],
  ['12.5', 'number', 12.5],
  ['12,5', 'number', 12.5],
  ['−3', 'number', -3],
  ['2.150', 'number', 2.15],
  ['1.234.567', 'number', 1_234_567],
  ['1 500 000', 'number', 1_500_000],
  ['3.4k', 'number', 3400],
  ['€2.9 M', 'money', 2_900_000],
  ['£2,386.14', 'money', 2386.14],
  ['1.299,00 €', 'money', 1299],
  ['EUR 254.90', 'money', 254.9],
  ['18.2 GB', 'bytes', 18.2e9],
  ['244 kB', 'bytes', 244e3],
  ['2 TiB', 'bytes', 2e12],
  ['42 %', 'percent', 42],
  ['-4°', 'degrees', -4],
  ['21.5 °C', 'degrees', 21.5],
  ['2m 14s', 'duration', 134],
  ['3 min 12 s', 'duration', 192],
  ['38.0 s', 'duration', 38],
  ['6:20', 'duration', 380],
  ['1:02:33', 'duration', 3753],
  ['5 months', 'duration', 5 * 2_629_800],
  ['2025-03-11', 'date', Date.UTC(2025, 2, 11)],
  ['17 [white on green]', 'number', 17],
] as const)
  test(`${cell} is ${kind} ${value}`, () => {
    const { kind: has, value: measured = NaN } = quantityOf(cell) ?? {};
    assert.equal(has, kind);
    assert.ok(Math.abs(measured - value) < 1e-6 * Math.max(1, Math.abs(value)), String(measured));
  });

test('a_date_in_words_is_a_day', () => {
  const days = ['12 Feb 2025', '9 May 2025'].map(quantityOf);
  assert.deepEqual(
    days.map((day) => day?.kind),
    ['date', 'date'],
  );
  assert.ok((days[0]?.value ?? 0) < (days[1]?.value ?? 0));
});

test('what_is_no_measure_is_none', () => {
  for (const cell of [
    '',
    '–',
    'Oak',
    'build 12 of the lamp failed today',
    'U40',
    'v2.1',
    '31/02/2024',
    '0555 780 214 22',
  ])
    assert.equal(quantityOf(cell), undefined, cell);
});
