export interface SpannedCell {
  readonly text: string;
  readonly columns: number;
  readonly rows: number;
}

/** Every value in its column: the cells that a merged one covers are empty. */
export function spreadCells(rows: readonly (readonly SpannedCell[])[]): string[][] {
  const grid: string[][] = rows.map(() => []);
  for (const [y, row] of rows.entries()) {
    const line = grid[y] ?? [];
    let x = 0;
    for (const cell of row) {
      while (line[x] !== undefined) x += 1;
      for (let down = 0; down < cell.rows && y + down < grid.length; down += 1)
        for (let along = 0; along < cell.columns; along += 1) (grid[y + down] ?? [])[x + along] ??= '';
      line[x] = cell.text;
      x += cell.columns;
    }
  }
  return grid;
}

/** Rows between bars, the first one underlined: models read tables of this form. */
export function markdownTable(rows: readonly (readonly (string | undefined)[])[], indent = ''): string {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (width === 0) return '';
  const line = (cells: readonly (string | undefined)[]) =>
    `${indent}| ${Array.from({ length: width }, (_, i) => cellText(cells[i] ?? '')).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `${indent}|${' --- |'.repeat(width)}`, ...body.map(line)].join('\n');
}

function cellText(text: string): string {
  return (
    text
      .trim()
      // eslint-disable-next-line no-control-regex -- it stands for a line's end in code until the page is put together
      .replace(/\s*[\n\u0001]\s*/g, ' ')
      .replaceAll('|', '\\|')
  );
}
