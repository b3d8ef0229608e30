/** Where the hub is, and who asks. */
import { BackendError } from '../../../protocol/errors.js';

export interface HubAccess {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly limits: HubLimits;
}

export interface HubLimits {
  /** How long the hub may say nothing. */
  readonly stallMs: number;
  /** How often in a row one request may fail. */
  readonly attempts: number;
  /** The first wait between two; each further one is twice as long. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

export const hubLimits: HubLimits = { stallMs: 30_000, attempts: 6, backoffMs: 1000, maxBackoffMs: 60_000 };

const usualEndpoint = 'https://huggingface.co';

/**
 * @throws BackendError `network_refused` when the environment says offline, `invalid_argument` for a bad endpoint or
 *   token
 */
export function hubAccess(
  token: unknown,
  env: NodeJS.ProcessEnv = process.env,
  limits: HubLimits = hubLimits,
): HubAccess {
  if (/^(?:1|true|yes|on)$/i.test(env['HF_HUB_OFFLINE'] ?? '')) {
    throw new BackendError('network_refused', { kind: 'offline' });
  }
  const given = token ?? env['HF_TOKEN'] ?? env['HUGGING_FACE_HUB_TOKEN'];
  const trimmed = typeof given === 'string' ? given.trim() : given;
  // A line break in it would write headers of its own.
  if (trimmed !== undefined && (typeof trimmed !== 'string' || !/^[\x21-\x7e]{0,512}$/.test(trimmed)))
    throw new BackendError('invalid_argument', { kind: 'tokenCharacters' });
  return {
    endpoint: endpointFrom(env['HF_ENDPOINT']),
    token: trimmed === '' ? undefined : trimmed,
    env,
    limits,
  };
}

/** Whether the token may travel there: to the hub's own host alone, and unencrypted only within this machine. */
export function mayKnowToken(access: HubAccess, url: URL): boolean {
  const hub = new URL(access.endpoint);
  return url.origin === hub.origin && (url.protocol === 'https:' || isLoopback(url));
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function endpointFrom(given: string | undefined): string {
  if (given === undefined || given.trim() === '') return usualEndpoint;
  const url = URL.canParse(given.trim()) ? new URL(given.trim()) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new BackendError('invalid_argument', { kind: 'endpoint', received: given });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
