import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SnapshotSender } from '../../../../backend-native/server/transport/snapshots.js';

function sender(t: { mock: { timers: { enable(options: { apis: ['setTimeout'] }): void } } }) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const sent: string[] = [];
  return {
    sent,
    snapshots: new SnapshotSender<string>(
      (text) => text.charAt(0),
      (text) => {
        sent.push(text);
      },
    ),
  };
}

test('the_first_of_every_phase_goes_out_at_once', (t) => {
  const { sent, snapshots } = sender(t);
  for (const text of ['a1', 'b1', 'c1']) snapshots.send(text);
  assert.deepEqual(sent, ['a1', 'b1', 'c1']);
});

test('within_an_interval_only_the_newest_goes_out', (t) => {
  const { sent, snapshots } = sender(t);
  for (const text of ['a1', 'a2', 'a3']) snapshots.send(text);
  t.mock.timers.tick(30);
  assert.deepEqual(sent, ['a1', 'a3']);
  t.mock.timers.tick(1000);
  assert.deepEqual(sent, ['a1', 'a3']);
});

test('the_last_of_a_phase_goes_out_before_the_next_phase', (t) => {
  const { sent, snapshots } = sender(t);
  for (const text of ['a1', 'a2', 'b1']) snapshots.send(text);
  assert.deepEqual(sent, ['a1', 'a2', 'b1']);
});

test('flush_sends_what_is_held_back_once', (t) => {
  const { sent, snapshots } = sender(t);
  for (const text of ['a1', 'a2']) snapshots.send(text);
  snapshots.flush();
  snapshots.flush();
  t.mock.timers.tick(1000);
  assert.deepEqual(sent, ['a1', 'a2']);
});
