/** Models of the hub that suit: which, under what licence, and what for. Sizes and hashes are the hub's to tell. */
import fs from 'node:fs';
import path from 'node:path';
import { BackendError } from '../../protocol/errors.js';
import { strengths, type CatalogueModel, type CatalogueResult, type Strength } from '../../protocol/catalogue.js';
import { packageRoot } from '../transport/packageRoot.js';
import type { FreeMemory } from './memoryEstimate.js';

const gigabyte = 1e9;
/** Left to the system and to other programs. */
const share = 0.8;

/** Best for: reading screenshots and documents, which is what is asked about most; then the larger model. */
const worth: Partial<Record<Strength, number>> = { screenshots: 4, text: 2, documents: 1, tables: 1 };

/** @throws BackendError `internal` when the package's own catalogue is damaged */
export function catalogue(free: FreeMemory): CatalogueResult {
  const file = path.join(packageRoot(), 'media', 'models.json');
  const { models } = JSON.parse(fs.readFileSync(file, 'utf8')) as { models: unknown };
  if (!Array.isArray(models) || !models.every(isModel))
    throw new BackendError('internal', { kind: 'catalogueDamaged', file });
  const gpu = free.systemFreeBytes === undefined ? 0 : free.freeBytes;
  // What does not fit onto a small GPU whole still runs, partly on it.
  const room = Math.max(gpu, free.systemFreeBytes ?? free.freeBytes);
  const fits = ({ memoryGigabytes }: CatalogueModel) => memoryGigabytes * gigabyte <= room * share;
  const value = ({ goodAt }: CatalogueModel) => goodAt.reduce((sum, strength) => sum + (worth[strength] ?? 0), 0);
  const [recommended] = models
    .filter(fits)
    .sort((a, b) => value(b) - value(a) || b.memoryGigabytes - a.memoryGigabytes);
  return {
    models: models.map((model) => ({ ...model, fits: fits(model) })),
    freeBytes: room,
    device: gpu >= room ? free.device : 'CPU',
    ...(recommended ? { recommended: recommended.repository } : {}),
  };
}

export function isModel(value: unknown): value is CatalogueModel {
  const { name, repository, quantisations, licence, goodAt, memoryGigabytes } = (value ?? {}) as Partial<
    Record<keyof CatalogueModel, unknown>
  >;
  return (
    [name, repository, licence ?? 'on its page'].every((text) => typeof text === 'string' && text.trim() !== '') &&
    licence !== undefined &&
    Array.isArray(quantisations) &&
    quantisations.every((text) => typeof text === 'string') &&
    Array.isArray(goodAt) &&
    goodAt.every((word) => (strengths as readonly unknown[]).includes(word)) &&
    typeof memoryGigabytes === 'number' &&
    memoryGigabytes > 0
  );
}
