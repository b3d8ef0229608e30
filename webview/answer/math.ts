/**
 * LaTeX in Markdown: `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` on lines of their own. What is found is marked
 * with its source as it was typed; mathView.ts draws it. Code is never looked into, and what is not closed stays text.
 */
import type MarkdownIt from 'markdown-it';
import type { StateBlock, StateInline } from 'markdown-it';

/** Names what is to be drawn, in the page. */
export const mathClass = 'math';
export const displayMathClass = 'math-display';

const displayFences: readonly (readonly [string, string])[] = [
  ['$$', '$$'],
  ['\\[', '\\]'],
];

/** Teaches LaTeX to a Markdown parser. */
export function mathPlugin(markdown: InstanceType<typeof MarkdownIt>): void {
  markdown.inline.ruler.before('escape', 'math', inlineMath);
  markdown.block.ruler.before('fence', 'math', blockMath, { alt: ['paragraph', 'blockquote', 'list'] });
  const { escapeHtml } = markdown.utils;
  markdown.renderer.rules['math_inline'] = (tokens, index) =>
    `<span class="${mathClass}">${escapeHtml(tokens[index]?.content ?? '')}</span>`;
  markdown.renderer.rules['math_display'] = (tokens, index) =>
    `<div class="${displayMathClass}" tabindex="0">${escapeHtml(tokens[index]?.content ?? '')}</div>`;
  markdown.renderer.rules['math_typed'] = (tokens, index) =>
    `<p class="math-typed">${escapeHtml(tokens[index]?.content ?? '')}</p>`;
}

/** @returns the LaTeX between the delimiters, and whether it stands by itself */
export function mathSource(typed: string): { readonly tex: string; readonly display: boolean } {
  const display = displayFences.some(([open]) => typed.startsWith(open));
  const length = display || typed.startsWith('\\(') ? 2 : 1;
  return { tex: typed.slice(length, -length), display };
}

function inlineMath(state: StateInline, silent: boolean): boolean {
  const typed = mathAt(state.src, state.pos);
  if (typed === undefined) return false;
  if (!silent) state.push('math_inline', 'span', 0).content = typed;
  state.pos += typed.length;
  return true;
}

/** The LaTeX that begins here, with its delimiters. */
function mathAt(text: string, start: number): string | undefined {
  const rest = text.slice(start, start + 2);
  if (rest === '\\(') return upTo(text, start, '\\)');
  if (rest === '\\[') return upTo(text, start, '\\]');
  if (rest === '$$') return upTo(text, start, '$$');
  return rest.startsWith('$') ? dollars(text, start) : undefined;
}

function upTo(text: string, start: number, close: string): string | undefined {
  const end = text.indexOf(close, start + 2);
  const inside = end < 0 ? '' : text.slice(start + 2, end);
  return inside.trim() === '' || inside.includes('`') ? undefined : text.slice(start, end + close.length);
}

/**
 * Single dollars are prices and variables more often than not: there is no space inside of them, and no letter or digit
 * beside them.
 */
function dollars(text: string, start: number): string | undefined {
  if (/[\w$]/.test(text[start - 1] ?? '') || /^\s?$/.test(text[start + 1] ?? '')) return undefined;
  for (let at = start + 1; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\\') at++;
    else if (letter === '`') return undefined;
    else if (letter === '$')
      return /\s/.test(text[at - 1] ?? '') || /[\w$]/.test(text[at + 1] ?? '') ? undefined : text.slice(start, at + 1);
  }
  return undefined;
}

/** On lines of its own, up to the closing delimiter or a blank line; what is not closed is shown as it was typed. */
function blockMath(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const lineOf = (line: number) =>
    state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line] ?? 0);
  const first = lineOf(startLine);
  const fence = displayFences.find(([open]) => first.startsWith(open));
  if (!fence) return false;
  const lines: string[] = [];
  let closed = false;
  let line = startLine;
  for (; line < endLine && !closed; line++) {
    const text = lineOf(line).trimEnd();
    const inItsPlace = (state.sCount[line] ?? 0) >= state.blkIndent;
    if (line > startLine && (text === '' || !inItsPlace)) break;
    lines.push(text);
    closed = (line > startLine || text.length > 3) && text.endsWith(fence[1]);
    // It ends within a line that goes on: the rules for a line take it.
    if (!closed && text.slice(line === startLine ? 2 : 0).includes(fence[1])) return false;
  }
  if (silent) return true;
  const token = state.push(closed ? 'math_display' : 'math_typed', closed ? 'div' : 'p', 0);
  token.block = true;
  token.content = lines.join('\n');
  token.map = [startLine, line];
  state.line = line;
  return true;
}
