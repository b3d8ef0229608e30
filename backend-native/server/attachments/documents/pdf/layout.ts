/** Segments in the order in which people read them: column after column, tables row by row. */
import { joinedLines, wholeWords, type TextLine } from './joinedLines.js';
import type { Segment } from './segments.js';

/** Between the cells of a row. */
const cellMark = ' | ';
/** A gutter between columns is at least this wide, in heights of a character. */
const gutterWidth = 0.8;
/** Fewer rows beside each other are no columns. */
const leastRows = 3;
/** Within a table fewer values under each other are a column. */
const leastCells = 2;
/**
 * Lines of prose fill their column and are long; those of a table are neither. Shorter ones are prose when they fill it
 * nearly.
 */
const proseFill = 0.55;
const proseCharacters = 18;
const shortProse = { fill: 0.8, words: 3 } as const;
/** Of the lines beside a gutter, how many may reach into it; one that reaches this far across it crosses it. */
const strays = 0.08;
const crossing = 0.4;
const maxDepth = 8;

/** @param segments of one direction of text */
export function layOut(segments: readonly Segment[]): string {
  return region(segments, 0)
    .filter((block) => block !== '')
    .join('\n\n');
}

/** A few rows with cells among lines of text are a table of their own. */
function tablesAmong(rows: readonly Row[], depth: number): string[] {
  const width = Math.max(...rows.map(widthOf));
  const inTable = rows.map((row, i) => {
    if (row.segments.length > 1) return true;
    const [before, after] = [rows[i - 1], rows[i + 1]];
    return (before?.segments.length ?? 0) > 1 && (after?.segments.length ?? 0) > 1 && widthOf(row) < width / 2;
  });
  const runs: { rows: Row[]; table: boolean }[] = [];
  for (const [i, row] of rows.entries()) {
    const open = runs.at(-1);
    const table = inTable[i] ?? false;
    if (open?.table === table) open.rows.push(row);
    else runs.push({ rows: [row], table });
  }
  if (!runs.some(({ table, rows: run }) => table && run.length >= leastRows && run.length < rows.length))
    return [lines(rows)];
  return runs.flatMap((run) =>
    run.table && run.rows.length >= leastRows
      ? region(
          run.rows.flatMap((row) => row.segments),
          depth + 1,
        )
      : [lines(run.rows)],
  );
}

function widthOf({ segments }: Row): number {
  return Math.max(...segments.map((one) => one.right)) - Math.min(...segments.map((one) => one.left));
}

interface Row {
  /** From left to right. */
  readonly segments: Segment[];
  readonly baseline: number;
  readonly size: number;
}

function region(segments: readonly Segment[], depth: number): string[] {
  const rows = rowsOf(segments);
  if (depth >= maxDepth) return [lines(rows)];
  const gutters = guttersOf(rows);
  if (gutters.length === 0) return tablesAmong(rows, depth);
  return bands(rows, gutters).flatMap(({ rows: band, divided }) => {
    if (!divided)
      return depth === 0 && band.length < rows.length
        ? region(
            band.flatMap((row) => row.segments),
            depth + 1,
          )
        : [lines(band)];
    const columns = columnsOf(band, gutters);
    if (!columns.every(isProse)) return [table(band, guttersOf(band, leastCells))];
    const ordered = isRightToLeft(segments) ? columns.toReversed() : columns;
    return ordered.flatMap((column) => region(column, depth + 1));
  });
}

/** From the top; segments of one baseline are one row. */
function rowsOf(segments: readonly Segment[]): Row[] {
  const sorted = [...segments].sort((a, b) => b.baseline - a.baseline);
  const rows: Row[] = [];
  for (const segment of sorted) {
    const row = rows.at(-1);
    if (row && row.baseline - segment.baseline <= 0.4 * Math.min(row.size, segment.size)) row.segments.push(segment);
    else rows.push({ segments: [segment], baseline: segment.baseline, size: segment.size });
  }
  for (const row of rows) row.segments.sort((a, b) => a.left - b.left);
  return rows;
}

