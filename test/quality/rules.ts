import type { KvSettings } from '../../backend-native/protocol/kv.js';

/** One row of the tables. A rule of our own is one more line here. */
export interface Rule {
  /**
   * Part of the key of every result: it never changes its meaning. Without commas, which separate names on the command
   * line.
   */
  readonly name: string;
  readonly kv: Omit<Partial<KvSettings>, 'ratio'>;
  /**
   * Asked turn by turn with a cache on disk, as the product asks: a follow-up restores what was attached and is
   * compressed for its own question. Without it follow-ups are asked of what the first question left.
   */
  readonly again?: true;
}

/** What every other rule is compared with; it has no budget. */
export const fullRule: Rule = { name: 'full', kv: { method: 'full' } };

const merges = ['pivot', 'average', 'weighted'] as const;
const targets = ['keys+values', 'values'] as const;

/** The paper's: text prior, keys and values merged by pivot. */
export const paperRule = 'look-m pivot keys+values';
export const ownRule = 'look-once';

/** Those that the plot and the README show, where they were measured. */
export const shownRules: readonly string[] = [
  ownRule,
  paperRule,
  'look-m none',
  'h2o',
  'snapkv',
  'streaming',
  'random',
];

/** The parts that a rule of ours is made of, by the name that their rows have. */
const parts = {
  'question queries': { queries: 'question' },
  'window queries': { queries: 'window' },
  'question recent': { recent: 'question' },
  'model share': { share: 'model' },
  'pooling 5': { pooling: 5 },
  'text pooling 3': { textPooling: 3 },
  'recent fifth': { recentShare: 0.2 },
  'as before': { share: 'model', textPooling: 15, recentShare: 0.2 }, // of November 2026, chosen on look-once-tiny
  'diversity 0.3': { diversity: 0.3 },
  'value norm': { valueNorm: true },
  'sinks 4': { sinks: 4 },
} as const satisfies Readonly<Record<string, Rule['kv']>>;

/** The rule of our own without one of its parts, or with another one. */
const changes = {
  'text prior': { textPrior: true },
  'all queries': { queries: 'all' },
  'window queries': { queries: 'window' },
  'share recent': { recent: 'share', recentShare: 0.5 },
  'layer share': { share: 'layer' },
  'model share': { share: 'model' },
  'no pooling': { pooling: 1, textPooling: 1 },
  'one pooling': { textPooling: 0 },
  'text pooling 3': { textPooling: 3 },
  'recent fifth': { recentShare: 0.2 },
  'as before': { share: 'model', textPooling: 15, recentShare: 0.2 }, // of November 2026, chosen on look-once-tiny
  'no diversity': { diversity: 0 },
  'value norm': { valueNorm: true },
  'sinks 4': { sinks: 4 },
  'pivot values': { merge: 'pivot', mergeWhat: 'values' },
  'in chunks': { reading: 'chunks' },
} as const satisfies Readonly<Record<string, Rule['kv']>>;

export const rules: readonly Rule[] = [
  fullRule,
  ...targets.flatMap((mergeWhat) =>
    merges.map((merge) => lookM(`${merge} ${mergeWhat}`, { merge, mergeWhat, textPrior: true })),
  ),
  lookM('none', { merge: 'none', textPrior: true }),
  ...targets.map((mergeWhat) => lookM(`pivot ${mergeWhat} no-prior`, { merge: 'pivot', mergeWhat, textPrior: false })),
  // The baselines drop what they do not keep, as published. LOOK-M without merge and prior is h2o.
  ...(['h2o', 'snapkv', 'streaming', 'random'] as const).map((method) => ({
    name: method,
    kv: { method, merge: 'none' as const },
  })),
  // One part at a time on top of h2o, as which LOOK-M without merge and prior selects.
  ...Object.entries(parts).map(([name, part]) =>
    lookM(`none no-prior + ${name}`, { merge: 'none', textPrior: false, ...part }),
  ),
  { name: ownRule, kv: { method: 'look-once' } },
  ...Object.entries(changes).map(([name, change]) => ({
    name: `${ownRule}: ${name}`,
    kv: { method: 'look-once' as const, ...change },
  })),
  { name: `${ownRule}: looks again`, kv: { method: 'look-once' }, again: true },
];

function lookM(name: string, kv: Rule['kv']): Rule {
  return { name: `look-m ${name}`, kv: { method: 'look-m', ...kv } };
}
