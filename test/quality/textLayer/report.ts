/** The tables of the text layer's measurement, in Markdown. */
export interface MeasuredPage {
  readonly kind: string;
  /** CSS pixels of plain text. */
  readonly size: number;
  readonly scale: number;
  readonly theme: string;
  /** Pixels of the picture. */
  readonly width: number;
  readonly height: number;
  readonly words: readonly { readonly size: number; readonly right: boolean }[];
  readonly inPageOrder: number;
  readonly ms: number;
  /** Of the recogniser's process, on all its threads. */
  readonly cpuMs: number;
  readonly peakRssBytes: number;
}

export function reportOf(pages: readonly MeasuredPage[], processor: string): string {
  const dark = (page: MeasuredPage) => ['dark', 'night', 'black'].includes(page.theme);
  const small = (word: MeasuredPage['words'][number]) => word.size < 12.5;
  return `${[
    `${pages.length} pages, ${wordsOf(pages).length} words, on ${processor}.`,
    '',
    '| words | right and in order | of |',
    '|---|---|---|',
    row('11 and 12 px, scale 1', wordsOf(pages.filter(({ scale }) => scale === 1)).filter(small)),
    row(
      '13 px and above, scale 1',
      wordsOf(pages.filter(({ scale }) => scale === 1)).filter((word) => !small(word)),
    ),
    row('11 and 12 px, scale 2', wordsOf(pages.filter(({ scale }) => scale === 2)).filter(small)),
    row(
      '13 px and above, scale 2',
      wordsOf(pages.filter(({ scale }) => scale === 2)).filter((word) => !small(word)),
    ),
    row('light', wordsOf(pages.filter((page) => !dark(page)))),
    row('dark', wordsOf(pages.filter(dark))),
    ...[...new Set(pages.map(({ kind }) => kind))].map((kind) =>
      row(kind, wordsOf(pages.filter((page) => page.kind === kind))),
    ),
    '| in the order of the whole page | ' +
      `${percent(sum(pages.map(({ inPageOrder }) => inPageOrder)), wordsOf(pages).length)} | ` +
      `${wordsOf(pages).length} |`,
    '',
    '| picture | pages | seconds (median) | processor seconds (median) | peak memory |',
    '|---|---|---|---|---|',
    ...[...new Set(pages.map(({ width, height }) => `${width} x ${height}`))].map((size) =>
      timeRow(
        size,
        pages.filter(({ width, height }) => `${width} x ${height}` === size),
      ),
    ),
  ].join('\n')}\n`;
}

function row(what: string, words: MeasuredPage['words']): string {
  return `| ${what} | ${percent(words.filter(({ right }) => right).length, words.length)} | ${words.length} |`;
}

function timeRow(size: string, pages: readonly MeasuredPage[]): string {
  const seconds = (values: readonly number[]) => (median(values) / 1000).toFixed(2);
  const memory = Math.max(...pages.map(({ peakRssBytes }) => peakRssBytes)) / 2 ** 20;
  return (
    `| ${size} | ${pages.length} | ${seconds(pages.map(({ ms }) => ms))} | ` +
    `${seconds(pages.map(({ cpuMs }) => cpuMs))} | ${Math.round(memory)} MB |`
  );
}

function wordsOf(pages: readonly MeasuredPage[]): MeasuredPage['words'] {
  return pages.flatMap(({ words }) => words);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
