/** Charts of Office files as the tables that they were drawn from; diagrams as a table of one column. */
import type { Archive } from './archive.js';
import { relationshipsOf } from './relationships.js';
import { child, descendants, parseXml, textIn, type XmlElement } from './xml.js';

export interface ChartTable {
  readonly title: string;
  /** The first row names the columns: categories, then one for every series. */
  readonly rows: readonly (readonly string[])[];
}

/** @param ids relationships of the part @returns undefined for a chart that cannot be read */
export async function chartTables(
  name: string,
  archive: Archive,
  part: string,
  ids: readonly string[],
): Promise<readonly (ChartTable | undefined)[]> {
  if (ids.length === 0) return [];
  const relationships = await relationshipsOf(name, archive, part);
  const tables: (ChartTable | undefined)[] = [];
  for (const id of ids) {
    const target = relationships.get(id)?.target ?? '';
    const bytes = await archive.read(target);
    tables.push(bytes && tableOf(parseXml(name, target, bytes)));
  }
  return tables;
}

/** More points than a model would read of one picture. */
const maxPoints = 1000;

function tableOf(chart: XmlElement): ChartTable | undefined {
  const points = descendants(chart, new Set(['dgm:pt']))
    .map((point) =>
      descendants(point, new Set(['a:p']))
        .map(wordsOf)
        .join(' ')
        .trim(),
    )
    .filter((words) => words !== '');
  if (points.length > 0) return { title: '', rows: points.map((words) => [words]) };
  const series = descendants(chart, new Set(['c:ser']));
  if (series.length === 0) return undefined;
  const title = descendants(chart, new Set(['c:title'])).map(wordsOf)[0] ?? '';
  const columns = series.map((one) => ({
    name: pointsOf(child(one, 'c:tx'))[0] ?? '',
    categories: pointsOf(child(one, 'c:cat') ?? child(one, 'c:xVal')),
    values: pointsOf(child(one, 'c:val') ?? child(one, 'c:yVal')),
  }));
  const categories = columns.find((column) => column.categories.length > 0)?.categories ?? [];
  const length = Math.min(maxPoints, Math.max(...columns.map(({ values }) => values.length), categories.length));
  const rows = Array.from({ length }, (_, i) => [
    categories[i] ?? String(i + 1),
    ...columns.map(({ values }) => values[i] ?? ''),
  ]);
  return { title, rows: [['', ...columns.map((column) => column.name)], ...rows] };
}

function pointsOf(element: XmlElement | undefined): string[] {
  if (!element) return [];
  const points: (string | undefined)[] = [];
  for (const point of descendants(element, new Set(['c:pt']))) {
    const index = Number(point.attributes['idx'] ?? points.length);
    const value = child(point, 'c:v');
    if (Number.isInteger(index) && index >= 0 && index < maxPoints) points[index] = value ? textIn(value) : '';
  }
  return Array.from(points, (value) => value ?? '');
}

function wordsOf(element: XmlElement): string {
  return descendants(element, new Set(['a:t', 'c:v']))
    .map(textIn)
    .join('')
    .trim();
}
