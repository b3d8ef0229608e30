/** HTML as text that keeps its structure in Markdown's signs: of web pages, and of what mammoth makes of a docx. */
import { isTag, isText, type AnyNode, type Element } from 'domhandler';
import { textContent } from 'domutils';
import { parseDocument } from 'htmlparser2';
import { withoutSigns } from '../pictureMarks.js';
import { rowsOf } from './htmlTable.js';
import { markdownTable, spreadCells, type SpannedCell } from './markdownTable.js';

export interface MarkdownOptions {
  /** What stands in the text for a picture; its own words when left out. */
  readonly picture?: (src: string, alt: string) => string;
  /** Whether runs of white space count as one space, as browsers show them. */
  readonly collapse?: boolean;
}

export interface HtmlText {
  readonly text: string;
  readonly title: string;
  /** Elements that the page hides, which were left out. */
  readonly hidden: number;
  /** Addresses of other pages and files that it shows in itself, which are not in the text. */
  readonly frames: readonly string[];
}

/** Deeper than any page that is meant to be read; what is inside comes as plain text. */
const maxDepth = 200;

export function markdownOf(html: string, options: MarkdownOptions = {}): HtmlText {
  const document = parsed(html);
  const writer = new MarkdownWriter(options);
  const text = writer
    .blocks(document.children, '', 0)
    .replace(/[^\S\n]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replaceAll(lineInCode, '\n')
    .replaceAll(spaceInCode, ' ')
    .replace(numberMarks, '$1 ')
    .trim();
  return { text, title: writer.title, hidden: writer.hidden, frames: [...writer.frames] };
}

function parsed(html: string): ReturnType<typeof parseDocument> {
  return parseDocument(withoutSigns(html), { decodeEntities: true });
}

/** Of a frame, in a note. */
const longestAddress = 100;
/** Line ends and spaces of code, kept apart from those that are squeezed. */
const lineInCode = '\u0001';
const spaceInCode = '\u0002';

/** The number of a paragraph at its beginning: it takes the place of what a list counts, or stands before the words. */
export function numberMark(number: string): string {
  return `\ufff9${number}\ufffb`;
}

const numberMarks = /\ufff9([^\ufffb]{0,200})\ufffb/g;

const skipped = new Set('script style noscript template link meta base canvas param rp'.split(' '));
const blockTags = new Set(
  (
    'address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer ' +
    'form header html legend main nav p section summary'
  ).split(' '),
);
/** Links there lead around the site; their addresses say nothing about the page. */
const navigation = new Set(['nav', 'header', 'footer', 'aside']);

class MarkdownWriter {
  title = '';
  hidden = 0;
  readonly frames = new Set<string>();
  private inNavigation = 0;

  constructor(private readonly options: MarkdownOptions) {}

  blocks(nodes: readonly AnyNode[], indent: string, depth: number): string {
    let text = '';
    for (const node of nodes) {
      if (isText(node)) text += this.words(node.data);
      else if (isTag(node)) text += this.element(node, indent, depth + 1);
    }
    return text;
  }

  private element(element: Element, indent: string, depth: number): string {
    const { name } = element;
    if (skipped.has(name)) return '';
    if (name === 'head' || name === 'title') return this.head(element);
    if (isHidden(element)) {
      this.hidden += 1;
      return '';
    }
    if (depth > maxDepth) return ` ${withoutMarkup(textContent(element))} `;
    if (/^h[1-6]$/.test(name)) {
      const words = this.line(element, depth);
      return words === '' ? '' : `\n\n${indent}${'#'.repeat(Number(name[1]))} ${words}\n\n`;
    }
    if (name === 'ul' || name === 'ol' || name === 'menu') return `\n${this.list(element, indent, depth)}\n`;
    if (name === 'table') return `\n\n${this.table(element, indent, depth)}\n\n`;
    if (name === 'svg') return this.drawing(element);
    if (name === 'iframe' || name === 'frame') return this.frame(element, indent, depth);
    if (name === 'object' || name === 'embed') return this.object(element, indent, depth);
    if (name === 'pre') return code(element, indent);
    if (name === 'hr') return `\n\n${indent}---\n\n`;
    if (name === 'blockquote') return this.quote(element, indent, depth);
    if (name === 'dt') return `\n\n${indent}${this.line(element, depth)}\n`;
    if (name === 'dd') return `\n${indent}: ${this.line(element, depth)}\n`;
    if (name === 'p') return `\n\n${indent}${this.blocks(element.children, indent, depth).trim()}\n\n`;
    if (blockTags.has(name)) return this.block(element, indent, depth);
    return this.inline(element, indent, depth);
  }

  private block(element: Element, indent: string, depth: number): string {
    const apart = navigation.has(element.name);
    if (apart) this.inNavigation += 1;
    const text = `\n${indent}${this.blocks(element.children, indent, depth)}\n`;
    if (apart) this.inNavigation -= 1;
    return text;
  }

  private inline(element: Element, indent: string, depth: number): string {
    const { name, attribs } = element;
    switch (name) {
      case 'br':
        return '\n';
      case 'img':
        return this.picture(attribs['src'] ?? '', attribs['alt'] ?? '');
      case 'input':
        return inputText(element);
      case 'math':
        return ` $${mathText(element)}$ `;
      case 'option':
        return 'selected' in attribs ? this.blocks(element.children, indent, depth) : '';
    }
    const text = this.blocks(element.children, indent, depth);
    switch (name) {
      case 'strong':
      case 'b':
        return wrapped(text, '**');
      case 'em':
      case 'i':
        return wrapped(text, '*');
      case 'code':
        return wrapped(text, '`');
      case 'del':
      case 's':
        return wrapped(text, '~~');
      case 'rt':
        return `(${text})`;
      case 'sup':
        return raised(text, '^');
      case 'sub':
        return raised(text, '_');
      case 'a':
        return this.link(text, attribs['href'] ?? '');
      default:
        return text;
    }
  }

  private head(element: Element): string {
    const title =
      element.name === 'title' ? element : element.children.find((node) => isTag(node) && node.name === 'title');
    if (title) this.title = textContent(title).replace(/\s+/g, ' ').trim();
    return '';
  }

  private line(element: Element, depth: number): string {
    return this.blocks(element.children, '', depth).replace(/\s+/g, ' ').trim();
  }

  private list(element: Element, indent: string, depth: number): string {
    const step = 'reversed' in element.attribs ? -1 : 1;
    const items = element.children.filter((item) => isTag(item) || (isText(item) && item.data.trim() !== ''));
    let number = Number(element.attribs['start'] ?? (step < 0 ? items.length : 1)) - step;
    return items
      .map((item) => {
        const isItem = isTag(item) && item.name === 'li';
        // A list that stands in a list and in no item of it is meant to be deeper.
        if (!isItem) return this.blocks([item], indent + (isTag(item) ? '  ' : ''), depth + 1).replace(around, '');
        const shown = !this.isLeftOut(item);
        number = Number(item.attribs['value'] ?? number + step);
        const given = /^\s*\ufff9([^\ufffb]{0,200})\ufffb/.exec(firstText(item))?.[1];
        const sign = given !== undefined ? `${given} ` : element.name === 'ol' ? `${number}. ` : '- ';
        const inner = indent + ' '.repeat(sign.length);
        const content = (shown ? this.blocks(item.children, inner, depth + 1) : '')
          .replace(/\n\s*\n/g, '\n')
          .replace(given === undefined ? /^$/ : /\ufff9[^\ufffb]*\ufffb/, '')
          .trim();
        // The number alone, as in the first column of a table that counts its rows.
        return content === '' ? (given === undefined ? '' : indent + given) : `${indent}${sign}${content}`;
      })
      .filter((item) => item !== '')
      .join('\n');
  }

  /** Counts what the page hides. */
  private isLeftOut(element: Element): boolean {
    const hidden = isHidden(element);
    if (hidden) this.hidden += 1;
    return hidden;
  }

  /** What is written in a drawing, and the pictures that it frames. */
  private drawing(svg: Element): string {
    const words: string[] = [];
    let pictures = '';
    const left: AnyNode[] = [svg];
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      if (!isTag(node) || isHidden(node)) continue;
      if (node.name === 'text') words.push(withoutMarkup(textContent(node)));
      else if (node.name === 'image')
        pictures += this.picture(node.attribs['xlink:href'] ?? node.attribs['href'] ?? '', '');
      else if (node.name !== 'defs' && node.name !== 'style') left.push(...[...node.children].reverse());
    }
    const said = words.filter((word) => word !== '').join(' ');
    return said === '' ? pictures : `${pictures} [drawing: ${said}] `;
  }

  private table(element: Element, indent: string, depth: number): string {
    const { rows, beside } = rowsOf(element, (one) => this.isLeftOut(one));
    const cells = rows.map((row) =>
      row.map((cell): SpannedCell => ({
        text: this.blocks(cell.children, '', depth + 2),
        columns: span(cell.attribs['colspan']),
        rows: span(cell.attribs['rowspan']),
      })),
    );
    const loose = this.blocks(beside, indent, depth + 1).trim();
    const before = loose === '' ? '' : `${indent}${loose}\n\n`;
    const caption = element.children.find((node) => isTag(node) && node.name === 'caption');
    const title = before + (caption && isTag(caption) ? `${this.line(caption, depth)}\n\n` : '');
    // A table of one column and one row is a frame around something, not a table.
    if (cells.length <= 1 && (cells[0]?.length ?? 0) <= 1) return title + (cells[0]?.[0]?.text ?? '').trim();
    return title + markdownTable(spreadCells(cells), indent);
  }

  /** A page that stands in the element itself is read; what is between its tags, no browser shows. */
  private frame({ attribs }: Element, indent: string, depth: number): string {
    const page = attribs['srcdoc'];
    if (page === undefined) this.addFrame(attribs['src'] ?? '');
    const { title } = this;
    const inner = page === undefined ? '' : this.blocks(parsed(page).children, indent, depth);
    this.title = title;
    return `\n\n${indent}${inner.trim()}\n\n`;
  }

  /** What stands between the tags says the same as the file that is shown, as far as somebody wrote it. */
  private object(element: Element, indent: string, depth: number): string {
    const { attribs } = element;
    const file = attribs['data'] ?? attribs['src'] ?? '';
    const words = this.blocks(element.children, indent, depth);
    if (/^image\//i.test(attribs['type'] ?? '') || /^data:image\/|\.(?:png|jpe?g|gif|webp|svg)$/i.test(file))
      return this.picture(file, words.replace(/\s+/g, ' '));
    this.addFrame(file);
    return words;
  }

  private addFrame(address: string): void {
    const is = address.trim();
    if (is !== '' && !/^(?:about|javascript):/i.test(is)) this.frames.add(is.slice(0, longestAddress));
  }

  private quote(element: Element, indent: string, depth: number): string {
    const inner = this.blocks(element.children, '', depth)
      .replace(/\n{3,}/g, '\n\n')
      .trim();
    return `\n\n${inner
      .split('\n')
      .map((line) => `${indent}> ${line}`)
      .join('\n')}\n\n`;
  }

  private picture(src: string, alt: string): string {
    if (this.options.picture) return this.options.picture(src, alt.trim());
    return alt.trim() === '' ? '' : `[picture: ${alt.trim()}]`;
  }

  /** Links inside the document lead nowhere here: a note's number stays, the arrow back from a note goes. */
  private link(text: string, href: string): string {
    if (text === '↑') return '';
    const useful = /^(?:https?:|mailto:|\/|\.|[\w-]+\.)/i.test(href) && this.inNavigation === 0 && href.length <= 300;
    const label = text.trim();
    return !useful || href === label || label === '' ? text : `[${label}](${href})`;
  }

  private words(text: string): string {
    return this.options.collapse === true ? text.replace(/\s+/g, ' ') : text;
  }
}

/** Empty lines before, and white space behind. */
const around = /^(?:\s*\n)+|\s+$/g;

function isHidden({ attribs, name }: Element): boolean {
  if ('hidden' in attribs || (name === 'input' && attribs['type'] === 'hidden')) return true;
  const style = attribs['style']?.replace(/\s+/g, '').toLowerCase() ?? '';
  return (
    /(?:^|;)(?:display:none|visibility:hidden|opacity:0(?:;|$)|font-size:0(?:px|pt|em)?(?:;|$))/.test(style) ||
    /(?:^|;)(?:left|top|text-indent|margin-left):-\d{4,}/.test(style)
  );
}

function span(value: string | undefined): number {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? Math.min(number, 100) : 1;
}

function code(element: Element, indent: string): string {
  const lines = textContent(element).replace(/^\n|\s+$/g, '');
  const kept = ['```', ...lines.split('\n'), '```'].map((line) => indent + line);
  return `\n\n${kept.join(lineInCode).replaceAll(' ', spaceInCode)}\n\n`;
}

function inputText({ attribs }: Element): string {
  const type = attribs['type'] ?? 'text';
  if (type === 'checkbox' || type === 'radio') return 'checked' in attribs ? '[x]' : '[ ]';
  return attribs['value'] === undefined || type === 'password' ? '' : attribs['value'];
}

/** Pages that show formulas bring their TeX along. */
function mathText(element: Element): string {
  const left: AnyNode[] = [...element.children];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (!isTag(node)) continue;
    if (node.name === 'annotation' && /tex/i.test(node.attribs['encoding'] ?? '')) return textContent(node).trim();
    left.push(...node.children);
  }
  return textContent(element).replace(/\s+/g, ' ').trim();
}

/** Raised and lowered signs as people write them in one line: 10^6, H_2O. Marks of notes stay as they are. */
export function raised(text: string, sign: '^' | '_'): string {
  const words = text.trim();
  if (words === '' || /^[[({]|^[*†‡§]/.test(words)) return text;
  return words.length === 1 || /^-?\d+$/.test(words) ? `${sign}${words}` : `${sign}{${words}}`;
}

/** The first words inside. */
function firstText(element: Element): string {
  const left: AnyNode[] = [...element.children].reverse();
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (isText(node) && node.data.trim() !== '') return node.data;
    // The words of a list inside are those of its own items.
    if (isTag(node) && node.name !== 'ol' && node.name !== 'ul') left.push(...[...node.children].reverse());
  }
  return '';
}

function withoutMarkup(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Spaces at the ends stay outside of the signs. */
function wrapped(text: string, sign: string): string {
  return text.replace(/\S(?:[^]*\S)?/, (words) => `${sign}${words}${sign}`);
}
