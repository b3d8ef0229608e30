import { kvDefaults, type KvSettings } from '../../backend-native/protocol/kv.js';

/** How many of n tokens stay, method.md, 2.3: floor(n r p) recent tokens and floor(n r (1 - p)) important ones. */
export function strictBudget(n: number, kv: Partial<KvSettings> & { readonly ratio: number }): number {
  const { recentShare } = { ...kvDefaults(kv.method), ...kv };
  const floor = (value: number) => Math.floor(value + 1e-9);
  return floor(n * kv.ratio * recentShare) + floor(n * kv.ratio * (1 - recentShare));
}
