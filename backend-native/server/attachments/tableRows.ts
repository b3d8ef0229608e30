/**
 * Rows of tables with the names of their columns. A small model that is asked for the price of an item reads
 * "Item: tiles | Price: 2.15" rightly where it takes the wrong cell of "tiles | 340 | 2.15" under a row of names.
 */

/** With fewer cells a row is a label and its value, and names itself. */
const fewestCells = 3;
/** A head and two rows: two lines of as many cells are two lines. */
const fewestLines = 3;

/**
 * Of a line of a text layer or of a Markdown table; one where it has none. A Markdown table may be indented; a row of a
 * text layer whose first cell is empty begins with one space.
 */
export function cellsOf(line: string): string[] {
  const inner = /^(?: \s+)?\|(.*)\|\s*$/.exec(line)?.[1] ?? line;
  return inner.split(/(?<=^|\s)\|(?=\s|$)/).map((cell) => cell.trim());
}

export interface Table {
  /** Of its columns; empty for those without one. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A line of a table whose columns are named. */
export interface TableLine {
  /** A row with the names of its columns, such as "Item: tiles | Price: 2.15"; the names' own line as it is. */
  readonly text: string;
  /** The number of the line with the names, in its block; its own for that line. */
  readonly head: number;
}

/** For each line of a block; undefined for what is not of such a table. Cells that are empty are left out. */
export function tableLines(block: readonly string[]): (TableLine | undefined)[] {
  const rows = block.map((line) => cellsOf(line));
  const lines = new Map<number, number>();
  for (const { length } of rows) lines.set(length, (lines.get(length) ?? 0) + 1);
  let head: { readonly at: number; readonly names: readonly string[] } | undefined;
  return rows.map((cells, at) => {
    if (cells.length < fewestCells || (lines.get(cells.length) ?? 0) < fewestLines) return undefined;
    if (cells.length !== head?.names.length) {
      const isFirst = rows[at - 1]?.length !== cells.length;
      head = isFirst && isHead(cells, rows) ? { at, names: cells.map(withoutLook) } : undefined;
      return head && { text: block[at] ?? '', head: at };
    }
    const { names } = head;
    return { text: isRule(cells) ? (block[at] ?? '') : namedRow(names, cells), head: head.at };
  });
}

/** "Item: tiles | Price: 2.15", without cells that are empty. */
export function namedRow(names: readonly string[], cells: readonly string[]): string {
  return cells.flatMap((cell, i) => (cell === '' ? [] : names[i] ? `${names[i]}: ${cell}` : cell)).join(' | ');
}

/** The line below the head of a Markdown table. */
function isRule(cells: readonly string[]): boolean {
  return cells.every((cell) => /^:?-+:?$/.test(cell));
}

/** The column of the rows' own names often has none. What stands in a column twice is a value. */
function isHead(cells: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const [first = '', ...others] = cells;
  if ((first !== '' && !isName(first)) || !others.every(isName) || cells.every((cell) => cell.length < 2)) return false;
  return !rows.some((row) => row !== cells && row.length === cells.length && row.some((cell, i) => cell === cells[i]));
}

/** A name has a letter; no amount, date or mark begins with one, no label of a form ends with one. Or it is a year. */
function isName(cell: string): boolean {
  return (/\p{L}/u.test(cell) && !/^[\p{Sc}\p{N}#+[-]|[:*]$/u.test(cell)) || /^(?:19|20)\d\d$/.test(cell);
}

/** Without the mark that a text layer puts after what has another colour. */
function withoutLook(name: string): string {
  return name.replace(/ \[[a-z ]+\]$/, '');
}

/** Tables of a block: those with named columns, labels with their values, and the names of bars with theirs. */
export function tablesOf(block: readonly string[]): Table[] {
  const lines = tableLines(block);
  const rows = block.map((line) => cellsOf(line).map(withoutLook));
  const heads = [...new Set(lines.flatMap((line) => line?.head ?? []))];
  const named = heads.map((head) => ({
    names: rows[head] ?? [],
    rows: rows.filter((cells, at) => at !== head && lines[at]?.head === head && !isRule(cells)),
  }));
  const pairs = rows.filter((cells, at) => cells.length === 2 && lines[at] === undefined);
  const bars = rows
    .filter((cells, at) => lines[at] === undefined && cells.length >= fewestCells)
    .map((cells) => cells.map((cell) => /^(.*\p{L}.*) (\S*\d\S*(?: \S)?)$/u.exec(cell)?.slice(1) ?? []))
    .filter((cells) => cells.every(({ length }) => length === 2));
  return [...named, ...[pairs, ...bars].map((each) => ({ names: ['', ''], rows: each }))];
}
