import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { cellsOf, columnsOf } from '../../quality/report/aggregate.js';
import type { ReportHead } from '../../quality/report/markdown.js';
import { readmeMarks, readmeTable, writeBetweenMarks } from '../../quality/report/readme.js';
import type { Result } from '../../quality/run/results.js';
import { tasks } from '../../quality/tasks/catalogue.js';
import { scratchFolder, writeFile } from '../../scratch.js';

const head: ReportHead = {
  suite: 1,
  size: 'small',
  model: 'tiny',
  modelHash: 'abc',
  modelCard: '',
  machine: '',
  rules: [],
  budgets: [0.2],
  plot: '',
  facetRule: '',
};

function answers(task: string, rule: string, right: number): Result[] {
  return Array.from({ length: 20 }, (_, seed) => ({
    suite: 1,
    model: 'm',
    size: 'small',
    task,
    seed,
    rule,
    budget: rule === 'full' ? 1 : 0.2,
    prompt: { tokens: 300, imageTokens: 200 },
    turns: [{ facet: '', expected: '', answer: '', right: seed < right, divergence: null }],
  }));
}

test('the_table_has_a_line_per_task_and_names_what_is_left_out', () => {
  const results = [
    answers('image-needle-2', 'full', 18),
    answers('image-needle-2', 'h2o', 16),
    answers('text-needle', 'full', 0),
    answers('text-needle', 'h2o', 0),
  ].flat();
  const text = readmeTable(head, ['full', 'h2o', 'never measured'], [0.2], cellsOf(columnsOf(tasks, results), results));
  const rows = text.split('\n');
  const titles = rows.indexOf('| task | prompt tokens | full | h2o, 20 % |');
  assert.match(rows[titles + 2] ?? '', /^\| image-needle-2 \| 300 \| 90 \[70-97\] \| 10 \[-\d+, \d+\] \|$/);
  assert.equal(rows[titles + 3], '');
  assert.match(text, /Left out[^\n]*: text-needle\./);
  assert.match(text, /20 to 20 answers per task/);
});

test('what_stands_between_the_marks_is_replaced_and_nothing_else', (t) => {
  const file = writeFile(
    scratchFolder(t),
    'README.md',
    `# Title\n\n${readmeMarks.begin}\nold\n${readmeMarks.end}\n\nMore.\n`,
  );
  for (const text of ['first\n', 'second, $& and $1']) {
    writeBetweenMarks(file, text);
    assert.equal(
      fs.readFileSync(file, 'utf8'),
      `# Title\n\n${readmeMarks.begin}\n${text.trim()}\n${readmeMarks.end}\n\nMore.\n`,
    );
  }
});

test('a_file_without_the_marks_is_left_alone', (t) => {
  const { begin, end } = readmeMarks;
  for (const text of ['# Title\n', `${begin}\n`, `${end}\n${begin}\n`, `${begin}\n${end}\n${begin}\n${end}\n`]) {
    const file = writeFile(scratchFolder(t), 'README.md', text);
    assert.throws(() => {
      writeBetweenMarks(file, 'new');
    }, /Expected the lines <!-- quality:begin --> and <!-- quality:end -->/);
    assert.equal(fs.readFileSync(file, 'utf8'), text);
  }
});
