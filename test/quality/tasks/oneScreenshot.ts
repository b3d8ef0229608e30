/** Read one screenshot: an error line, a table cell, the active tab, a form field. */
import type { Random } from '../../fixtures/random.js';
import { between, pick, randomOf, sample } from '../content/choose.js';
import { code, codes } from '../content/codes.js';
import { endings, labels, things } from '../content/words.js';
import { textWidth, type Canvas } from '../draw/canvas.js';
import type { FaceName } from '../draw/glyphs.js';
import { layouts, tabGap } from '../draw/layouts.js';
import { fillerLine, fillerWords, look, rowsOf, type Look } from '../draw/look.js';
import type { SuiteSize } from '../sizes.js';
import { reading, type Sample, type Task } from './task.js';

interface Read {
  readonly canvas: Canvas;
  readonly question: string;
  readonly answer: string;
  readonly facet: string;
  readonly shown: readonly string[];
}

export const oneScreenshotTasks: readonly Task[] = [
  readTask('screen-error', 'DocVQA', 'mono', errorLine),
  readTask('screen-cell', 'DocVQA', 'sans', tableCell),
  readTask('screen-tab', 'ScreenSpot', 'mono', activeTab),
  readTask('screen-field', 'DocVQA', 'sans', formField),
];

function readTask(name: string, after: string, face: FaceName, read: (random: Random, style: Look) => Read): Task {
  return {
    name,
    family: 'one screenshot',
    after,
    chance: 0,
    generate(seed: number, size: SuiteSize): Sample {
      const random = randomOf(name, size.name, seed);
      const { canvas, question, answer, facet, shown } = read(random, look(random, size.single, size, face));
      return {
        images: [{ name: 'screenshot.png', png: canvas.png() }],
        documents: [],
        turns: [reading(question, answer, facet)],
        meta: { needle: 0, images: 1, shown },
      };
    },
  };
}

function errorLine(random: Random, style: Look): Read {
  const rows = rowsOf(style, style.margin);
  const at = random.below(rows);
  const answer = code(random);
  const pixels = style.width - 2 * style.margin - 2;
  const error = `${pick(random, ['error', 'Error:'])} ${answer}`;
  const tail = ` ${fillerWords(random, style, pixels / 4, 1)}`;
  const lines = Array.from({ length: rows }, (_, i) =>
    i === at
      ? error + (textWidth(error + tail, style.text) < pixels ? tail : '')
      : fillerLine(random, style, pixels - 8),
  );
  return {
    canvas: layouts.buildLog(style, lines, random.below(2) === 0 ? at : -1),
    question: pick(random, ['What is the error code?', 'Which error code is shown?']),
    answer,
    facet: depth(at, rows),
    shown: [],
  };
}

function tableCell(random: Random, style: Look): Read {
  const columns = Math.max(2, Math.min(5, Math.floor(style.width / 90)));
  const rows = Math.min(rowsOf(style), things.length + 1);
  const heads = sample(random, labels, columns);
  const items = sample(random, things, rows - 1);
  const cells = codes(random, (rows - 1) * (columns - 1));
  const table = [
    heads,
    ...items.map((item, row) => [item, ...cells.slice(row * (columns - 1), (row + 1) * (columns - 1))]),
  ];
  const row = between(random, 1, rows - 1);
  const column = between(random, 1, columns - 1);
  const [item, head] = [table[row]?.[0] ?? '', heads[column] ?? ''];
  return {
    canvas: layouts.ruledGrid(style, table),
    question: pick(random, [`What is the ${head} of ${item}?`, `What is the ${head} for ${item}?`]),
    answer: table[row]?.[column] ?? '',
    facet: depth(row - 1, rows - 1),
    shown: [head, item],
  };
}

function activeTab(random: Random, style: Look): Read {
  // One tab alone would be active without a look at it.
  let tabs: string[];
  do
    tabs = tabsWithin(
      style,
      sample(random, things, 8).map((thing) => `${thing}.${pick(random, endings)}`),
    );
  while (tabs.length < 2);
  const active = random.below(tabs.length);
  const lines = Array.from({ length: rowsOf(style, style.pitch + 4 + style.margin) }, () =>
    fillerLine(random, style, style.width - 3 * style.margin),
  );
  return {
    canvas: layouts.tabStrip(style, tabs, active, lines),
    question: pick(random, ['Which tab is active?', 'What is the active tab?']),
    answer: tabs[active] ?? '',
    facet: `${tabs.length} tabs`,
    shown: [],
  };
}

/** As many of the names as fit side by side. */
function tabsWithin(style: Look, names: readonly string[]): string[] {
  let x = style.margin;
  return names.filter((name) => {
    const width = textWidth(name, style.text);
    if (x + width + 4 > style.width) return false;
    x += width + tabGap;
    return true;
  });
}

function formField(random: Random, style: Look): Read {
  const rows = Math.min(rowsOf(style, style.margin), labels.length);
  const names = sample(random, labels, rows);
  const values = codes(random, rows);
  const at = random.below(rows);
  const label = names[at] ?? '';
  return {
    canvas: layouts.settingsSheet(
      style,
      names.map((name, i) => [name, values[i] ?? ''] as const),
    ),
    question: pick(random, [`What is the value of ${label}?`, `What is the ${label}?`]),
    answer: values[at] ?? '',
    facet: depth(at, rows),
    shown: [label],
  };
}

/** Where on the screenshot something stands. */
function depth(row: number, rows: number): string {
  return row * 3 < rows ? 'top' : row * 3 < 2 * rows ? 'middle' : 'bottom';
}
