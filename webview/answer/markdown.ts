/**
 * Markdown of an answer to HTML. Answers and documents are not trusted: HTML in them stays text, images are named but
 * never loaded, and links lead to http, https and mailto only. What comes out still goes through sanitize.ts.
 */
import MarkdownIt from 'markdown-it';
import * as l10n from '@vscode/l10n';
import { highlight } from './highlight.js';
import { mathPlugin } from './math.js';

/** One HTML string for every top-level block, so that a view can keep the blocks that did not change. */
export function markdownBlocks(text: string): string[] {
  const environment = {};
  const tokens = markdown.parse(text, environment);
  const blocks: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [index, token] of tokens.entries()) {
    depth += token.nesting;
    if (depth !== 0) continue;
    blocks.push(markdown.renderer.render(tokens.slice(start, index + 1), markdown.options, environment));
    start = index + 1;
  }
  return blocks.filter((block) => block !== '');
}

/** Whether a link may be followed, after the user was asked: by its scheme alone. */
export function isFollowable(href: string): boolean {
  return /^(?:https?:\/\/|mailto:)/i.test(href.trim());
}

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false, typographer: false });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
markdown.validateLink = isFollowable;
markdown.use(mathPlugin);
const { escapeHtml } = markdown.utils;

markdown.renderer.rules.image = (tokens, index) => {
  const token = tokens[index];
  const name = token?.content === '' ? l10n.t('without a description') : (token?.content ?? '');
  return (
    `<span class="not-loaded" title="${escapeHtml(l10n.t('Images in answers are never loaded.'))}"><span ` +
    'class="codicon codicon-file-media" ' +
    `aria-hidden="true"></span>${escapeHtml(l10n.t('Image, not loaded: {0}', name))}</span>`
  );
};

markdown.renderer.rules.fence = (tokens, index) => {
  const token = tokens[index];
  return codeBlock(token?.content ?? '', (token?.info ?? '').trim().split(/\s+/)[0] ?? '');
};
markdown.renderer.rules.code_block = (tokens, index) => codeBlock(tokens[index]?.content ?? '', '');

// The panel's title is the heading of the first level.
for (const rule of ['heading_open', 'heading_close'] as const) {
  markdown.renderer.rules[rule] = (tokens, index, options, _environment, renderer) => {
    const token = tokens[index];
    if (token) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`;
    return renderer.renderToken(tokens, index, options);
  };
}

// markdown-it aligns cells by a style attribute, which the content security policy refuses.
for (const rule of ['th_open', 'td_open'] as const) {
  markdown.renderer.rules[rule] = (tokens, index) => {
    const align = /text-align:(left|center|right)/.exec(String(tokens[index]?.attrGet('style') ?? ''))?.[1];
    return `<${rule.slice(0, 2)}${align === undefined ? '' : ` class="align-${align}"`}>`;
  };
}
markdown.renderer.rules.table_open = () => '<div class="table-scroll" tabindex="0"><table>';
markdown.renderer.rules.table_close = () => '</table></div>';

function codeBlock(code: string, language: string): string {
  const coloured = highlight(code, language);
  const label = language === '' ? '' : escapeHtml(language);
  return (
    `<div class="code-block"><div class="code-head"><span class="code-language">${label}</span></div><pre ` +
    `tabindex="0"><code>${coloured ?? escapeHtml(code)}</code></pre></div>`
  );
}
