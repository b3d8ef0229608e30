import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { families, limited, readCases, type Case } from '../../quality/screens/cases.js';
import { parseScreensOptions } from '../../quality/screens/options.js';
import { screensReport, type ScreenResult } from '../../quality/screens/report.js';
import { occurs, plain, score } from '../../quality/screens/score.js';

const cases = readCases(path.join(packageRoot(), 'test', 'quality', 'screens'));

test('an_answer_is_exact_but_for_case_white_space_and_final_punctuation', () => {
  assert.equal(plain('  Gate\n C31. '), 'gate c31');
  const value = { family: 'value', accept: ['C31'] } as const;
  assert.deepEqual(score('c31!', value), { exact: true, contained: true, saysNotShown: false });
  assert.deepEqual(score('The gate is C31.', value), { exact: false, contained: true, saysNotShown: false });
  assert.equal(score('C312', value).contained, false);
  assert.equal(score('AC31', value).contained, false);
});

test('an_accepted_answer_may_begin_and_end_with_signs', () => {
  assert.ok(occurs('£ 42.80', 'It cost £ 42.80 on 18 June'));
  assert.ok(occurs("'o6'", "base 10: 'o6'"));
  assert.ok(!occurs('', 'anything'));
});

test('yes_and_no_at_once_is_no_answer', () => {
  const yes = { family: 'yes or no', accept: ['yes'] } as const;
  assert.ok(score('Yes, it is.', yes).contained);
  assert.ok(!score('No.', yes).contained);
  assert.ok(!score('yes and no', yes).contained);
});

test('what_a_screen_is_about_needs_two_key_words', () => {
  const about = { family: 'about', accept: ['bakery', 'bread', 'chart'] } as const;
  assert.ok(score('Charts of a bakery.', about).contained);
  assert.ok(!score('A bakery.', about).contained);
});

test('not_shown_may_be_said_in_other_words_and_is_noticed_where_it_is_wrong', () => {
  const nothing = { family: 'not shown', accept: ['not shown'] } as const;
  assert.deepEqual(score('Not shown.', nothing), { exact: true, contained: true, saysNotShown: true });
  assert.deepEqual(score('It is not visible', nothing), { exact: false, contained: true, saysNotShown: true });
  assert.ok(!score('B22', nothing).contained);
  assert.ok(score('not shown', { family: 'value', accept: ['B22'] }).saysNotShown);
});

test('the_committed_screens_are_as_many_as_was_promised_and_their_files_are_there', () => {
  const count = (family: string) => cases.filter((one) => one.family === family).length;
  const least = {
    'value': 100,
    'yes or no': 40,
    'looks': 40,
    'not shown': 25,
    'shown': 20,
    'about': 20,
    'needle': 25,
    'document': 40,
  };
  for (const [family, promised] of Object.entries(least))
    assert.ok(count(family) >= promised, `${family}: ${count(family)}`);
  assert.ok(new Set(cases.filter(({ size }) => size).flatMap(({ images }) => images)).size >= 60);
  for (const file of cases.flatMap(({ images, documents }) => [...images, ...documents]))
    assert.ok(fs.existsSync(file), file);
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
});

test('yes_and_no_are_balanced', () => {
  const answers = cases.filter(({ family }) => family === 'yes or no').map(({ accept }) => accept[0]);
  const yes = answers.filter((answer) => answer === 'yes').length;
  assert.ok(answers.every((answer) => answer === 'yes' || answer === 'no'));
  assert.ok(Math.abs(yes - answers.length / 2) <= answers.length / 10, `${yes} of ${answers.length}`);
});

test('every_needle_has_eight_different_pictures', () => {
  for (const { images } of cases.filter(({ family }) => family === 'needle')) assert.equal(new Set(images).size, 8);
});

test('a_limit_takes_as_many_of_every_family_from_all_over_it', () => {
  const few = limited(cases, 5);
  for (const family of families) assert.equal(few.filter((one) => one.family === family).length, 5, family);
  assert.ok(new Set(few.map(({ images }) => images[0])).size > 15);
  assert.equal(limited(cases, Infinity).length, cases.length);
});

test('ratios_are_shares_or_auto', () => {
  const options = parseScreensOptions(['--screens', '--ratios', '1,auto,0.1', '--limit', '3']);
  assert.ok(options !== 'help');
  assert.deepEqual(options.ratios, [1, 'auto', 0.1]);
  assert.equal(options.limit, 3);
  assert.equal(options.imageText, 'auto');
  assert.throws(() => parseScreensOptions(['--image-text', 'maybe']), /Expected one of auto, on, off/);
  assert.throws(() => parseScreensOptions(['--screens', '--ratios', '2']), /ratios above 0 and at most 1/);
  assert.throws(() => parseScreensOptions(['--screens', '--families', 'colours']), /Expected some of value/);
});

test('the_report_counts_contained_answers_and_false_not_shown', () => {
  const result = (answer: string, one: Pick<Case, 'id' | 'family' | 'accept'>): ScreenResult => ({
    model: 'm',
    id: one.id,
    family: one.family,
    ratio: '1',
    answer,
    ...score(answer, one),
    promptTokens: 300,
    firstTokenMs: 1200,
    cold: true,
    size: [1280, 800],
    beside: one.id === 'a',
  });
  const report = screensReport({ model: 'm', machine: 'two threads' }, [
    result('The gate is C31', { id: 'a', family: 'value', accept: ['C31'] }),
    result('not shown', { id: 'b', family: 'value', accept: ['B22'] }),
  ]);
  assert.match(report, /values, errors, titles, labels \| 80 \| 2 \| 50 \[\d+-\d+\] \(0\)/);
  assert.match(report, /said not to be shown, but is \| <= 5 \| 2 \| 50/);
  assert.match(report, /Ratio \S+: of all 2, 1 \(0\)/);
  assert.match(report, /1280x800, first question \| 1\.20 \(2\)/);
  assert.match(
    report,
    /\n\| one screen: values, errors, titles, labels \| 50 \[\d+-\d+\] \|/,
    'found beside the question',
  );
  assert.match(report, /- value, b — "not shown"/);
});
