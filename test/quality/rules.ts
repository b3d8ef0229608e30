import type { KvSettings } from '../../backend-native/protocol/kv.js';

/** One row of the tables. A rule of our own is one more line here. */
export interface Rule {
  /** Part of the key of every result: it never changes its meaning. Without commas, which separate names on the command line. */
  readonly name: string;
  readonly kv: Omit<Partial<KvSettings>, 'ratio'>;
}

/** What every other rule is compared with; it has no budget. */
export const fullRule: Rule = { name: 'full', kv: { method: 'full' } };

const merges = ['pivot', 'average', 'weighted'] as const;
const targets = ['keys+values', 'values'] as const;

/** The paper's: text prior, keys and values merged by pivot. */
export const paperRule = 'look-m pivot keys+values';

/** Those that the plot and the README show, where they were measured. */
export const shownRules: readonly string[] = [paperRule, 'look-m none', 'h2o', 'snapkv', 'streaming', 'random'];

export const rules: readonly Rule[] = [
  fullRule,
  ...targets.flatMap((mergeWhat) => merges.map((merge) => lookM(`${merge} ${mergeWhat}`, { merge, mergeWhat, textPrior: true }))),
  lookM('none', { merge: 'none', textPrior: true }),
  ...targets.map((mergeWhat) => lookM(`pivot ${mergeWhat} no-prior`, { merge: 'pivot', mergeWhat, textPrior: false })),
  // The baselines drop what they do not keep, as published. LOOK-M without merge and prior is h2o.
  ...(['h2o', 'snapkv', 'streaming', 'random'] as const).map((method) => ({ name: method, kv: { method, merge: 'none' as const } })),
];

function lookM(name: string, kv: Rule['kv']): Rule {
  return { name: `look-m ${name}`, kv: { method: 'look-m', ...kv } };
}
