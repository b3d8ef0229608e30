import { isTag, isText, type AnyNode, type Element } from 'domhandler';

export interface TableRows {
  readonly rows: readonly (readonly Element[])[];
  /** What stands in the table and in none of its cells: browsers show it before the table. */
  readonly beside: readonly AnyNode[];
}

/** What only holds rows or cells; a form around them is no proper HTML, and common. */
const around = new Set(['thead', 'tbody', 'tfoot', 'form']);
const withoutWords = new Set(['caption', 'col', 'colgroup']);

/**
 * The cells of a table row by row, also of one that browsers mend: forms around rows, cells without a row.
 *
 * @param isLeftOut whether a row or a cell is hidden
 */
export function rowsOf(table: Element, isLeftOut: (element: Element) => boolean): TableRows {
  const rows: Element[][] = [];
  const beside: AnyNode[] = [];
  let loose: Element[] | undefined;
  const left: [node: AnyNode, row: Element[] | undefined][] = [];
  const walk = (parent: Element, row: Element[] | undefined) => {
    for (const node of [...parent.children].reverse()) left.push([node, row]);
  };
  walk(table, undefined);
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [node, row] = next;
    if (!isTag(node)) {
      if (isText(node) && node.data.trim() !== '') beside.push(node);
    } else if (withoutWords.has(node.name) || isLeftOut(node)) continue;
    else if (node.name === 'td' || node.name === 'th') {
      const own = row ?? loose ?? (loose = []);
      if (own === loose && own.length === 0) rows.push(own);
      own.push(node);
    } else if (node.name === 'tr') {
      const own: Element[] = [];
      rows.push(own);
      loose = undefined;
      walk(node, own);
    } else if (around.has(node.name)) walk(node, row);
    else beside.push(node);
  }
  return { rows, beside };
}
