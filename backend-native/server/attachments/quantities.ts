/** What the cells of a column measure, so that they can be put in order. */

export type Kind = 'number' | 'money' | 'percent' | 'bytes' | 'degrees' | 'duration' | 'date';

export interface Quantity {
  readonly kind: Kind;
  /** Of one kind in one unit: bytes, seconds, milliseconds since 1970; as it stands for the others. */
  readonly value: number;
  /** What follows the number and is not understood, such as "kg": others cannot be compared with it. */
  readonly unit: string;
}

const number = String.raw`[-+−–]?\d{1,3}(?:[ ,.’']\d{3})+(?:[.,]\d{1,2})?|[-+−–]?\d+(?:[.,]\d+)?`;
const amount = new RegExp(`^(\\p{Sc}|[A-Z]{3}(?= ))? ?(${number}) ?(.*)$`, 'u');
const seconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  min: 60,
  m: 60,
  minute: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  week: 604_800,
  month: 2_629_800,
  year: 31_557_600,
};
const thousands: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9, B: 1e9, T: 1e12, P: 1e15 };

/** @returns what a cell says when it says nothing else; undefined where it is a name, a sentence or nothing */
export function quantityOf(cell: string): Quantity | undefined {
  const said = cell.replace(/ \[[a-z ]+\]$/, '').trim();
  return durationOf(said) ?? dateOf(said) ?? amountOf(said);
}

function amountOf(said: string): Quantity | undefined {
  const [, before, digits, after = ''] = amount.exec(said) ?? [];
  if (digits === undefined) return undefined;
  const value = valueOf(digits);
  const bytes = /^([kKMGTP]?)i?B(?:ytes)?$|^bytes?$/.exec(after);
  if (bytes) return { kind: 'bytes', value: value * (thousands[bytes[1] ?? ''] ?? 1), unit: '' };
  const [, scale = '', unit = ''] = /^([kKMGTPB])?(?=$|\s|\p{Sc})\s*(.*)$/u.exec(after) ?? [undefined, '', after];
  const scaled = value * (thousands[scale] ?? 1);
  if (before !== undefined || /^(?:\p{Sc}|EUR|USD|GBP|CHF)$/u.test(unit)) {
    return { kind: 'money', value: scaled, unit: before ?? unit };
  }
  if (unit === '%') return { kind: 'percent', value: scaled, unit: '' };
  if (/^°/.test(unit)) return { kind: 'degrees', value: scaled, unit: '' };
  // More words than a unit: a sentence or a name.
  return /^[^\s\d]{0,8}(?: [^\s\d]{1,6})?$/.test(unit)
    ? { kind: 'number', value: scaled, unit: unit.replace(/(?<=\p{L}{3})s$/u, '') }
    : undefined;
}

function valueOf(digits: string): number {
  const plain = digits.replace(/[−–]/g, '-');
  // A sign before three digits parts thousands, but for one point alone before three: that is a fraction more often.
  const grouped = /^[-+]?\d{1,3}([ ,.’'])\d{3}(?:\1\d{3})*(?:[.,]\d{1,2})?$/.test(plain);
  if (grouped && !/^[-+]?\d{1,3}\.\d{3}$/.test(plain)) {
    const [whole = '', fraction] = plain.split(/[.,](?=\d{1,2}$)/);
    return Number(`${whole.replace(/[ ,.’']/g, '')}.${fraction ?? '0'}`);
  }
  return Number(plain.replace(',', '.'));
}

/** "2m 14s", "3 min 12 s", "5 months", "0:42", "1:02:33". */
function durationOf(said: string): Quantity | undefined {
  if (/^\d{1,3}(?::\d\d){1,2}$/.test(said))
    return { kind: 'duration', value: said.split(':').reduce((sum, part) => 60 * sum + Number(part), 0), unit: '' };
  const parts = [...said.matchAll(/(\d+(?:[.,]\d+)?) ?([a-z]+)(?: |$)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== said) return undefined;
  let sum = 0;
  for (const [, count = '', unit = ''] of parts) {
    const each = seconds[unit] ?? seconds[unit.replace(/s$/, '')];
    // "12 m" alone is a length as well.
    if (each === undefined || (unit === 'm' && parts.length === 1)) return undefined;
    sum += each * valueOf(count);
  }
  return { kind: 'duration', value: sum, unit: '' };
}

/** "2025-03-11", "12 Feb 2025", "Feb 12, 2025". */
function dateOf(said: string): Quantity | undefined {
  const isDate =
    /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?$/.test(said) ||
    /^\d{1,2}\.? [A-Z][a-z]{2,8} \d{4}$|^[A-Z][a-z]{2,8} \d{1,2}, \d{4}$/.test(said);
  const value = isDate ? Date.parse(said.replace('. ', ' ')) : NaN;
  return Number.isNaN(value) ? undefined : { kind: 'date', value, unit: '' };
}
