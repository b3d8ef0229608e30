import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Announcer } from '../../../../webview/host/announcer.js';

test('sentences_are_said_once_and_when_they_are_complete', () => {
  const announcer = new Announcer();
  announcer.follow('a');
  assert.equal(announcer.next('The dialog sa', false), '');
  assert.equal(announcer.next('The dialog says no. It th', false), 'The dialog says no.');
  assert.equal(announcer.next('The dialog says no. It then cl', false), '');
  assert.equal(announcer.next('The dialog says no. It then closes', true), 'It then closes');
  assert.equal(announcer.next('The dialog says no. It then closes', true), '');
});

test('another_answer_begins_from_its_beginning', () => {
  const announcer = new Announcer();
  announcer.follow('a');
  announcer.next('One. ', false);
  announcer.follow('b');
  assert.equal(announcer.next('Two. ', false), 'Two.');
  assert.equal(announcer.following, 'b');
});

test('marks_of_markdown_are_not_read_out', () => {
  const announcer = new Announcer();
  announcer.follow('a');
  assert.equal(
    announcer.next('## Why\n\n- **Wrong** [password](https://x.y)\n```ts\n`code`\n', true),
    'Why Wrong password code',
  );
});
