/**
 * "Which is the largest?": the row of a table that has the most or the least of what a question compares. A small model
 * copies what stands beside the question, and does not compare twelve numbers.
 */
import { termsOf } from './rankPieces.js';
import { quantityOf, type Kind, type Quantity } from './quantities.js';
import { namedRow, type Table } from './tableRows.js';
import { oneForm } from './unsaidWords.js';

/** Of one row nothing is the most. */
const fewestRows = 2;

interface Asked {
  readonly asked: RegExp;
  readonly most: boolean;
  /** What is compared when the question does not say: what it measures, or its unit. */
  readonly kinds?: readonly Kind[];
  readonly units?: RegExp;
}

const word = (list: string): RegExp => new RegExp(`\\b(?:${list.replaceAll(' ', '|')})\\b`, 'i');

/** The first that fits counts. */
const asking: readonly Asked[] = [
  { asked: word('cheapest cheaper'), most: false, kinds: ['money'] },
  { asked: word('dearest dearer priciest costliest'), most: true, kinds: ['money'] },
  { asked: /\b(?:(?:costs?|paid|pays|earns?) the most|(?:most|more) expensive)\b/i, most: true, kinds: ['money'] },
  { asked: /\b(?:(?:costs?|paid|pays|earns?) the least|(?:least|less) expensive)\b/i, most: false, kinds: ['money'] },
  { asked: word('hottest warmest warmer hotter'), most: true, kinds: ['degrees'] },
  { asked: word('coldest coolest colder cooler'), most: false, kinds: ['degrees'] },
  { asked: word('newest newer youngest'), most: true, kinds: ['date'] },
  { asked: word('oldest older earliest'), most: false, kinds: ['date'] },
  { asked: word('quickest quicker fastest faster'), most: false, kinds: ['duration'] },
  { asked: word('slowest slower'), most: true, kinds: ['duration'] },
  { asked: word('longest longer'), most: true, kinds: ['duration'], units: /^(?:[kcm]?m|mi|ft|miles?)$/ },
  { asked: word('shortest shorter'), most: false, kinds: ['duration'], units: /^(?:[kcm]?m|mi|ft|miles?)$/ },
  { asked: word('heaviest heavier'), most: true, units: /^(?:k?g|t|lbs?)$/ },
  { asked: word('lightest lighter'), most: false, units: /^(?:k?g|t|lbs?)$/ },
  { asked: word('smallest smaller'), most: false, kinds: ['bytes'], units: /^(?:m²|km²|ha)$/ },
  { asked: word('largest larger biggest bigger'), most: true, kinds: ['bytes'], units: /^(?:m²|km²|ha)$/ },
  { asked: word('fewest lowest lower fewer'), most: false },
  { asked: /(?<!\bat )\bleast\b(?! \w+ly\b| often)/i, most: false },
  { asked: word('highest greatest tallest deepest higher'), most: true },
  { asked: /(?<!\bat )\bmost\b(?! \w+ly\b| often)/i, most: true },
];

/** Columns of plain numbers that measure a kind, by their names. */
const namesOf: Readonly<Partial<Record<Kind, RegExp>>> = {
  money: /\b(?:price|cost|fee|fare|amount|rent|salary)s?\b/i,
  bytes: /\bsize\b/i,
  degrees: /\b(?:temp|temperature)\b/i,
  duration: /\b(?:time|took|duration|length|seconds|minutes|hours)\b/i,
  date: /\b(?:year|built|founded|since)\b/i,
};

/** Rows that add others up. */
const isSum = /^(?:(?:grand |sub)?totals?|sum|all|average|mean)\b/i;

