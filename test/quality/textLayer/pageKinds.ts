/**
 * The pages of the text layer's measurement. `data-block` is read on its own, in the order of its text; `data-unit` is
 * a piece of text whose words stand side by side, or follow each other line by line.
 */
import type { PageStyle } from './pageStyle.js';
import type { PageWords } from './pageWords.js';

export type PageKind = (words: PageWords, style: PageStyle) => string;

export const pageKinds: Readonly<Record<string, PageKind>> = {
  article: (w) =>
    '<main ' +
    `style="max-width:46em;padding:2em">${heading(w)}${many(w, 3, 6, () => block(unit('p', w.paragraph())))}</main>`,

  columns: (w) =>
    `<header>${block(unit('span', `${w.label} ${w.label}`), 'p')}</header><div ` +
    `class="columns">${many(
      w,
      2,
      2,
      () => `<section>${heading(w)}${many(w, 2, 4, () => block(unit('p', w.paragraph())))}</section>`,
    )}</div>`,

  table: (w) => {
    const columns = w.between(4, 6);
    const row = (cell: () => string, tag: string) => `<tr>${repeat(columns, () => unit(tag, cell()))}</tr>`;
    return (
      '<main ' +
      `style="padding:1.5em">${heading(w)}${block(
        `${row(() => w.label, 'th')}${many(w, 8, 18, () => row(() => w.value, 'td'))}`,
        'table',
      )}</main>`
    );
  },

  form: (w) =>
    '<main ' +
    `style="padding:1.5em;max-width:50em">${heading(w)}${block(
      many(
        w,
        6,
        12,
        () => `<div class="field">${unit('label', w.label)}<div class="input">${unit('span', w.value)}</div></div>`,
      ),
    )}<div ` +
    `class="buttons">${block(many(w, 2, 3, () => unit('button', w.label)))}</div></main>`,

  list: (w) =>
    `<header>${block(
      many(w, 3, 5, () => unit('a', w.label)),
      'nav',
    )}</header><main style="padding:0 1.5em">${many(
      w,
      8,
      14,
      () =>
        '<div ' +
        `class="item">${block(
          `${unit('b', w.sentence(6))}${unit('small', `${w.code} opened ${w.date} by ${w.name}`)}`,
        )}</div>`,
    )}</main>`,

  dashboard: (w) =>
    `<header>${block(unit('span', `${w.label} ${w.label}`), 'p')}</header><div ` +
    `class="tiles">${many(
      w,
      4,
      8,
      () =>
        '<div ' +
        `class="tile">${block(
          `${unit('small', w.label)}${unit('strong', w.number)}${unit('small', `${w.number} ${w.word} ${w.word}`)}`,
        )}</div>`,
    )}</div>`,

  code: (w) => `<main class="mono" style="padding:1em">${block(codeLines(w, w.between(18, 30)))}</main>`,

  data: (w) => `<main class="mono" style="padding:1em">${block(jsonLines(w))}</main>`,

  terminal: (w) =>
    '<main class="mono ' +
    `screen">${block(
      many(w, 16, 30, () =>
        line(
          w.pick([
            () => `$ ${w.word} ${w.path} --${w.word} ${w.number}`,
            () => `[${w.date}] ${w.pick(['INFO', 'WARN', 'ERROR'])} ${w.name}: ${w.sentence(7)}`,
            () => `-rw-r--r-- 1 ${w.name} ${w.name} ${w.between(100, 99999)} ${w.file}`,
            () => `    at ${w.name} (${w.path}:${w.between(1, 900)}:${w.between(1, 80)})`,
          ])(),
        ),
      ),
    )}</main>`,

  editor: (w) =>
    `<div class="editor"><aside>${block(many(w, 12, 20, () => unit('div', w.file)))}</aside><main><header>${block(
      many(w, 2, 4, () => unit('a', w.file)),
      'nav',
    )}</header><div class="mono" style="padding:.5em 0"><div class="numbered">${block(
      repeat(24, (i) => unit('div', String(i + 1))),
    )}${block(codeLines(w, 24))}</div></div></main></div><footer>${block(
      many(w, 2, 4, () => unit('span', `${w.word} ${w.number}`)),
    )}</footer>`,

  settings: (w) =>
    `<div class="editor"><aside>${block(many(w, 8, 12, () => unit('div', w.label)))}</aside><main ` +
    'style="padding:1em ' +
    `2em">${many(
      w,
      4,
      6,
      () =>
        `<section>${block(
          `${unit('b', `${w.label}: ${w.label}`)}${unit('p', w.sentence())}<div class="input ` +
            `short">${unit('span', w.value)}</div>`,
        )}</section>`,
    )}</main></div>`,
};

function heading(w: PageWords): string {
  return block(unit('span', `${w.label} ${w.word} ${w.number}`), 'h2');
}

function codeLines(w: PageWords, count: number): string {
  let depth = 0;
  return repeat(count, (i) => {
    const indent = '  '.repeat(depth);
    if (depth > 0 && (i % 5 === 4 || depth > 3)) {
      depth -= 1;
      return line(`${'  '.repeat(depth)}${w.pick(['}', '});', '},', '];', '} else {'])}`);
    }
    const text = w.pick([
      () => `const ${w.name} = ${w.word}(${w.name}, ${w.number.replace(/[$%,]/g, '')});`,
      () => `// ${w.sentence(6)}`,
      () => `return ${w.name}.${w.word} ?? [];`,
      () => `import { ${w.name} } from './${w.file}';`,
      () => `${w.name}[${w.between(0, 99)}] += ${w.name} * ${w.between(1, 64)};`,
      () => {
        depth += 1;
        return w.pick([
          `if (${w.name} > ${w.between(1, 99)}) {`,
          `for (const ${w.name} of ${w.word}) {`,
          `function ${w.word}(${w.name}) {`,
        ]);
      },
    ])();
    return line(indent + text);
  });
}

function jsonLines(w: PageWords): string {
  const entry = () =>
    line(`    "${w.name}": ${w.pick([`"${w.path}"`, String(w.between(0, 9999)), 'true', 'null', `["${w.id}"]`])},`);
  return `${line('{')}${many(
    w,
    3,
    5,
    () => `${line(`  "${w.word}": {`)}${many(w, 3, 5, entry)}${line('  },')}`,
  )}${line('}')}`;
}

/** A line of a program or a terminal, its words coloured by what they are. */
function line(text: string): string {
  const coloured = escape(text).replace(
    /(?:\/\/.*|&quot;[^&]*&quot;|\b(?:const|return|import|from|if|for|of|function|ERROR|WARN)\b|\b\d+\b)/g,
    (part) => {
      const look = part.startsWith('//')
        ? 'dim'
        : part.startsWith('&')
          ? 'good'
          : part === 'ERROR'
            ? 'bad'
            : /^\d/.test(part)
              ? 'warn'
              : 'accent';
      return `<span class="${look}">${part}</span>`;
    },
  );
  return `<div data-unit class="line">${coloured}</div>`;
}

function unit(tag: string, text: string): string {
  return `<${tag} data-unit>${escape(text)}</${tag}>`;
}

function block(html: string, tag = 'div'): string {
  return `<${tag} data-block>${html}</${tag}>`;
}

function repeat(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('');
}

function many(w: PageWords, least: number, most: number, make: () => string): string {
  return repeat(w.between(least, most), make);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
