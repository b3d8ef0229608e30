/** Questions that no single image answers: order and change over frames, counting and comparing. */
import { pick, randomOf, sample } from '../content/choose.js';
import { codes } from '../content/codes.js';
import { states } from '../content/words.js';
import { layouts } from '../draw/layouts.js';
import { fillerLine, rowsOf } from '../draw/look.js';
import { card, cardLook, headings, labelsOf, numbered } from './cards.js';
import { askedInOrder, imageChoice, reading, type Task } from './task.js';

const frames = 4;

/** A value changes once; which frame is the first to show the new one? */
export const firstChangeTask: Task = {
  name: 'first-change',
  family: 'order and change',
  after: 'MileBench T',
  chance: 1 / (frames - 1),
  generate(seed, size) {
    const random = randomOf(this.name, size.name, seed);
    const changed = 1 + (seed % (frames - 1));
    const [before = '', after = ''] = sample(random, states, 2);
    const [label = ''] = labelsOf(random, 1);
    const [title = ''] = headings(random, 1);
    const style = cardLook(random, size);
    const pngs = Array.from({ length: frames }, (_, i) =>
      card(random, style, title, [`${label}: ${i < changed ? before : after}`]),
    );
    return {
      images: numbered(pngs),
      documents: [],
      turns: [
        imageChoice(`Which image is the first that shows ${after}?`, changed, frames, `change at image ${changed + 1}`),
      ],
      meta: { needle: changed, images: frames, shown: [after] },
    };
  },
};

/** Frames in their order, each with a code: what comes after this one? */
export const frameOrderTask: Task = {
  name: 'frame-order',
  family: 'order and change',
  after: 'MileBench T',
  chance: 1 / (frames - 1),
  generate(seed, size) {
    const random = randomOf(this.name, size.name, seed);
    const at = seed % (frames - 1);
    const values = codes(random, frames);
    const [title = ''] = headings(random, 1);
    const style = cardLook(random, size);
    return {
      images: numbered(values.map((value) => card(random, style, title, [`Code: ${value}`]))),
      documents: [],
      turns: [
        {
          ...reading(`Which code comes after ${values[at] ?? ''}?`, values[at + 1] ?? '', `after image ${at + 1}`),
          rejected: values.filter((_, i) => i !== at && i !== at + 1),
        },
      ],
      meta: { needle: at + 1, images: frames, shown: [values[at] ?? '', 'comes'] },
    };
  },
};

/** Two screenshots that differ in one value. */
export const spotDifferenceTask: Task = {
  name: 'spot-difference',
  family: 'order and change',
  after: 'CLEVR-Change',
  chance: 0,
  generate(seed, size) {
    const random = randomOf(this.name, size.name, seed);
    const style = cardLook(random, size);
    const rows = Math.min(rowsOf(style, style.margin), 12);
    const names = labelsOf(random, rows);
    const [changed = '', ...values] = codes(random, rows + 1);
    const at = seed % rows;
    const sheet = (shown: readonly string[]) =>
      layouts
        .settingsSheet(
          style,
          names.map((name, i) => [name, shown[i] ?? ''] as const),
        )
        .png();
    return {
      images: numbered([sheet(values), sheet(values.map((value, i) => (i === at ? changed : value)))]),
      documents: [],
      turns: [reading('Which value is different in image 2?', changed, `row ${at + 1} of ${rows}`)],
      meta: { needle: 1, images: 2, shown: [] },
    };
  },
};

const logs = 5;

/**
 * In how many screenshots is there an error? From one to four of five. Asked second, after one error was read: see
 * askedInOrder.
 */
export const countErrorsTask: Task = {
  name: 'count-errors',
  family: 'count and compare',
  after: 'MM-NIAH, Visual Haystacks',
  chance: 1 / (logs - 1),
  generate(seed, size) {
    const random = randomOf(this.name, size.name, seed);
    const count = 1 + (seed % (logs - 1));
    const failing = new Set(
      sample(
        random,
        Array.from({ length: logs }, (_, i) => i),
        count,
      ),
    );
    const read = pick(random, [...failing]);
    const values = codes(random, logs);
    const pngs = values.map((value, i) => {
      const style = cardLook(random, size);
      const rows = rowsOf(style, style.margin);
      const at = random.below(rows);
      const important = `${failing.has(i) ? 'error' : pick(random, ['call', 'scene', 'echo'])} ${value}`;
      const lines = Array.from({ length: rows }, (_, row) =>
        row === at ? important : fillerLine(random, style, style.width - 4 * style.margin),
      );
      return layouts.buildLog(style, lines).png();
    });
    const others = [1, 2, 3, 4, 5].filter((n) => n !== count);
    const words = ['one', 'two', 'three', 'four', 'five'];
    return {
      images: numbered(pngs),
      documents: [],
      turns: askedInOrder(
        reading(`What is the error code in image ${read + 1}?`, values[read] ?? '', `image ${read + 1}`),
        {
          question: 'How many images show an error?',
          answer: String(count),
          accepted: [words[count - 1] ?? ''],
          rejected: others.flatMap((n) => [String(n), words[n - 1] ?? '']),
          facet: `${count} of ${logs}`,
        },
      ),
      meta: { needle: -1, images: logs, shown: [] },
    };
  },
};

const compared = 4;

/** Which of the other screenshots shows what the first one shows? */
export const sameCodeTask: Task = {
  name: 'same-code',
  family: 'count and compare',
  after: 'Visual Haystacks',
  chance: 1 / (compared - 1),
  generate(seed, size) {
    const random = randomOf(this.name, size.name, seed);
    const twin = 1 + (seed % (compared - 1));
    const values = codes(random, compared);
    const titles = headings(random, compared);
    const pngs = values.map((value, i) =>
      card(random, cardLook(random, size), titles[i] ?? '', [`Code: ${i === twin ? (values[0] ?? '') : value}`]),
    );
    const turn = imageChoice('Which image shows the same code as image 1?', twin, compared, `image ${twin + 1}`);
    // "Image 3 shows the same code as image 1" is right: naming the first one is no wrong choice.
    return {
      images: numbered(pngs),
      documents: [],
      turns: [{ ...turn, rejected: turn.rejected.filter((form) => form !== '1' && form !== 'first image') }],
      meta: { needle: twin, images: compared, shown: [] },
    };
  },
};
