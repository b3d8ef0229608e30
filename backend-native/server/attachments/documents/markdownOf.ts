/** An element of the HTML that mammoth writes: well formed, without attributes that matter but links. */
interface Element {
  readonly tag: string;
  readonly href: string;
  readonly children: (Element | string)[];
}

/** The HTML of a converted document as text that keeps its structure in Markdown's signs. */
export function markdownOf(html: string): string {
  return blocks(parse(html).children, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function parse(html: string): Element {
  const root: Element = { tag: '', href: '', children: [] };
  const open = [root];
  for (const [, close, tag, attributes, text] of html.matchAll(/<(\/?)(\w+)([^>]*)>|([^<]+)/g)) {
    const parent = open.at(-1) ?? root;
    if (tag === undefined) {
      parent.children.push(unescaped(text ?? ''));
    } else if (close === '/') {
      open.pop();
    } else {
      const href = /\bhref="([^"]*)"/.exec(attributes ?? '')?.[1] ?? '';
      const element: Element = { tag, href: unescaped(href), children: [] };
      parent.children.push(element);
      if (attributes?.endsWith('/') !== true) open.push(element);
    }
  }
  return root;
}

function blocks(children: readonly (Element | string)[], indent: string): string {
  let text = '';
  for (const child of children) {
    if (typeof child === 'string') text += child;
    else if (/^h[1-6]$/.test(child.tag))
      text += `\n\n${indent}${'#'.repeat(Number(child.tag[1]))} ${inline(child).trim()}\n\n`;
    else if (child.tag === 'p') text += `\n\n${indent}${inline(child).trim()}\n\n`;
    else if (child.tag === 'ul' || child.tag === 'ol') text += `\n${list(child, indent)}\n`;
    else if (child.tag === 'table') text += `\n\n${table(child, indent)}\n\n`;
    else text += inlineElement(child);
  }
  return text;
}

function list(element: Element, indent: string): string {
  const items = element.children.filter((child) => typeof child !== 'string');
  return items
    .map((item, i) => {
      const sign = element.tag === 'ol' ? `${i + 1}. ` : '- ';
      const inner = indent + ' '.repeat(sign.length);
      const content = blocks(item.children, inner)
        .replace(/\n{2,}/g, '\n')
        .trim();
      return `${indent}${sign}${content}`;
    })
    .join('\n');
}

/** Rows between bars, the first one underlined: models read tables of this form. */
function table(element: Element, indent: string): string {
  const rows = rowsOf(element).map((row) =>
    row.children
      .filter((cell) => typeof cell !== 'string')
      .map((cell) =>
        blocks(cell.children, '')
          .trim()
          .replace(/\s*\n\s*/g, ' ')
          .replaceAll('|', '\\|'),
      ),
  );
  const [head, ...body] = rows;
  if (!head) return '';
  const line = (cells: readonly string[]) => `${indent}| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function rowsOf(element: Element): Element[] {
  return element.children.flatMap((child) => {
    if (typeof child === 'string') return [];
    return child.tag === 'tr' ? [child] : rowsOf(child);
  });
}

function inline(element: Element): string {
  return element.children.map((child) => (typeof child === 'string' ? child : inlineElement(child))).join('');
}

function inlineElement(element: Element): string {
  const text = inline(element);
  switch (element.tag) {
    case 'br':
      return '\n';
    case 'img':
      return '';
    case 'strong':
      return wrapped(text, '**');
    case 'em':
      return wrapped(text, '*');
    case 'a':
      return linked(text, element.href);
    case 'ul':
    case 'ol':
    case 'table':
    case 'p':
      return blocks([element], '');
    default:
      return text;
  }
}

/** Spaces at the ends stay outside of the signs. */
function wrapped(text: string, sign: string): string {
  return text.replace(/\S(?:[^]*\S)?/, (words) => `${sign}${words}${sign}`);
}

/** Links inside the document lead nowhere here: a note's number stays, the arrow back from a note goes. */
function linked(text: string, href: string): string {
  if (text === '↑') return '';
  return href === '' || href.startsWith('#') || href === text ? text : `[${text}](${href})`;
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
