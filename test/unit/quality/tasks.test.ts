import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import sharp from 'sharp';
import { isRight } from '../../quality/score/exactMatch.js';
import { sizes, type Extent } from '../../quality/sizes.js';
import { tasks } from '../../quality/tasks/catalogue.js';
import type { Sample, Task } from '../../quality/tasks/task.js';

const seeds = Array.from({ length: 24 }, (_, seed) => seed);
const small = new Map(tasks.map((task) => [task, seeds.map((seed) => task.generate(seed, sizes.small))]));

function taskOf(name: string): Task {
  const task = tasks.find((one) => one.name === name);
  assert.ok(task, name);
  return task;
}

function samplesOf(name: string): Sample[] {
  return small.get(taskOf(name)) ?? [];
}

function contentOf({ images, documents, turns }: Sample): string {
  return JSON.stringify([images.map(({ png }) => Buffer.from(png).toString('base64')), documents, turns]);
}

test('names_of_tasks_differ', () => {
  assert.equal(new Set(tasks.map(({ name }) => name)).size, tasks.length);
});

for (const task of tasks) {
  test(`${task.name}_is_the_same_for_the_same_seed_and_another_for_every_other`, () => {
    const contents = (small.get(task) ?? []).map(contentOf);
    assert.equal(new Set(contents).size, seeds.length);
    for (const seed of [0, 7]) assert.equal(contentOf(task.generate(seed, sizes.small)), contents[seed]);
  });

  test(`${task.name}_is_answered_by_its_answer_and_not_by_its_question`, () => {
    for (const { turns } of small.get(task) ?? []) {
      for (const turn of turns) {
        assert.ok(isRight(turn.answer, turn), turn.answer);
        for (const form of turn.accepted) assert.ok(isRight(form, turn), form);
        for (const form of turn.rejected) assert.ok(!isRight(form, turn), form);
        assert.ok(!isRight(turn.question, turn), turn.question);
      }
    }
  });

  test(`${task.name}_is_drawn_at_every_size`, async () => {
    for (const size of [sizes.medium, sizes.long, sizes.desktop]) {
      const { images } = task.generate(1, size);
      const extent =
        task.family === 'one screenshot' || task.name === 'document-and-screen' ? size.single : size.several;
      const { width, height, format } = await sharp(images[0]?.png).metadata();
      assert.deepEqual({ width, height, format }, { ...extent, format: 'png' });
    }
  });
}

test('the_needle_is_at_every_position_equally_often', () => {
  for (const images of [2, 4, 8, 16]) {
    const task = taskOf(`image-needle-${images}`);
    const places = Array.from({ length: images }, (_, seed) => task.generate(seed, sizes.small));
    assert.deepEqual(
      places.map(({ meta }) => meta.needle),
      Array.from({ length: images }, (_, i) => i),
    );
    assert.ok(places.every((sample) => sample.images.length === images));
  }
});

test('half_of_the_negatives_are_there', () => {
  for (const question of [0, 1]) {
    const answers = samplesOf('none-of-these').map(({ turns }) => turns[question]?.answer);
    assert.equal(answers.filter((answer) => answer === 'yes').length, seeds.length / 2);
  }
  // No answer tells anything about the other.
  assert.equal(
    samplesOf('none-of-these').filter(({ turns }) => turns[0]?.answer === turns[1]?.answer).length,
    seeds.length / 2,
  );
});

test('the_text_needle_stands_once_in_the_document', () => {
  for (const { documents, turns } of samplesOf('text-needle')) {
    assert.equal((documents[0]?.text ?? '').split(turns[0]?.answer ?? '?').length, 2);
  }
});

test('the_document_alone_does_not_answer_what_needs_the_picture_too', () => {
  for (const { documents, turns } of samplesOf('document-and-screen')) {
    const text = documents[0]?.text ?? '';
    assert.equal(text.match(/The code of \w+ is /g)?.length, 4);
    assert.ok(text.includes(` is ${turns[0]?.answer ?? '?'}.`));
  }
});

test('later_turns_ask_about_what_the_first_did_not', () => {
  for (const { turns } of samplesOf('multi-turn')) {
    assert.equal(turns.length, 5);
    assert.deepEqual(
      turns.map(({ part }) => part),
      ['question 1', ...Array<string>(4).fill('questions 2-5')],
    );
    assert.equal(new Set(turns.map(({ question }) => question)).size, 5);
    assert.ok(turns.slice(1).every(({ answer }) => answer !== turns[0]?.answer));
  }
});

test('spot_the_difference_shows_two_pictures_that_differ', () => {
  for (const { images } of samplesOf('spot-difference')) {
    assert.ok(images[0] && images[1]);
    assert.notDeepEqual(images[0].png, images[1].png);
  }
});

test('what_may_be_one_token_long_is_asked_second', () => {
  for (const task of tasks) {
    for (const { turns } of small.get(task) ?? []) {
      const short = turns.findIndex(({ answer }) => ['yes', 'no'].includes(answer) || answer.length === 1);
      assert.ok(short < 0 || turns.length > 1, task.name);
    }
  }
});

test('another_tab_is_there_beside_the_active_one', () => {
  for (const { turns } of samplesOf('screen-tab')) assert.match(turns[0]?.facet ?? '', /^[2-8] tabs$/);
});

test('eight_long_screenshots_are_more_than_three_thousand_tokens', () => {
  // The embedded model's: one for every 16 x 16 pixels and one between two rows of them, at most 1,024 for an image.
  const tokens = ({ width, height }: Extent) => (width / 16) * (height / 16) + height / 16 - 1;
  assert.ok(8 * tokens(sizes.long.several) > 3000);
  for (const { single, several } of [sizes.small, sizes.medium, sizes.long])
    assert.ok(Math.max(tokens(single), tokens(several)) <= 1024);
});

// The suite version has to be raised when this fails: results of other pixels are other results.
test('pixels_are_the_same_on_every_machine', async () => {
  const hash = createHash('sha256');
  for (const task of tasks) {
    for (const { png } of task.generate(3, sizes.small).images) hash.update(await sharp(png).raw().toBuffer());
  }
  assert.equal(hash.digest('hex').slice(0, 16), '8ff515304fc876fc');
});
