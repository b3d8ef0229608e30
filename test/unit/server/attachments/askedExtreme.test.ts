import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedExtreme } from '../../../../backend-native/server/attachments/askedExtreme.js';
import type { Table } from '../../../../backend-native/server/attachments/tableRows.js';

function tableOf(text: string): Table {
  const [names = [], ...rows] = text.split('\n').map((line) => line.split(' | '));
  return { names, rows };
}

const plans = tableOf('Plan | Price | Storage\nOak | € 12.00 | 50 GB\nFir | € 4.50 | 900 MB\nYew | € 31.00 | 2 TB');

test('what_is_compared_is_told_by_its_column_or_by_what_it_measures', () => {
  const fir = 'Plan: Fir | Price: € 4.50 | Storage: 900 MB';
  assert.equal(askedExtreme('Which plan is the cheapest?', [plans]), `The least Price: ${fir}`);
  assert.equal(askedExtreme('Which has the least storage?', [plans]), `The least Storage: ${fir}`);
  assert.match(askedExtreme('Which is the largest?', [plans]) ?? '', /^The most Storage: Plan: Yew/);
});

test('what_is_asked_for_is_not_what_is_compared', () => {
  const lines = tableOf('Line | Riders\n4 | 310\n9 | 120');
  assert.match(askedExtreme('Which line has the most riders?', [lines]) ?? '', /^The most Riders: Line: 4/);
  assert.match(askedExtreme('What price is the highest?', [plans]) ?? '', /^The most Price: Plan: Yew/);
});

test('plain_numbers_measure_what_their_column_is_called', () => {
  const prices = tableOf('Item | Qty | Price\nTiles | 340 | 2.15\nGlue | 21 | 9.90\nGrout | 12 | 4.00');
  assert.equal(
    askedExtreme('Which item is the cheapest?', [prices]),
    'The least Price: Item: Tiles | Qty: 340 | Price: 2.15',
  );
  const houses = tableOf('House | Built\nMill | 1790\nBarn | 1911');
  assert.match(askedExtreme('Which house is the oldest?', [houses]) ?? '', /House: Mill/);
});

test('what_adds_others_up_is_not_the_most', () => {
  const table = tableOf('Item | Amount\nTiles | 340\nGlue | 21\nTotal | 361');
  assert.match(askedExtreme('Which item has the highest amount?', [table]) ?? '', /Item: Tiles/);
});

test('the_fastest_takes_little_time_or_does_much_in_an_hour', () => {
  const time = tableOf('Job | Took\nlint | 9 s\nbuild | 2m 14s\ntest | 80 s');
  assert.match(askedExtreme('Which job was the fastest?', [time]) ?? '', /^The least Took: Job: lint/);
  const speed = tableOf('Press | Lids/min\nA | 52\nB | 88');
  assert.match(askedExtreme('Which press is the fastest?', [speed]) ?? '', /^The most Lids\/min: Press: B/);
});

test('nothing_is_said_where_nothing_or_more_than_one_thing_may_be_meant', () => {
  assert.equal(askedExtreme('What is the price of Oak?', [plans]), undefined, 'nothing is compared');
  assert.equal(askedExtreme('How many can I have at most?', [plans]), undefined, 'a limit');
  assert.equal(askedExtreme('Which is the tallest?', [plans]), undefined, 'no column measures it');
  const twice = tableOf('Name | Cost | Fee\na | € 1 | € 9\nb | € 2 | € 8');
  assert.equal(askedExtreme('Which is the cheapest?', [twice]), undefined, 'two columns');
  const level = tableOf('Name | Price\na | € 2\nb | € 2\nc | € 1');
  assert.equal(askedExtreme('Which is the dearest?', [level]), undefined, 'two rows');
  const mixed = tableOf('Name | Size\na | 3 kg\nb | 2 km\nc | 12');
  assert.equal(askedExtreme('Which has the largest size?', [mixed]), undefined, 'what cannot be compared');
});
