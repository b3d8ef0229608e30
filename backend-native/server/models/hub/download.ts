/** A model of the hub into the hub's cache on this machine: all its files, verified. */
import { BackendError } from '../../../protocol/errors.js';
import type { DownloadParams, DownloadProgress, DownloadResult, HubFile } from '../../../protocol/hub.js';
import { cachedModel } from './cachedModel.js';
import { hubAccess, type HubAccess } from './hubAccess.js';
import type { HubCache } from './hubCache.js';
import { partBytes } from './partFile.js';
import { fileAddress, listRepository, repositoryName, type RepositoryListing } from './repository.js';
import { SpeedMeter } from './speedMeter.js';
import { transfer } from './transfer.js';
import { variantNamed, variantsOf, type VariantFiles } from './variants.js';

/**
 * What is to be fetched, and what it must be, is asked of the hub now; nothing of the client is believed but the names.
 * @param given for tests another hub than that of the environment
 * @throws BackendError `hub_*`, `disk_full`, `download_corrupt`, `network_refused`, `invalid_argument`
 */
export async function downloadModel(
  params: DownloadParams,
  cache: HubCache,
  signal: AbortSignal,
  onProgress: (progress: DownloadProgress) => void,
  given?: HubAccess,
): Promise<DownloadResult> {
  const { repository, quantisation } = repositoryName(params.repository);
  if (params.onlyHere === true) return whatIsHere(cache, repository, params.quantisation || quantisation);
  const access = given ?? hubAccess(params.token);
  let files: readonly HubFile[] = [];
  try {
    onProgress({ phase: 'listing' });
    const listing = await listRepository(access, repository, revisionOf(params), signal);
    const variant = wantedVariant(listing, params.quantisation || quantisation);
    files = variant.files;
    return await fetchFiles(listing, variant, { access, cache, signal, onProgress });
  } catch (error) {
    if (!signal.aborted) throw error;
    return { status: 'cancelled', keptBytes: files.reduce((sum, file) => sum + bytesHere(cache, repository, file), 0) };
  }
}

function whatIsHere(cache: HubCache, repository: string, quantisation: string): DownloadResult {
  const files = cachedModel(cache, repository, quantisation);
  return files ? { status: 'downloaded', ...files, fetchedBytes: 0 } : { status: 'absent' };
}

/** Of a file that was fetched whole or in part. */
export function bytesHere(cache: HubCache, repository: string, file: HubFile): number {
  return cache.has(repository, file) ? file.bytes : partBytes(cache.blob(repository, file), file.bytes, file.sha256);
}

/** @throws BackendError `hub_not_found` naming what there is */
export function wantedVariant(listing: RepositoryListing, quantisation: string): VariantFiles {
  const variants = variantsOf(listing.files);
  const [first] = variants;
  if (!first) {
    throw new BackendError('hub_not_found', { kind: 'noModelInRepository', repository: listing.repository });
  }
  const variant = quantisation === '' ? first : variantNamed(variants, quantisation);
  if (!variant) {
    throw new BackendError('hub_not_found', {
      kind: 'noQuantisation',
      repository: listing.repository,
      quantisation,
      has: variants.map((one) => one.quantisation),
    });
  }
  return variant;
}

interface Fetching {
  readonly access: HubAccess;
  readonly cache: HubCache;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

async function fetchFiles(
  { repository, revision }: RepositoryListing,
  { files, readsImages, totalBytes }: VariantFiles,
  { access, cache, signal, onProgress }: Fetching,
): Promise<DownloadResult> {
  const meter = new SpeedMeter();
  let fetchedBytes = 0;
  let before = 0;
  const paths: string[] = [];
  for (const file of files) {
    fetchedBytes += await transfer({
      access,
      address: fileAddress(access, repository, revision, file.path),
      file,
      target: cache.blob(repository, file),
      signal,
      onEvent: (event) => {
        const done = before + ('doneBytes' in event ? event.doneBytes : bytesHere(cache, repository, file));
        const count = { file: file.path, doneBytes: done, totalBytes };
        if (event.kind === 'waiting') onProgress({ phase: 'waiting', seconds: event.ms / 1000, ...count });
        else if (event.kind === 'fetching')
          onProgress({ phase: 'fetching', bytesPerSecond: meter.rate(done, performance.now()), ...count });
        // All bytes are there: what is counted is how far they were read again.
        else onProgress({ phase: event.kind, ...count });
      },
    });
    before += file.bytes;
    paths.push(await cache.link(repository, revision, file));
  }
  await cache.pointMainTo(repository, revision);
  return {
    status: 'downloaded',
    modelPath: paths[0] ?? '',
    mmprojPath: readsImages ? (paths.at(-1) ?? null) : null,
    fetchedBytes,
    totalBytes,
  };
}

function revisionOf({ revision }: DownloadParams): string | undefined {
  if (revision === undefined) return undefined;
  if (typeof revision === 'string' && /^[\w][\w./-]{0,100}$/.test(revision) && !revision.includes('..'))
    return revision;
  throw new BackendError('invalid_argument', {
    kind: 'expected',
    expected: 'a commit',
    what: 'the revision',
    received: JSON.stringify(revision),
  });
}
