/** A repository of the hub as a choice of models: what there is, what it takes, and what of it is here already. */
import { BackendError } from '../../../protocol/errors.js';
import type { HubModelParams, HubModelResult, HubVariant } from '../../../protocol/hub.js';
import { projectorArchitecture } from '../pairing.js';
import { estimateMemory, modelShape, type FreeMemory, type ModelShape } from '../memoryEstimate.js';
import { memoryUseFrom } from '../memoryUse.js';
import { bytesHere } from './download.js';
import { hubAccess, type HubAccess } from './hubAccess.js';
import type { HubCache } from './hubCache.js';
import { remoteHead } from './remoteHead.js';
import { fileAddress, listRepository, repositoryName, type RepositoryListing } from './repository.js';
import { variantNamed, variantsOf, type VariantFiles } from './variants.js';

/** @throws BackendError `hub_*`, `model_invalid`, `network_refused`, `invalid_argument` */
export async function hubModel(
  params: HubModelParams,
  cache: HubCache,
  free: () => FreeMemory,
  signal: AbortSignal,
  access: HubAccess = hubAccess(params.token),
): Promise<HubModelResult> {
  const { repository, quantisation } = repositoryName(params.repository);
  const listing = await listRepository(access, repository, undefined, signal);
  const variants = variantsOf(listing.files, quantisation === '' ? namesFrom(params.quantisations) : [quantisation]);
  if (quantisation !== '' && !variantNamed(variants, quantisation)) {
    throw new BackendError('hub_not_found', {
      kind: 'noQuantisation',
      repository,
      quantisation,
      has: variants.map((one) => one.quantisation),
    });
  }
  const use = memoryUseFrom(params.memory);
  const shapes = use && (await shapeOf(access, listing, variants[0], signal));
  return {
    repository,
    revision: listing.revision,
    licence: listing.licence,
    gated: listing.gated,
    variants: variants.map((variant): HubVariant => {
      const here = variant.files.reduce((sum, file) => sum + bytesHere(cache, repository, file), 0);
      const shape = shapes?.(variant);
      return { ...variant, bytesHere: here, ...(use && shape ? { memory: estimateMemory(shape, use, free()) } : {}) };
    }),
  };
}

/**
 * The heads of one variant tell the shape of all: they differ in how their weights are stored, which their sizes tell.
 * @returns what gives the shape of a variant; undefined when there is none
 */
async function shapeOf(
  access: HubAccess,
  { repository, revision }: RepositoryListing,
  variant: VariantFiles | undefined,
  signal: AbortSignal,
): Promise<((variant: VariantFiles) => ModelShape) | undefined> {
  const [first] = variant?.files ?? [];
  if (!variant || !first) return undefined;
  const headOf = (file: typeof first) =>
    remoteHead(access, fileAddress(access, repository, revision, file.path), file, signal);
  const last = variant.readsImages ? variant.files.at(-1) : undefined;
  const [head, projector] = await Promise.all([headOf(first), last && headOf(last)]);
  if (head.architecture === projectorArchitecture)
    throw new BackendError('model_invalid', { kind: 'isProjector', file: first.path });
  const shape = modelShape([head], projector);
  return ({ files, readsImages }) => {
    const texts = readsImages ? files.slice(0, -1) : files;
    return { ...shape, weights: texts.reduce((sum, { bytes }) => sum + bytes, 0) };
  };
}

function namesFrom(given: unknown): readonly string[] {
  if (given === undefined) return [];
  if (Array.isArray(given) && given.every((name): name is string => typeof name === 'string')) return given;
  throw new BackendError('invalid_argument', {
    kind: 'expected',
    expected: 'names of quantisations',
    received: JSON.stringify(given),
  });
}