interface Gutter {
  readonly from: number;
  readonly to: number;
}

/** White strips that at most a few lines cross and that have rows on both sides. */
function guttersOf(rows: readonly Row[], least = leastRows): Gutter[] {
  if (rows.length < least) return [];
  const size = median(rows.map((row) => row.size));
  const all = rows.flatMap((row) => row.segments);
  const [left, right] = [Math.min(...all.map((one) => one.left)), Math.max(...all.map((one) => one.right))];
  const step = Math.max(1, (right - left) / 1000);
  const count = Math.ceil((right - left) / step) + 1;
  const covered = new Int32Array(count + 1);
  for (const { left: from, right: to } of all) {
    const [first, last] = [
      Math.max(0, Math.floor((from - left) / step)),
      Math.min(count, Math.ceil((to - left) / step)),
    ];
    covered[first] = (covered[first] ?? 0) + 1;
    covered[last] = (covered[last] ?? 0) - 1;
  }
  const most = Math.floor(rows.length / 5);
  const gutters: Gutter[] = [];
  let [sum, start] = [0, -1];
  for (let i = 0; i <= count; i += 1) {
    sum += covered[i] ?? 0;
    const free = i < count && sum <= most;
    if (free && start < 0) start = i;
    if (!free && start >= 0) {
      const gutter = narrowest({ from: left + start * step, to: left + i * step }, all);
      if (gutter && gutter.to - gutter.from >= gutterWidth * size && divides(rows, gutter, least)) gutters.push(gutter);
      start = -1;
    }
  }
  return gutters;
}

/** The strip between what ends before its middle and what begins after it, whatever a tenth of that does. */
function narrowest({ from, to }: Gutter, segments: readonly Segment[]): Gutter | undefined {
  const middle = (from + to) / 2;
  const rights = segments
    .filter(({ right }) => right <= middle)
    .map(({ right }) => right)
    .sort((a, b) => b - a);
  const lefts = segments
    .filter(({ left }) => left >= middle)
    .map(({ left }) => left)
    .sort((a, b) => a - b);
  const left = Math.max(from, rights[Math.floor(rights.length * strays)] ?? from);
  const right = Math.min(to, lefts[Math.floor(lefts.length * strays)] ?? to);
  return right > left ? { from: left, to: right } : undefined;
}

/** Whether enough rows end before a gutter, and enough begin after it. */
function divides(rows: readonly Row[], { from, to }: Gutter, least: number): boolean {
  const before = rows.filter((row) =>
    row.segments.some((one) => one.right <= from + 0.5 + (to - from) * crossing),
  ).length;
  const after = rows.filter((row) => row.segments.some((one) => one.left >= to - 0.5 - (to - from) * crossing)).length;
  const both = rows.filter((row) => isDivided(row, { from, to })).length;
  return before >= least && after >= least && (both >= least || Math.min(before, after) >= 2 * least);
}

function isDivided(row: Row, { from, to }: Gutter): boolean {
  return (
    row.segments.some((one) => one.right <= from + 0.5 + (to - from) * crossing) &&
    row.segments.some((one) => one.left >= to - 0.5 - (to - from) * crossing)
  );
}

function crosses(row: Row, { from, to }: Gutter): boolean {
  const reach = crossing * (to - from);
  return row.segments.some(({ left, right }) => Math.min(right, to) - Math.max(left, from) > reach);
}

/** Rows that cross a gutter divide the page: what is above them is read before what is below. */
function bands(rows: readonly Row[], gutters: readonly Gutter[]): { rows: Row[]; divided: boolean }[] {
  const found: { rows: Row[]; divided: boolean }[] = [];
  for (const row of rows) {
    const divided = !gutters.some((gutter) => crosses(row, gutter));
    const open = found.at(-1);
    if (open?.divided === divided) open.rows.push(row);
    else found.push({ rows: [row], divided });
  }
  return found.map((band) => ({
    rows: band.rows,
    // Rows on one side of every gutter alone are a paragraph, not columns.
    divided:
      band.divided && band.rows.length > 1 && columnsOf(band.rows, gutters).filter((one) => one.length > 0).length > 1,
  }));
}

