import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markdownBlocks } from '../../../../webview/answer/markdown.js';
import { mathSource } from '../../../../webview/answer/math.js';

const htmlOf = (text: string): string => markdownBlocks(text).join('').trim();

for (const [typed, inside] of [
  ['$x^2$', 'x^2'],
  ['\\(a_1\\)', 'a_1'],
  ['$$e=mc$$ it is', 'e=mc'],
] as const) {
  test(`${typed}_in_a_line_is_a_formula`, () => {
    const html = htmlOf(`So ${typed}.`);
    assert.match(html, /<span class="math">/);
    assert.ok(html.includes(inside), html);
  });
}

for (const typed of ['$$\na_1 * b_1 * c\n$$', '$$x$$', '\\[\nx \\\\ y\n\\]', '\\[x\\]']) {
  test(`${JSON.stringify(typed)}_on_lines_of_its_own_is_a_formula`, () => {
    assert.equal(htmlOf(typed), `<div class="math-display" tabindex="0">${typed}</div>`);
  });
}

for (const text of [
  'It costs $5 and $6.',
  'It costs $5-$6, or US$7.',
  'Set $HOME and $PATH.',
  'Set $PATH:$HOME here.',
  'One $ alone.',
  'Cost $5, see `$x` there$.',
]) {
  test(`no_formula_is_seen_in: ${text}`, () => {
    assert.doesNotMatch(htmlOf(text), /class="math/);
  });
}

test('code_is_never_a_formula', () => {
  assert.doesNotMatch(htmlOf('Say `$x$` or `\\(y\\)`.\n\n```sh\n$$\necho $x$\n$$\n```\n\n    $$x$$'), /class="math/);
});

test('a_formula_that_is_still_written_stays_as_it_was_typed', () => {
  assert.equal(htmlOf('$$\n\\frac{a_1}{b'), '<p class="math-typed">$$\n\\frac{a_1}{b</p>');
  assert.equal(htmlOf('\\[\nx \\\\ y'), '<p class="math-typed">\\[\nx \\\\ y</p>');
  assert.equal(htmlOf('So $\\frac{a'), '<p>So $\\frac{a</p>');
});

test('a_formula_that_is_not_closed_ends_at_a_blank_line', () => {
  const blocks = markdownBlocks('$$\nx\n\nNext *one*.');
  assert.equal(blocks[1], '<p>Next <em>one</em>.</p>\n');
});

test('a_formula_in_a_list_belongs_to_its_item', () => {
  const html = htmlOf('1. First\n   $$\n   x\n   $$\n2. Second');
  assert.match(html, /<li>First\s*<div class="math-display" tabindex="0">\$\$\nx\n\$\$<\/div>\s*<\/li>/);
});

test('html_in_a_formula_stays_text', () => {
  assert.match(htmlOf('$<img src=x>$'), /\$&lt;img src=x&gt;\$/);
});

test('the_source_is_what_stands_between_the_delimiters', () => {
  assert.deepEqual(mathSource('$$\nx\n$$'), { tex: '\nx\n', display: true });
  assert.deepEqual(mathSource('\\(x\\)'), { tex: 'x', display: false });
  assert.deepEqual(mathSource('$x$'), { tex: 'x', display: false });
});
