import assert from 'node:assert/strict';
import { test } from 'node:test';
import { altReplacement, imageLinksOf, lacksAlt } from '../../../../extension/imageLinks/imageLinks.js';

/** The text with another alternative text for every picture that lacks one. */
function described(text: string, languageId: string, alt: string): string {
  return imageLinksOf(text, languageId)
    .filter(lacksAlt)
    .reverse()
    .reduce((so, link) => so.slice(0, link.altStart) + altReplacement(link, alt) + so.slice(link.altEnd), text);
}

const targets = (text: string, languageId = 'markdown') => imageLinksOf(text, languageId).map(({ target }) => target);

test('markdown_images_are_found_with_their_text_and_target', () => {
  const text = [
    '![A dialog](shots/a.png "title") and ![](<b c.png>)',
    '![x](d_(1).png) [![badge](e.svg)](https://example.com) ![two [inner] words](f.png)',
    '![by name][Shot 1]',
    '',
    '[shot 1]: g.png "title"',
  ].join('\n');
  assert.deepEqual(
    imageLinksOf(text, 'markdown').map(({ alt, target }) => [alt, target]),
    [
      ['A dialog', 'shots/a.png'],
      ['', 'b c.png'],
      ['x', 'd_(1).png'],
      ['badge', 'e.svg'],
      ['two [inner] words', 'f.png'],
      ['by name', 'g.png'],
    ],
  );
});

test('what_stands_in_code_or_comments_is_no_image', () => {
  const text = [
    '```md',
    '![](a.png)',
    '```',
    '`![](b.png)` and ``a ` ![](c.png)`` ![real](d.png)',
    '<!-- ![](e.png) <img src="f.png"> -->',
    '~~~',
    '![](g.png)',
    '~~~',
    '![](h.png)',
  ].join('\n');
  assert.deepEqual(targets(text), ['d.png', 'h.png']);
});

test('a_fence_that_is_not_closed_hides_no_more_than_itself', () => {
  assert.deepEqual(targets('![](a.png)\n\n```\ncode'), ['a.png']);
  assert.deepEqual(targets('```\n```\n![](b.png)'), ['b.png']);
});

test('html_images_are_found_in_both_languages', () => {
  const text =
    `<p><img\n  src='a.png' width=3>\n<IMG alt="A &quot;b&quot;" src=b.png/>` +
    '<img src="c.png" alt=""><image src="d.png">';
  for (const languageId of ['html', 'markdown'])
    assert.deepEqual(
      imageLinksOf(text, languageId).map((link) => [link.target, link.alt, lacksAlt(link)]),
      [
        ['a.png', undefined, true],
        ['b.png/', 'A "b"', false],
        ['c.png', '', false],
      ],
    );
  assert.deepEqual(targets('![](a.png)', 'html'), []);
});

test('a_description_goes_where_it_belongs_and_is_escaped', () => {
  assert.equal(described('![](a.png) ![ok](b.png)', 'markdown', 'a [b] \\c'), '![a \\[b\\] \\\\c](a.png) ![ok](b.png)');
  assert.equal(
    described('<img src="a.png"><img alt src="b.png">', 'html', 'a "b" & <c>'),
    '<img alt="a &quot;b&quot; &amp; &lt;c>" src="a.png"><img alt src="b.png">',
  );
  const [link] = imageLinksOf("<img alt='old' src=a.png>", 'html');
  assert.ok(link);
  assert.deepEqual([link.altStart, link.altEnd, altReplacement(link, 'new')], [9, 14, '"new"']);
  const [decoration] = imageLinksOf('<img alt src=a.png>', 'html');
  assert.ok(decoration);
  assert.deepEqual([decoration.altStart, decoration.altEnd, altReplacement(decoration, 'new')], [8, 8, '="new"']);
});

test('long_texts_take_no_time', () => {
  for (const one of [
    '![',
    '![a',
    '![[',
    '`',
    '` ',
    '<img ',
    '<img "',
    '<!--',
    '[x]: ',
    '```\n',
    '~~~ \n> ',
    '![]((',
    '![](a ',
  ]) {
    const began = performance.now();
    imageLinksOf(one.repeat(20_000), 'markdown');
    const ms = performance.now() - began;
    assert.ok(ms < 2000, `${one}: ${ms.toFixed(0)} ms`);
  }
});
