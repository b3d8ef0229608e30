/** A code in one of several screenshots, or in the text beside them; and codes that are nowhere. */
import { pick, randomOf } from '../content/choose.js';
import { codes } from '../content/codes.js';
import { roles } from '../content/words.js';
import { card, cardLook, headings, labelsOf, numbered } from './cards.js';
import { hide } from './documents.js';
import { askedInOrder, reading, yesOrNo, type Task } from './task.js';

export const imageNeedleTasks: readonly Task[] = [2, 4, 8, 16].map((images) => ({
  name: `image-needle-${images}`,
  family: 'image needle',
  after: 'MileBench N-2, MMNeedle',
  chance: 0,
  generate(seed, size) {
    const random = randomOf(`image-needle-${images}`, size.name, seed);
    // Every position comes as often as every other.
    const needle = seed % images;
    const values = codes(random, images);
    const titles = headings(random, images);
    const others = labelsOf(random, images);
    const pngs = values.map((value, i) => {
      const label = i === needle ? 'Code' : (others[i] ?? '');
      return card(random, cardLook(random, size), titles[i] ?? '', [`${label}: ${value}`]);
    });
    return {
      images: numbered(pngs),
      documents: [],
      turns: [reading('What is the code?', values[needle] ?? '', `image ${needle + 1} of ${images}`)],
      meta: { needle, images, shown: [] },
    };
  },
}));

const imagesBesideText = 4;

export const textNeedleTask: Task = {
  name: 'text-needle',
  family: 'text needle',
  after: 'MileBench N-1, MM-NIAH',
  chance: 0,
  generate(seed, size) {
    const random = randomOf(this.name, size.name, seed);
    const [answer = '', ...values] = codes(random, imagesBesideText + 1);
    const [name = '', ...titles] = headings(random, imagesBesideText + 1);
    const others = labelsOf(random, imagesBesideText);
    const { document, depth } = hide(random, size, [`The code of ${name} is ${answer}.`]);
    return {
      images: numbered(
        values.map((value, i) =>
          card(random, cardLook(random, size), titles[i] ?? '', [`${others[i] ?? ''}: ${value}`]),
        ),
      ),
      documents: [document],
      turns: [reading(`What is the code of ${name}?`, answer, `depth ${quarter(depth)}`)],
      meta: { needle: -1, images: imagesBesideText, shown: [name] },
    };
  },
};

const imagesToSearch = 4;

/**
 * Half of the codes asked for are there, so that "no" to everything is no better than guessing. Asked twice: see
 * askedInOrder.
 */
export const negativesTask: Task = {
  name: 'none-of-these',
  family: 'negatives',
  after: 'MMNeedle',
  chance: 0.5,
  generate(seed, size) {
    const random = randomOf(this.name, size.name, seed);
    const [absent = '', absentToo = '', ...values] = codes(random, imagesToSearch + 2);
    const titles = headings(random, imagesToSearch);
    const others = labelsOf(random, imagesToSearch);
    // Over four seeds every pair of answers, over sixteen each of them with every image.
    const [there, thereToo] = [seed % 2 === 0, seed % 4 < 2];
    const needle = Math.floor(seed / 4) % imagesToSearch;
    const asked = there ? (values[needle] ?? '') : absent;
    const askedToo = thereToo
      ? (values[(needle + 1 + random.below(imagesToSearch - 1)) % imagesToSearch] ?? '')
      : absentToo;
    return {
      images: numbered(
        values.map((value, i) =>
          card(random, cardLook(random, size), titles[i] ?? '', [`${others[i] ?? ''}: ${value}`]),
        ),
      ),
      documents: [],
      turns: askedInOrder(
        yesOrNo(`Is ${asked} shown in any image?`, there),
        yesOrNo(`Is ${askedToo} shown in any image?`, thereToo),
      ),
      meta: { needle: there ? needle : -1, images: imagesToSearch, shown: [asked, askedToo] },
    };
  },
};

/** The picture says who, a long document says what: neither is enough. */
export const documentAndScreenTask: Task = {
  name: 'document-and-screen',
  family: 'text and image',
  after: 'MultiModalQA',
  chance: 0.25,
  generate(seed, size) {
    const random = randomOf(this.name, size.name, seed);
    const people = headings(random, 5);
    const [title = '', ...known] = people;
    const values = codes(random, known.length);
    const role = pick(random, roles);
    const at = seed % known.length;
    const { document } = hide(
      random,
      size,
      known.map((person, i) => `The code of ${person} is ${values[i] ?? ''}.`),
    );
    return {
      images: numbered([card(random, cardLook(random, size, size.single), title, [`${role}: ${known[at] ?? ''}`])]),
      documents: [document],
      turns: [
        reading(
          `What is the code of the ${role} shown in the image?`,
          values[at] ?? '',
          `name ${at + 1} of ${known.length}`,
        ),
      ],
      meta: { needle: 0, images: 1, shown: [role] },
    };
  },
};

function quarter(depth: number): string {
  return ['0-25 %', '25-50 %', '50-75 %', '75-100 %'][Math.min(3, Math.floor(depth * 4))] ?? '';
}
