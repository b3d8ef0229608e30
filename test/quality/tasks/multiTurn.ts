/** KVzip's setting: the cache is compressed on question 1, and questions 2-5 ask about what question 1 did not. */
import { randomOf, sample } from '../content/choose.js';
import { codes } from '../content/codes.js';
import { states } from '../content/words.js';
import { card, cardLook, headings, labelsOf, numbered } from './cards.js';
import { imageChoice, reading, type Task, type Turn } from './task.js';

const images = 4;

export const multiTurnTask: Task = {
  name: 'multi-turn',
  family: 'multi-turn',
  after: 'KVzip',
  chance: 0,
  generate(seed, size) {
    const random = randomOf(this.name, size.name, seed);
    const titles = headings(random, images);
    const values = codes(random, images);
    const names = labelsOf(random, images);
    const conditions = sample(random, states, images);
    const pngs = titles.map((title, i) =>
      card(random, cardLook(random, size), title, [
        `Code: ${values[i] ?? ''}`,
        `${names[i] ?? ''}: ${conditions[i] ?? ''}`,
      ]),
    );
    const first = seed % images;
    const [second = 0, third = 0, fourth = 0] = sample(
      random,
      [0, 1, 2, 3].filter((i) => i !== first),
      3,
    );
    const turns: Turn[] = [
      reading(`What is the code in image ${first + 1}?`, values[first] ?? '', 'code'),
      reading(`What is the code in image ${second + 1}?`, values[second] ?? '', 'code'),
      reading(`What is the ${names[third] ?? ''}?`, conditions[third] ?? '', 'status'),
      imageChoice(`Which image shows ${titles[fourth] ?? ''}?`, fourth, images, 'which image'),
      reading(`What is the title in image ${first + 1}?`, titles[first] ?? '', 'title'),
    ];
    return {
      images: numbered(pngs),
      documents: [],
      turns: turns.map((turn, i) => ({ ...turn, part: i === 0 ? 'question 1' : 'questions 2-5' })),
      meta: { needle: first, images, shown: [names[third] ?? '', titles[fourth] ?? ''] },
    };
  },
};
