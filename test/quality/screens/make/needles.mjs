/**
 * Puts eight of the screens together, the same ones every time, and asks about one of them:
 * node test/quality/screens/make/needles.mjs
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const screens = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const count = 36;
const images = 8;

/** Screens that show more than some 500 tokens of text would make a prompt longer than the context. */
const long = new Set([
  'gcc-errors',
  'tsc-errors',
  'git-diff',
  'man-xterm',
  'node-test',
  'editor-ignore',
  'docs-ms',
  'docs-yazl',
  'taskmanager',
  'htop',
  'dpkg',
  'mc',
]);

/** A linear congruential generator (Numerical Recipes): whole numbers below n, the same ones for the same seed. */
let state = 20311;
const below = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};

const all = fs
  .readdirSync(path.join(screens, 'pictures'))
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    name: path.basename(file, '.json'),
    ...JSON.parse(fs.readFileSync(path.join(screens, 'pictures', file), 'utf8')),
  }))
  .filter(({ name }) => !long.has(name) && !name.startsWith('vscode'));

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];
const lowerFirst = (text) => text.charAt(0).toLowerCase() + text.slice(1);

const needles = Array.from({ length: count }, (_, i) => {
  const chosen = [];
  while (chosen.length < images) {
    const screen = all[below(all.length)];
    if (!chosen.includes(screen)) chosen.push(screen);
  }
  const place = i % images;
  const values = chosen[place].questions.filter(({ family }) => family === 'value');
  const { question, accept } = values[below(values.length)];
  const pictures = chosen.map(({ picture }) => picture);
  const shows = chosen[place].shows;
  if (i % 3 === 0) {
    return {
      pictures,
      question: `Which image shows ${shows}?`,
      accept: [`Image ${place + 1}`, `${place + 1}`, `the ${ordinals[place]} image`, `${ordinals[place]}`],
    };
  }
  if (i % 3 === 1) return { pictures, question: `In image ${place + 1}, ${lowerFirst(question)}`, accept };
  return { pictures, question: `One of the images shows ${shows}. ${question}`, accept };
});
fs.writeFileSync(
  path.join(screens, 'needles.json'),
  `[\n${needles.map((needle) => `  ${JSON.stringify(needle)}`).join(',\n')}\n]\n`,
);
