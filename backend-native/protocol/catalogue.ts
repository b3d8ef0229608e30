/** The models of the hub that are offered by themselves. */

export const strengths = [
  'tiny',
  'fast',
  'captions',
  'screenshots',
  'text',
  'documents',
  'tables',
  'charts',
  'chat',
  'languages',
  'paper',
] as const;
export type Strength = (typeof strengths)[number];

export interface CatalogueModel {
  readonly name: string;
  /** On the hub. */
  readonly repository: string;
  /** The best first; where the repository has none of them, the usual one is taken. */
  readonly quantisations: readonly string[];
  /** Null where its pages contradict each other: they have to be read. */
  readonly licence: string | null;
  readonly goodAt: readonly Strength[];
  /** Of the smallest machine that runs it, free for it: a rule of thumb until the hub is asked. */
  readonly memoryGigabytes: number;
}

export interface CatalogueResult {
  readonly models: readonly (CatalogueModel & { readonly fits: boolean })[];
  /** That a model may take now. */
  readonly freeBytes: number;
  readonly device: string;
  /** The repository that suits this machine best; left out when none fits. */
  readonly recommended?: string;
}