interface Column {
  readonly table: Table;
  readonly at: number;
  /** Of the rows that say something. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly measure: Quantity }[];
}

/**
 * @param tables of one source
 * @returns such as "The most Size: Folder: Videos | Size: 96 GB | Files: 1,204"; undefined where the question compares
 *   nothing, where no column or more than one may be meant, and where two rows have as much
 */
export function askedExtreme(question: string, tables: readonly Table[]): string | undefined {
  const asked = asking.find((each) => each.asked.test(question));
  if (!asked) return undefined;
  const columns = tables.flatMap((table) => table.names.flatMap((_, at) => measured(table, at) ?? []));
  // "Which line has the most riders?" does not compare lines; "What speed is the highest?" compares speeds.
  const column =
    meantBy(asked, wordsOf(question.replace(/\b(?:which|what|whose) \w+/i, '')), columns) ??
    meantBy(asked, wordsOf(question), columns);
  return column && extreme(column, asked.most !== (asksForTime(asked) && isRate(column)));
}

function wordsOf(question: string): ReadonlySet<string> {
  return new Set(termsOf(question).map(oneForm));
}

/** The only column that fits best. */
function meantBy(asked: Asked, words: ReadonlySet<string>, columns: readonly Column[]): Column | undefined {
  const fitting = columns.map((column) => ({ column, fit: fit(column, asked, words) })).filter(({ fit }) => fit > 0);
  const best = Math.max(...fitting.map(({ fit }) => fit));
  const [meant, ...others] = fitting.filter(({ fit }) => fit === best);
  return others.length > 0 ? undefined : meant?.column;
}

/** A column all of whose cells but one measure the same. */
function measured(table: Table, at: number): Column | undefined {
  const said = table.rows.filter((cells) => !isSum.test(cells.find((cell) => cell !== '') ?? ''));
  const rows = said.flatMap((cells) => {
    const measure = quantityOf(cells[at] ?? '');
    return measure ? [{ cells, measure }] : [];
  });
  const first = rows[0]?.measure;
  if (!first || rows.length < Math.max(fewestRows, said.length - 1)) return undefined;
  const isAlike = rows.every(({ measure }) => measure.kind === first.kind && measure.unit === first.unit);
  // What numbers its rows, measures nothing.
  const isCounter = rows.every(({ measure }, i) => measure.value === (rows[0]?.measure.value ?? 0) + i);
  return isAlike && !(isCounter && at === 0) ? { table, at, rows } : undefined;
}

/** How well a column fits what a question compares: by its name, and by what it measures. 0: not at all. */
function fit(column: Column, asked: Asked, words: ReadonlySet<string>): number {
  const { table, at, rows } = column;
  const { kinds, units } = asked;
  const shared = (name = '') => termsOf(name).filter((term) => words.has(oneForm(term))).length;
  const measure = rows[0]?.measure;
  const isNamed = (kind: Kind) => measure?.kind === 'number' && namesOf[kind]?.test(table.names[at] ?? '') === true;
  const isMeant =
    measure !== undefined &&
    (kinds?.some((kind) => kind === measure.kind || isNamed(kind)) === true ||
      units?.test(measure.unit) === true ||
      (asksForTime(asked) && isRate(column)));
  const own = 4 * shared(table.names[at]) + (isMeant ? 3 : 0);
  const others = table.names.reduce((sum, name, i) => sum + (i === at ? 0 : shared(name)), 0);
  return own === 0 ? 0 : own + Math.min(others, 2);
}

function asksForTime({ kinds }: Asked): boolean {
  return kinds?.includes('duration') === true;
}

/** Who is fast takes little time, but does much in an hour. */
function isRate({ table, at, rows }: Column): boolean {
  const said = `${table.names[at] ?? ''} ${rows[0]?.measure.unit ?? ''}`;
  return /\/ ?(?:s|sec|min|h|hour)\b|\bper (?:second|minute|hour)\b|\bspeed\b|\bmph\b/i.test(said);
}

function extreme({ table, at, rows }: Column, most: boolean): string | undefined {
  const sign = most ? 1 : -1;
  const [first, second] = [...rows].sort((a, b) => sign * (b.measure.value - a.measure.value));
  if (!first || first.measure.value === second?.measure.value) return undefined;
  const measure = table.names[at] ? ` ${table.names[at]}` : '';
  return `The ${most ? 'most' : 'least'}${measure}: ${namedRow(table.names, first.cells)}`;
}
