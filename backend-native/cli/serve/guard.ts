/** Who may ask: programs of this machine that know the token, and no page in a browser. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type http from 'node:http';
import { ApiError } from './apiError.js';

/**
 * Checked before a byte of the body is read.
 * @param port that the server listens on
 * @throws ApiError 403 for another host or a page, 401 for a wrong token
 */
export function checkCaller({ headers }: http.IncomingMessage, port: number, token: string): void {
  // A name that a stranger lets point to this machine would make their page the same origin as ours.
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  if (!hosts.includes(headers.host?.toLowerCase() ?? ''))
    throw new ApiError(
      403,
      'host_not_allowed',
      `Expected a request to ${hosts[0] ?? ''} but received one to ${headers.host ?? 'no host'}`,
      'Use the address that was printed.',
    );
  if (headers.origin !== undefined)
    throw new ApiError(
      403,
      'origin_not_allowed',
      'Pages in a browser may not ask this server',
      'Ask from a program or a server of your own.',
    );
  const [, given] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (given === undefined || !isSame(given, token))
    throw new ApiError(
      401,
      'invalid_api_key',
      given === undefined ? 'The request carries no API key' : 'The API key is not that of this server',
      'Give the token of the server as the API key.',
    );
}

/** Takes as long whatever is wrong. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
