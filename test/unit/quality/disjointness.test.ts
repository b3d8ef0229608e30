import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { randomOf } from '../../quality/content/choose.js';
import { code, codePattern } from '../../quality/content/codes.js';
import { endings, fillers, labels, names, states, things } from '../../quality/content/words.js';
import { layouts } from '../../quality/draw/layouts.js';
import { sizes } from '../../quality/sizes.js';
import { tasks } from '../../quality/tasks/catalogue.js';
import { questionWords, trainingFile, trainingLayouts, trainingWords } from './training.js';

const lists = { names, things, labels, states, fillers };

test('no_word_is_among_those_that_training_draws', () => {
  // The training generator leaves these words of the English list to evaluation, and has lists of its own.
  assert.match(trainingFile('wordlists.py'), /\(crc32\(w\.lower\(\)\.encode\(\)\) % 10 == 0\) == held_out/);
  const trained = trainingWords();
  for (const [list, words] of Object.entries(lists)) {
    for (const word of words) {
      assert.equal(crc32(word.toLowerCase()) % 10, 0, `${word} of ${list} is a training word by its checksum`);
      assert.ok(!trained.has(word.toLowerCase()), `${word} of ${list} is in the training lists`);
    }
  }
  for (const ending of endings) assert.ok(!trained.has(ending), `.${ending}`);
});

test('no_word_has_two_meanings_in_the_suite', () => {
  const all = Object.values(lists)
    .flat()
    .map((word) => word.toLowerCase());
  assert.deepEqual(
    all.filter((word, i) => all.indexOf(word) !== i),
    [],
  );
});

test('no_code_looks_like_a_training_code', () => {
  const layoutsFile = trainingFile('layouts.py');
  // A training code is letters and digits with at most one dash, put in at one place.
  assert.equal(layoutsFile.split('+ "-" +').length - 1, 1);
  assert.doesNotMatch(/letters = r\.choice\(\[([^\]]+)\]\)/.exec(layoutsFile)?.[1] ?? '-', /-/);
  const random = randomOf('codes');
  for (let i = 0; i < 500; i += 1) {
    const made = code(random);
    assert.match(made, codePattern);
    assert.equal(made.split('-').length, 3, made);
  }
  assert.doesNotMatch('2031-04-28', codePattern);
});

test('no_layout_has_the_name_of_a_training_layout', () => {
  const trained = trainingLayouts().map((name) => name.toLowerCase());
  for (const name of Object.keys(layouts)) assert.ok(!trained.includes(name.toLowerCase()), name);
});

test('no_font_is_a_training_font', () => {
  for (const file of ['fonts.py', 'README.md']) assert.doesNotMatch(trainingFile(file), /source-?\s?(?:code|sans)/i);
});

test('questions_use_words_that_the_embedded_model_knows_or_sees', () => {
  const known = questionWords();
  for (const task of tasks) {
    for (const seed of [0, 1, 2, 3]) {
      const { turns, meta } = task.generate(seed, sizes.small);
      for (const { question } of turns) {
        const asked = meta.shown.reduce((text, shown) => text.replaceAll(shown, ''), question);
        for (const word of asked.match(/[A-Za-z]+/g) ?? [])
          assert.ok(known.has(word.toLowerCase()), `${word} in "${question}"`);
      }
    }
  }
});
