import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedLook } from '../../../../backend-native/server/attachments/askedLook.js';
import type { PictureLook } from '../../../../backend-native/server/attachments/pictures/textLayer/pictureLook.js';

const look: PictureLook = {
  isDark: true,
  background: 'blue',
  colours: ['orange', 'red'],
  selected: [
    { text: 'gate.py', among: 'row' },
    { text: 'Inbox', among: 'list' },
    { text: '3 | BT-0118', among: 'rows' },
  ],
  dim: ['Sold out'],
  coloured: [
    { text: 'Save all', colour: 'green' },
    { text: 'Suspended', colour: 'red' },
  ],
  patches: [
    { text: 'Rye 4,170', colour: 'blue' },
    { text: 'Spelt 2,590', colour: 'green' },
  ],
};

const asked = (question: string, hasLines = false, of = look) =>
  askedLook(question, of, hasLines).map(({ sentence }) => sentence);

test('whether_a_theme_is_dark_is_told_in_the_words_of_the_question', () => {
  for (const question of ['Is the theme dark or light?', 'Dark or light theme?', 'Does the window have a dark theme?'])
    assert.deepEqual(asked(question), ['The theme is dark.']);
  assert.deepEqual(asked('Is the page dark or light?'), ['The page is dark.']);
  assert.deepEqual(askedLook('Is this Screen light?', look, false), [
    { label: 'Screen: dark', sentence: 'The Screen is dark.' },
  ]);
  assert.deepEqual(asked('Is the theme dark?', false, { ...look, isDark: false }), ['The theme is light.']);
});

test('the_ground_is_told_only_where_it_is_asked_for', () => {
  assert.deepEqual(asked('What colour is the background?'), ['The background is blue.']);
  assert.deepEqual(asked('Which process runs in the background?'), []);
});

test('what_a_question_quotes_has_its_own_colour', () => {
  assert.deepEqual(asked('What colour is the button "Save all"?'), ['Save all is green.']);
  assert.deepEqual(asked('What color is the Suspended label?'), ['Suspended is red.']);
});

test('what_a_question_names_has_the_colour_beside_it', () => {
  assert.deepEqual(asked('What colour is the bar of rye?'), ['Rye 4,170 is blue.']);
});

test('the_colours_of_the_picture_are_told_where_nothing_else_is_known', () => {
  assert.deepEqual(asked('What colour is the stamp?'), ['The colours are orange and red.']);
  assert.deepEqual(asked('What colour is the stamp?', true), []);
  const many = { ...look, colours: ['red', 'green', 'blue', 'pink'] };
  assert.deepEqual(asked('What colour is the stamp?', false, many), []);
});

test('what_is_selected_is_looked_for_where_the_question_says', () => {
  assert.deepEqual(asked('Which tab is active?'), ['gate.py is selected.']);
  assert.deepEqual(asked('Which folder is selected?'), ['Inbox is selected.']);
  assert.deepEqual(asked('Which row is highlighted?'), ['3 | BT-0118 is selected.']);
  assert.equal(asked('What is selected?').length, 3);
  assert.deepEqual(asked('Which tab is active?', false, { ...look, selected: look.selected.slice(1) }), []);
});

test('what_is_greyed_out_is_told', () => {
  for (const question of ['Which button is disabled?', 'Which one is grayed out?', 'Which button cannot be clicked?'])
    assert.deepEqual(asked(question), ['Sold out is greyed out.']);
});

test('other_questions_are_told_nothing_of_looks', () => {
  for (const question of [
    'What is the error code?',
    'Is the light on or off?',
    'Who opened it?',
    'How many are selected?',
  ])
    assert.deepEqual(asked(question), []);
});
