import type http from 'node:http';
import { ApiError } from './apiError.js';

/** Of a whole request, its pictures in base64 included: bytes. */
export const largestBody = 64 * 2 ** 20;

/** @throws ApiError for what is no JSON, too large, or ends too early */
export async function readJson(request: http.IncomingMessage, mostBytes = largestBody): Promise<unknown> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json')
    throw new ApiError(
      415,
      'invalid_content_type',
      `Expected a body of application/json but received ${type || 'no type'}`,
      'Send JSON, with its content type.',
    );
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(400, 'body_incomplete', 'The body of the request ended too early', 'Send it again.');
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8')) as unknown;
  } catch (error) {
    throw new ApiError(400, 'invalid_json', `The body is no JSON: ${(error as Error).message}`, 'Correct the body.');
  }
}

function tooLarge(mostBytes: number): ApiError {
  return new ApiError(
    413,
    'body_too_large',
    `A request has at most ${mostBytes / 2 ** 20} MiB`,
    'Send fewer or smaller pictures.',
  );
}
