/** Sheets, rows, columns and formulas of an OpenDocument workbook that the library says nothing of. */
import { child, childElements, descendants, textIn, type XmlElement } from './xml.js';

/** Each the first and the last of neighbours, from 0, ascending. */
export interface HiddenLines {
  readonly rows: readonly Span[];
  readonly columns: readonly Span[];
}

export type Span = readonly [first: number, last: number];

/** Their names. */
export function hiddenSheets(root: XmlElement): string[] {
  const styles = descendants(root, new Set(['style:style'])).filter(
    (style) => child(style, 'style:table-properties')?.attributes['table:display'] === 'false',
  );
  const hidden = new Set(styles.map(({ attributes }) => attributes['style:name'] ?? ''));
  return descendants(root, new Set(['table:table']))
    .filter(({ attributes }) => hidden.has(attributes['table:style-name'] ?? ''))
    .map(({ attributes }) => attributes['table:name'] ?? '');
}

export function hiddenLines(table: XmlElement): HiddenLines {
  return {
    rows: hiddenOf(table, 'table:table-row', 'table:number-rows-repeated'),
    columns: hiddenOf(table, 'table:table-column', 'table:number-columns-repeated'),
  };
}

function hiddenOf(table: XmlElement, name: string, repeated: string): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const { attributes } of linesIn(table, name)) {
    const count = Math.max(1, Number(attributes[repeated] ?? 1) || 1);
    if (/^(?:collapse|filter)$/.test(attributes['table:visibility'] ?? '')) spans.push([at, at + count - 1]);
    at += count;
  }
  return spans;
}

/** Of the table itself, also in groups and heads, and not of tables in its cells. */
function linesIn(holder: XmlElement, name: string): XmlElement[] {
  return childElements(holder).flatMap((part) => {
    if (part.name === name) return [part];
    return lineHolders.test(part.name) ? linesIn(part, name) : [];
  });
}

const lineHolders = /^table:table-(?:(?:header-)?(?:rows|columns)|(?:row|column)-group)$/;

/** How many of the numbers are in a span. @param numbers ascending */
export function countIn(numbers: readonly number[], spans: readonly Span[]): number {
  let [count, at] = [0, 0];
  for (const number of numbers) {
    while ((spans[at]?.[1] ?? Infinity) < number) at += 1;
    if (number >= (spans[at]?.[0] ?? Infinity)) count += 1;
  }
  return count;
}

/** Puts a formula that nobody has calculated into its cell, which the library leaves out. @returns how many */
export function showUncalculated(root: XmlElement): number {
  let count = 0;
  for (const cell of descendants(root, new Set(['table:table-cell']))) {
    const { 'table:formula': formula, ...attributes } = cell.attributes;
    const hasValue = valueNames.some((name) => (attributes[name] ?? '') !== '');
    const words = child(cell, 'text:p');
    if (formula === undefined || hasValue || (words && textIn(words).trim() !== '')) continue;
    count += 1;
    cell.attributes = { ...attributes, 'office:value-type': 'string' };
    const rest = cell.children.filter((node) => node !== words);
    cell.children = [{ name: 'text:p', attributes: {}, children: [written(formula)] }, ...rest];
  }
  return count;
}

const valueNames = ['value', 'string-value', 'date-value', 'time-value', 'boolean-value'].map(
  (name) => `office:${name}`,
);

/** "of:=SUM([.A1:.A9])" as people write it: "=SUM(A1:A9)". */
function written(formula: string): string {
  return formula
    .replace(/^\w+:(?==)/, '')
    .replace(/\[([^\]]*)\]/g, (_, reference: string) => reference.replace(/(^|:)\./g, '$1'));
}
