import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFollowable, markdownBlocks } from '../../../../webview/answer/markdown.js';

const html = (text: string): string => markdownBlocks(text).join('');

test('html_in_an_answer_stays_text', () => {
  for (const attack of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<iframe src="https://example.com"></iframe>',
    '<!-- <b>x</b> -->',
    '<style>*{display:none}</style>',
    'a <b onclick="x()">b</b>',
  ]) {
    assert.doesNotMatch(html(attack), /<(?:script|img|iframe|style|b|!--)/, attack);
  }
});

test('links_lead_to_http_https_and_mailto_only', () => {
  for (const target of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'vbscript:x',
    'command:workbench.action.quit',
    'vscode://file/etc/passwd',
    'file:///etc/passwd',
    'data:text/html,x',
    'java&#115;cript:x',
    '//example.com',
    '/etc/passwd',
    '#x',
  ]) {
    assert.doesNotMatch(html(`[click](${target})`), /href/, target);
    assert.doesNotMatch(html(`<${target}>`), /href/, target);
  }
  for (const target of ['https://example.com/a', 'http://example.com', 'mailto:ada@example.com'])
    assert.match(html(`[click](${target})`), /<a href="/, target);
});

test('bare_addresses_become_links_only_with_their_scheme', () => {
  assert.match(html('see https://example.com/x'), /<a href="https:\/\/example\.com\/x">/);
  assert.doesNotMatch(html('see example.com and ada@example.com'), /<a /);
});

test('a_followable_address_is_judged_by_its_scheme', () => {
  assert.ok(isFollowable('HTTPS://example.com'));
  assert.ok(!isFollowable('https:example.com'));
  assert.ok(!isFollowable('xhttps://example.com'));
});

test('images_are_named_and_never_loaded', () => {
  const block = html('![the <b>plan</b>](https://example.com/track.png "t")');
  assert.doesNotMatch(block, /<img|src=|track\.png/);
  assert.match(block, /Image, not loaded: the &lt;b&gt;plan&lt;\/b&gt;/);
  assert.doesNotMatch(html('![a](data:image/png;base64,AAAA)'), /<img|src=/);
});

test('cells_are_aligned_by_class_because_style_attributes_are_forbidden', () => {
  const table = html('| a | b |\n|--:|:-:|\n| 1 | 2 |');
  assert.match(table, /<td class="align-right">1<\/td>/);
  assert.doesNotMatch(table, /style=/);
});

test('code_is_coloured_in_a_known_language_and_escaped_in_any_other', () => {
  assert.match(html('```ts\nconst a = "<b>";\n```'), /hljs-keyword.*&lt;b&gt;/s);
  assert.match(html('```nonsense\n<b>\n```'), /<code>&lt;b&gt;\n<\/code>/);
  assert.match(html('```"><script>\nx\n```'), /<span class="code-language">&quot;&gt;&lt;script&gt;<\/span>/);
});

test('a_growing_text_changes_only_its_last_block', () => {
  const before = markdownBlocks('# Title\n\nFirst.\n\nSec');
  const after = markdownBlocks('# Title\n\nFirst.\n\nSecond **one**.');
  assert.equal(before.length, 3);
  assert.deepEqual(after.slice(0, 2), before.slice(0, 2));
  assert.notEqual(after[2], before[2]);
});

test('every_half_of_an_answer_can_be_drawn', () => {
  const text =
    '# A\n\n- b\n  - [c](https://x.y)\n\n```js\nlet d = `e`;\n```\n\n| f | g |\n|---|---|\n| **h** | ![i](j) |\n';
  for (let length = 0; length <= text.length; length++) assert.ok(Array.isArray(markdownBlocks(text.slice(0, length))));
});
