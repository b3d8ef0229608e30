/** What a repository of the hub holds, read from the hub at this moment and checked field by field. */
import { BackendError } from '../../../protocol/errors.js';
import type { HubFile, HubRepository } from '../../../protocol/hub.js';
import type { HubAccess } from './hubAccess.js';
import { hubJson, invalid, type HubResponse } from './hubRequest.js';
import { retrying } from './retrying.js';

export interface RepositoryListing {
  readonly repository: string;
  /** The commit. */
  readonly revision: string;
  readonly licence: string;
  readonly gated: boolean;
  /** The GGUF files whose hash the hub tells. */
  readonly files: readonly HubFile[];
}

export interface RepositoryName {
  readonly repository: string;
  /** Empty when none was given. */
  readonly quantisation: string;
}

const namePattern = /^([\w][\w.-]{0,95}\/[\w][\w.-]{0,95})(?::([\w.-]{1,40}))?$/;
const maxPages = 20;

/** @param given "owner/name", "owner/name:quantisation", or the address of the repository's page */
export function repositoryName(given: unknown): RepositoryName {
  const text = typeof given === 'string' ? given.trim().replace(/^https:\/\/(?:huggingface\.co|hf\.co)\//, '') : '';
  const match = namePattern.exec(text);
  if (!match || text.includes('..')) {
    throw new BackendError('invalid_argument', { kind: 'repositoryName', received: JSON.stringify(given) });
  }
  return { repository: match[1] ?? '', quantisation: match[2] ?? '' };
}

/**
 * @param revision a commit, or undefined for the newest of the main branch
 * @throws BackendError
 */
export async function listRepository(
  access: HubAccess,
  repository: string,
  revision: string | undefined,
  signal: AbortSignal,
): Promise<RepositoryListing> {
  const get = (address: string) => retrying({ access, signal }, () => hubJson(access, address, signal));
  const base = `${access.endpoint}/api/models/${repository}`;
  const info = record((await get(`${base}/revision/${encodeURIComponent(revision ?? 'main')}`)).value);
  const commit = info['sha'];
  if (typeof commit !== 'string' || !/^[0-9a-f]{40}$/.test(commit)) throw invalid({ kind: 'hubNoCommit', repository });
  const files: HubFile[] = [];
  let address: string | undefined = `${base}/tree/${commit}?recursive=true`;
  for (let page = 0; address !== undefined && page < maxPages; page += 1) {
    const { value, headers } = await get(address);
    if (!Array.isArray(value)) throw invalid({ kind: 'hubNoFiles', repository });
    files.push(...value.flatMap(fileFrom));
    address = nextPage(headers, access);
  }
  const { license } = record(info['cardData']);
  return {
    repository,
    revision: commit,
    licence: typeof license === 'string' ? license.slice(0, 100) : '',
    gated: info['gated'] !== false && info['gated'] !== undefined,
    files,
  };
}

/** Repositories with GGUF files by a part of their name. */
export async function searchHub(access: HubAccess, query: string, signal: AbortSignal): Promise<HubRepository[]> {
  const search = new URLSearchParams({
    search: query,
    filter: 'gguf',
    sort: 'downloads',
    direction: '-1',
    limit: '30',
  });
  const address = `${access.endpoint}/api/models?${search.toString()}`;
  const { value } = await retrying({ access, signal }, () => hubJson(access, address, signal));
  if (!Array.isArray(value)) throw invalid({ kind: 'hubNoList' });
  return value.flatMap((item: unknown): HubRepository[] => {
    const { id, modelId, downloads, likes, gated, pipeline_tag: task } = record(item);
    const name = typeof id === 'string' ? id : modelId;
    if (typeof name !== 'string' || !namePattern.test(name) || name.includes(':')) return [];
    return [
      {
        name,
        downloads: countOf(downloads),
        likes: countOf(likes),
        gated: gated !== false && gated !== undefined,
        readsImages: task === 'image-text-to-text',
      },
    ];
  });
}

/** Where the bytes of a file are asked for. */
export function fileAddress(access: HubAccess, repository: string, revision: string, file: string): string {
  const path = file.split('/').map(encodeURIComponent).join('/');
  return `${access.endpoint}/${repository}/resolve/${revision}/${path}`;
}

/** Nothing for an entry that is no GGUF file, or has a name or a hash that cannot be used. */
function fileFrom(entry: unknown): HubFile[] {
  const { type, path: file, lfs, size } = record(entry);
  const { oid, size: lfsSize } = record(lfs);
  const bytes = lfsSize ?? size;
  const usable =
    type === 'file' &&
    typeof file === 'string' &&
    isSafePath(file) &&
    file.toLowerCase().endsWith('.gguf') &&
    typeof oid === 'string' &&
    /^[0-9a-f]{64}$/.test(oid) &&
    Number.isSafeInteger(bytes) &&
    (bytes as number) > 0;
  return usable ? [{ path: file, bytes: bytes as number, sha256: oid }] : [];
}

/** Below the folder it is put into, on every platform. */
function isSafePath(file: string): boolean {
  return (
    file.length <= 400 &&
    file
      .split('/')
      .every((part) => part !== '' && !/^\.+$|[. ]$|[\\:*?"<>|]|^(?:con|nul|aux|prn)(?:\.|$)/i.test(part)) &&
    !Array.from(file).some((character) => character < ' ')
  );
}

function nextPage(headers: HubResponse['headers'], { endpoint }: HubAccess): string | undefined {
  const { link } = headers;
  const next = typeof link === 'string' ? /<([^>]+)>\s*;\s*rel="?next"?/.exec(link)?.[1] : undefined;
  // A listing goes on at the same hub, or not at all.
  return next !== undefined &&
    URL.canParse(next, endpoint) &&
    new URL(next, endpoint).origin === new URL(endpoint).origin
    ? new URL(next, endpoint).href
    : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : 0;
}
