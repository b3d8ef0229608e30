/** Where Markdown and HTML show pictures, and with which alternative text: pure, with offsets in UTF-16 units. */

export interface ImageLink {
  /** Of the whole link. */
  readonly start: number;
  readonly end: number;
  /** As it stands there: a path, an address or a data URI. */
  readonly target: string;
  /** Undefined for an HTML image that has none; an empty one there says that the picture is decoration. */
  readonly alt: string | undefined;
  /** What is replaced by a new alternative text. */
  readonly altStart: number;
  readonly altEnd: number;
  /** What stands before the new value there, where an attribute or its value is missing. */
  readonly prefix: string;
  readonly syntax: 'markdown' | 'html';
}

/** In their order. What stands in code or comments is none. @param languageId of VS Code */
export function imageLinksOf(text: string, languageId: string): ImageLink[] {
  const visible = languageId === 'markdown' ? withoutCode(withoutComments(text)) : withoutComments(text);
  const links = [...htmlImages(visible, text), ...(languageId === 'markdown' ? markdownImages(visible, text) : [])];
  return links.sort((a, b) => a.start - b.start);
}

/** Whether a reader who cannot see the picture is told nothing, without somebody having meant that. */
export function lacksAlt({ alt, syntax }: ImageLink): boolean {
  return alt === undefined || (syntax === 'markdown' && alt.trim() === '');
}

/** What goes between `altStart` and `altEnd`. @param alt one line */
export function altReplacement({ syntax, prefix }: ImageLink, alt: string): string {
  if (syntax === 'markdown') return alt.replace(/[\\[\]]/g, '\\$&');
  return `${prefix}"${alt.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')}"`;
}

/** The label may hold escaped brackets and pairs of them; the target may stand between angle brackets. */
const labelPattern = /!\[(?<label>(?:\\.|\[[^[\]]{0,200}\]|[^[\]\\]){0,1000})\]/.source;
const targetPattern = /(?:<(?<angled>[^<>\n]*)>|(?<plain>(?:\\.|\([^()\s]*\)|[^()\s\\])+))/.source;
const titlePattern = /(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?/.source;
const referencePattern = /\[(?<reference>[^[\]]*)\]/.source;
const markdownImage = new RegExp(
  `${labelPattern}(?:\\(\\s*${targetPattern}${titlePattern}\\s*\\)|${referencePattern})?`,
  'g',
);

function markdownImages(visible: string, text: string): ImageLink[] {
  const definitions = definitionsOf(visible);
  return [...visible.matchAll(markdownImage)].flatMap((match): ImageLink[] => {
    const [whole] = match;
    const { label = '', angled, plain, reference }: Readonly<Record<string, string | undefined>> = match.groups ?? {};
    const isReference = angled === undefined && plain === undefined;
    // `![label]` names its own definition: another label would lose it.
    if (isReference && (reference === undefined || reference === '')) return [];
    const target = isReference ? definitions.get(nameOf(reference ?? '')) : (angled ?? plain);
    if (target === undefined) return [];
    const altStart = match.index + '!['.length;
    const altEnd = altStart + label.length;
    return [
      {
        start: match.index,
        end: match.index + whole.length,
        target: target.replace(/\\([!-/:-@[-`{-~])/g, '$1'),
        alt: text.slice(altStart, altEnd),
        altStart,
        altEnd,
        prefix: '',
        syntax: 'markdown',
      },
    ];
  });
}

function definitionsOf(visible: string): ReadonlyMap<string, string> {
  const found = visible.matchAll(/^ {0,3}\[([^[\]\n]+)\]:[ \t]*(?:<([^<>\n]*)>|(\S+))/gm);
  return new Map([...found].reverse().map(([, name = '', angled, plain]) => [nameOf(name), angled ?? plain ?? '']));
}

function nameOf(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}

const attribute = /\s([^\s"'>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?/g;

function htmlImages(visible: string, text: string): ImageLink[] {
  return [...visible.matchAll(/<img(?=[\s/])/gi)].flatMap(({ index: start }): ImageLink[] => {
    const end = tagEnd(visible, start);
    if (end === undefined) return [];
    const found = [...visible.slice(start, end).matchAll(attribute)].map((match) => ({
      name: (match[1] ?? '').toLowerCase(),
      value: match[2],
      end: start + match.index + match[0].length,
    }));
    const src = found.find(({ name }) => name === 'src')?.value;
    if (src === undefined) return [];
    const link = { start, end, target: unescaped(unquoted(src)), syntax: 'html' } as const;
    const alt = found.find(({ name }) => name === 'alt');
    // It is put right after the name of the tag.
    if (!alt) return [{ ...link, alt: undefined, altStart: start + 4, altEnd: start + 4, prefix: ' alt=' }];
    if (alt.value === undefined) return [{ ...link, alt: '', altStart: alt.end, altEnd: alt.end, prefix: '=' }];
    const altStart = alt.end - alt.value.length;
    const value = unescaped(unquoted(text.slice(altStart, alt.end)));
    return [{ ...link, alt: value, altStart, altEnd: alt.end, prefix: '' }];
  });
}

/** Past the bracket that ends a tag, quoted ones passed over; undefined when the next tag begins before. */
function tagEnd(text: string, start: number): number | undefined {
  let quote = '';
  for (let i = start + 1; i < text.length; i += 1) {
    const sign = text.charAt(i);
    if (quote !== '') quote = sign === quote ? '' : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '>') return i + 1;
    else if (sign === '<') return undefined;
    if (quote !== '' && sign === '<' && /^<img\s/i.test(text.slice(i, i + 5))) return undefined;
  }
  return undefined;
}

function unquoted(value: string): string {
  return /^["']/.test(value) ? value.slice(1, -1) : value;
}

function unescaped(value: string): string {
  const named: Readonly<Record<string, string>> = {
    '&quot;': '"',
    '&lt;': '<',
    '&gt;': '>',
    '&amp;': '&',
    '&#39;': "'",
  };
  return value.replace(/&(?:quot|lt|gt|amp|#39);/g, (entity) => named[entity] ?? entity);
}

function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?(?:-->|$)/g, blank);
}

/** Fenced blocks and code in a line; everything keeps its place. */
function withoutCode(text: string): string {
  return text
    .replace(/^([ \t]*(?:>[ \t]?)*)(`{3,}|~{3,})[^\n]*\n(?:[\s\S]*?\n)??[ \t]*(?:>[ \t]?)*\2[`~]*[ \t]*$/gm, blank)
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, blank);
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
