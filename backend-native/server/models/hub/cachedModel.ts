/** A model of the hub that was fetched before, found without asking the hub. */
import { sizeOf, type HubCache } from './hubCache.js';
import { variantNamed, variantsOf } from './variants.js';

export interface CachedModel {
  readonly modelPath: string;
  readonly mmprojPath: string;
  /** Of all its files. */
  readonly totalBytes: number;
}

/** @param quantisation empty for the first that is there */
export function cachedModel(cache: HubCache, repository: string, quantisation: string): CachedModel | undefined {
  const snapshot = cache.newestSnapshot(repository);
  if (!snapshot) return undefined;
  const place = (file: string) => cache.snapshotFile(repository, snapshot.revision, file);
  const files = snapshot.files.map((file) => ({ path: file, bytes: sizeOf(place(file)) ?? 0, sha256: '' }));
  const variants = variantsOf(files);
  const variant = quantisation === '' ? variants[0] : variantNamed(variants, quantisation);
  const [first] = variant?.files ?? [];
  const last = variant?.files.at(-1);
  // Without its projector it is not known whether it was fetched whole.
  if (!variant?.readsImages || !first || !last) return undefined;
  return { modelPath: place(first.path), mmprojPath: place(last.path), totalBytes: variant.totalBytes };
}