function columnsOf(rows: readonly Row[], gutters: readonly Gutter[]): Segment[][] {
  const columns: Segment[][] = Array.from({ length: gutters.length + 1 }, () => []);
  for (const { segments } of rows) for (const segment of segments) columns[columnOf(segment, gutters)]?.push(segment);
  return columns;
}

function columnOf(segment: Segment, gutters: readonly Gutter[]): number {
  const middle = (segment.left + segment.right) / 2;
  return gutters.filter(({ from, to }) => middle > (from + to) / 2).length;
}

/** Prose runs from the one side of its column to the other; the cells of a table are as long as what is in them. */
function isProse(column: readonly Segment[]): boolean {
  if (column.length === 0) return true;
  const rows = rowsOf(column);
  const left = Math.min(...column.map((one) => one.left));
  const right = Math.max(...column.map((one) => one.right));
  const fills = rows.map(
    ({ segments }) => segments.reduce((sum, one) => sum + one.right - one.left, 0) / (right - left),
  );
  const characters = rows.map(({ segments }) => segments.reduce((sum, one) => sum + one.text.length, 0));
  const words = rows.map(({ segments }) => segments.reduce((sum, one) => sum + one.text.split(' ').length, 0));
  if (rows.length < 2 || median(fills) < proseFill) return false;
  return (
    median(characters) >= proseCharacters || (median(fills) >= shortProse.fill && median(words) >= shortProse.words)
  );
}

/** Every value in its column. A row without a first cell that follows closely goes on with the one above. */
function table(rows: readonly Row[], gutters: readonly Gutter[]): string {
  const gaps = rows.slice(1).map((row, i) => (rows[i]?.baseline ?? 0) - row.baseline);
  const usual = median(gaps);
  const lines: string[][] = [];
  for (const [i, row] of rows.entries()) {
    const cells = columnsOf([row], gutters).map((segments) =>
      ordered(segments)
        .map(({ text }) => text)
        .join(' '),
    );
    const above = lines.at(-1);
    const goesOn = above && cells[0] === '' && (gaps[i - 1] ?? Infinity) <= Math.min(1.35 * row.size, 0.95 * usual);
    if (goesOn) for (const [column, cell] of cells.entries()) above[column] = `${above[column] ?? ''} ${cell}`.trim();
    else lines.push(cells);
  }
  return lines.map((cells) => wholeWords(joinedCells(cells)).trimEnd()).join('\n');
}

function lines(rows: readonly Row[]): string {
  return joinedLines(
    rows.map(({ segments, baseline, size }): TextLine => ({
      text: joinedCells(ordered(segments).map(({ text }) => text)),
      baseline,
      fontSize: size,
    })),
  );
}

/** A box and its label, and a label and what it names, are one thing. */
function joinedCells(cells: readonly string[]): string {
  return cells
    .map((cell, i) => (i === 0 ? '' : /^\[[x ]\]$|:$/.test(cells[i - 1] ?? '') ? ' ' : cellMark) + cell)
    .join('');
}

/** In the direction in which the row is read. */
function ordered(segments: readonly Segment[]): readonly Segment[] {
  return isRightToLeft(segments) ? segments.toReversed() : segments;
}

function isRightToLeft(segments: readonly Segment[]): boolean {
  // Most text has no such letter at all.
  if (!segments.some(({ text }) => rightToLeft.test(text))) return false;
  let balance = 0;
  for (const { text } of segments) {
    balance += text.match(/[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/gu)?.length ?? 0;
    balance -= text.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Han}]/gu)?.length ?? 0;
  }
  return balance > 0;
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
