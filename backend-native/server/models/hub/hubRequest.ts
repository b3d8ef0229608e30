/** One GET at the hub: redirects, timeouts and refusals. Nothing that comes back is believed for its length. */
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { ErrorReason } from '../../../protocol/errorReasons.js';
import { BackendError } from '../../../protocol/errors.js';
import { mayKnowToken, type HubAccess } from './hubAccess.js';

export interface HubResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  /** After all redirects. */
  readonly url: URL;
}

/** A failure after which asking again may help. */
export class Retryable extends Error {
  constructor(
    /** What the system says, or that the hub answered, though not with what it was asked for. */
    readonly why: string | { readonly host: string; readonly status: number },
    /** When the hub says to ask again. */
    readonly afterMs?: number,
  ) {
    super(typeof why === 'string' ? why : `${why.host} answered ${why.status}`);
  }
}

const maxRedirects = 8;

/**
 * @returns an answer of status 200 or 206
 * @throws Retryable; BackendError `hub_refused`, `hub_not_found`, `hub_invalid`
 */
export async function hubGet(
  access: HubAccess,
  address: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<HubResponse> {
  let url = new URL(address);
  const seen = new Set<string>();
  for (;;) {
    seen.add(url.href);
    const response = await send(access, url, signal, headers);
    const next = redirectOf(response, url);
    if (!next) return accepted(access, response);
    response.body.destroy();
    if (seen.has(next.href) || seen.size > maxRedirects)
      throw invalid({ kind: 'hubNonsense', host: url.host, what: 'circle' });
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw invalid({ kind: 'hubNonsense', host: url.host, what: 'unencrypted' });
    url = next;
  }
}

/** Reads a small answer whole. @throws Retryable, BackendError `hub_invalid` */
export async function hubJson(
  access: HubAccess,
  address: string,
  signal: AbortSignal,
): Promise<{ readonly value: unknown; readonly headers: HubResponse['headers'] }> {
  const { body, headers, url } = await hubGet(access, address, signal, { accept: 'application/json' });
  const text = (await readAtMost(body, maxJsonBytes, signal)).toString('utf8');
  try {
    return { value: JSON.parse(text) as unknown, headers };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid({ kind: 'hubNonsense', host: url.host, what: 'noJson' });
  }
}

const maxJsonBytes = 32 * 2 ** 20;

/** @throws Retryable when the connection breaks, BackendError `hub_invalid` when there is more */
export async function readAtMost(body: Readable, most: number, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes > most) throw invalid({ kind: 'hubTooLong', most });
    }
  } catch (error) {
    throw asRetryable(error, signal);
  } finally {
    body.destroy();
  }
  return Buffer.concat(parts);
}

/**
 * What a broken connection throws as something to try again; the user's own cancelling and our own errors as they are.
 */
export function asRetryable(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof BackendError || error instanceof Retryable) return error;
  const { code, message, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
  return new Retryable(code ?? cause?.code ?? message);
}

export function invalid(why: ErrorReason): BackendError {
  return new BackendError('hub_invalid', why);
}

async function send(
  access: HubAccess,
  url: URL,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>>,
): Promise<HubResponse> {
  // Loaded with the first request: a session without one has no client at all.
  const { request } = await import('undici');
  const { stallMs } = access.limits;
  try {
    const {
      statusCode,
      headers: received,
      body,
    } = await request(url, {
      dispatcher: await dispatcherFor(access),
      signal,
      headersTimeout: stallMs,
      bodyTimeout: stallMs,
      headers: {
        'user-agent': 'look-once',
        'accept-encoding': 'identity',
        ...headers,
        ...(access.token !== undefined && mayKnowToken(access, url) ? { authorization: `Bearer ${access.token}` } : {}),
      },
    });
    // Whoever lets go of a body has no interest in how it ends.
    body.on('error', () => undefined);
    return { status: statusCode, headers: received, body, url };
  } catch (error) {
    throw asRetryable(error, signal);
  }
}

let dispatcher: { readonly key: string; readonly value: Dispatcher } | undefined;

/** Goes through the proxy of the environment, if it names one. */
async function dispatcherFor({ env, limits }: HubAccess): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  const of = (name: string) => env[name.toLowerCase()] ?? env[name] ?? '';
  const options = {
    httpProxy: of('HTTP_PROXY'),
    httpsProxy: of('HTTPS_PROXY') || of('ALL_PROXY'),
    noProxy: ['127.0.0.1', 'localhost', '::1', of('NO_PROXY')].filter((host) => host !== '').join(','),
    connect: { timeout: limits.stallMs },
  };
  const key = JSON.stringify(options);
  if (dispatcher?.key !== key) {
    void dispatcher?.value.close();
    try {
      dispatcher = { key, value: new EnvHttpProxyAgent(options) };
    } catch (error) {
      throw new BackendError('invalid_argument', {
        kind: 'proxy',
        why: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return dispatcher.value;
}

function redirectOf({ status, headers }: HubResponse, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const { location } = headers;
  const next = typeof location === 'string' && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (!next || !/^https?:$/.test(next.protocol))
    throw invalid({ kind: 'hubNonsense', host: from.host, what: 'nowhere' });
  return next;
}

function accepted(access: HubAccess, response: HubResponse): HubResponse {
  const { status, headers, body, url } = response;
  if (status === 200 || status === 206) {
    const encoding = headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return response;
    body.destroy();
    throw invalid({ kind: 'hubEncoded', host: url.host, encoding: String(encoding) });
  }
  body.destroy();
  const isHub = url.origin === new URL(access.endpoint).origin;
  if (isHub && (status === 401 || status === 403)) {
    throw new BackendError('hub_refused', { kind: 'hubRefuses', host: url.host, path: pathOf(url), status });
  }
  if (isHub && (status === 404 || status === 410))
    throw new BackendError('hub_not_found', { kind: 'hubLacks', host: url.host, path: pathOf(url) });
  // A link to the store of the files lives for minutes: asking the hub again gives a fresh one.
  if (status === 408 || status === 425 || status === 429 || status >= 500 || !isHub)
    throw new Retryable({ host: url.host, status }, retryAfter(headers['retry-after']));
  throw invalid({ kind: 'hubStatus', host: url.host, status });
}

function retryAfter(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const seconds = /^\d{1,6}$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function pathOf(url: URL): string {
  return decodeURIComponent(url.pathname).replace(/^\/(?:api\/models\/)?/, '');
}
