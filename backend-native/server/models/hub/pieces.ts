/** Fetches the missing pieces of a file over several connections at once. */
import type { HubResponse } from './hubRequest.js';
import { asRetryable, hubGet, invalid, Retryable } from './hubRequest.js';
import { pieceBytes, type PartFile } from './partFile.js';
import { retrying } from './retrying.js';
import type { Transfer } from './transferJob.js';

const connections = 4;
/** Of one request at most: long enough that asking costs nothing beside it. */
const spanPieces = 128;

/** Pieces from `first` to `end`, the end not included. */
interface Span {
  readonly first: number;
  readonly end: number;
}

/** A server that gives no parts of a file gives the whole. */
class NoRanges extends Error {}

/** @returns bytes that were received and kept */
export async function fetchPieces(job: Transfer, part: PartFile): Promise<number> {
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  const tell = () => {
    job.onEvent({ kind: 'fetching', doneBytes: part.doneBytes });
  };
  tell();
  const before = part.doneBytes;
  const spans = missingSpans(part);
  const work = async () => {
    for (let span = spans.shift(); span; span = spans.shift()) await fetchSpan({ ...job, signal }, part, span, tell);
  };
  const workers = Array.from({ length: Math.min(connections, spans.length) }, work);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(workers);
    job.signal.throwIfAborted();
    if (!(error instanceof NoRanges)) throw error;
    await fetchWhole(job, part, tell);
  }
  return part.doneBytes - before;
}

function missingSpans(part: PartFile): Span[] {
  const spans: Span[] = [];
  const missing = Math.ceil((part.bytes - part.doneBytes) / pieceBytes);
  const most = Math.min(spanPieces, Math.max(1, Math.ceil(missing / connections)));
  for (let index = 0; index < part.pieces; index += 1) {
    if (part.has(index)) continue;
    const first = index;
    while (index < part.pieces && !part.has(index) && index - first < most) index += 1;
    spans.push({ first, end: index });
    index -= 1;
  }
  return spans;
}

async function fetchSpan(job: Transfer, part: PartFile, { first, end }: Span, tell: () => void): Promise<void> {
  let index = first;
  const onWait = (ms: number) => {
    job.onEvent({ kind: 'waiting', ms });
  };
  await retrying({ ...job, onWait }, async (progressed) => {
    const from = index * pieceBytes;
    const to = Math.min(end * pieceBytes, part.bytes) - 1;
    const response = await hubGet(job.access, job.address, job.signal, { range: `bytes=${from}-${to}` });
    if (response.status !== 206) {
      response.body.destroy();
      throw new NoRanges();
    }
    checkRange(response, from, to, part.bytes);
    for await (const piece of piecesOf(response, part, index, end, job.signal)) {
      await part.write(index, piece);
      index += 1;
      progressed();
      tell();
    }
    if (index < end) throw new Retryable('ended early');
  });
}

/** From the first byte to the last, over one connection. */
async function fetchWhole(job: Transfer, part: PartFile, tell: () => void): Promise<void> {
  const onWait = (ms: number) => {
    job.onEvent({ kind: 'waiting', ms });
  };
  await retrying({ ...job, onWait }, async () => {
    const response = await hubGet(job.access, job.address, job.signal);
    let index = 0;
    for await (const piece of piecesOf(response, part, 0, part.pieces, job.signal)) {
      if (!part.has(index)) await part.write(index, piece);
      index += 1;
      tell();
    }
    if (index < part.pieces) throw new Retryable('ended early');
  });
}

/** The bytes of an answer cut into pieces; an incomplete last one is left out. @throws when there are too many */
async function* piecesOf(
  { body, url }: HubResponse,
  part: PartFile,
  first: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let index = first;
  let parts: Buffer[] = [];
  let held = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      parts.push(chunk);
      held += chunk.length;
      while (index < end && held >= part.lengthOf(index)) {
        const bytes = Buffer.concat(parts);
        const length = part.lengthOf(index);
        yield bytes.subarray(0, length);
        parts = [bytes.subarray(length)];
        held -= length;
        index += 1;
      }
      if (index === end && held > 0) throw invalid({ kind: 'hubNonsense', host: url.host, what: 'moreBytes' });
    }
  } catch (error) {
    throw asRetryable(error, signal);
  } finally {
    body.destroy();
  }
}

function checkRange({ headers, url, body }: HubResponse, from: number, to: number, bytes: number): void {
  const given = headers['content-range'];
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(typeof given === 'string' ? given : '');
  const [start, last, total] = [Number(match?.[1]), Number(match?.[2]), match?.[3]];
  if (start === from && last <= to && (total === '*' || Number(total) === bytes)) return;
  body.destroy();
  throw invalid({ kind: 'hubRange', host: url.host, sent: String(given), from, to, of: bytes });
}
