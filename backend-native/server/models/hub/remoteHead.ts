/** The head of a GGUF file on the hub: a few megabytes of gigabytes, by range requests. */
import { BackendError } from '../../../protocol/errors.js';
import type { HubFile } from '../../../protocol/hub.js';
import { GgufDamage, type ByteSource } from '../byteReader.js';
import { parseGgufHead, type GgufHead } from '../gguf.js';
import type { HubAccess } from './hubAccess.js';
import { hubGet, invalid, readAtMost } from './hubRequest.js';
import { retrying } from './retrying.js';

/** A vocabulary takes up to about 10 MB, and most heads are little else. */
const firstBytes = 2 * 2 ** 20;
const mostBytes = 64 * 2 ** 20;

/** The head goes on beyond the bytes that are there. */
class BytesMissing extends Error {
  constructor(readonly upTo: number) {
    super();
  }
}

/** @throws BackendError `model_invalid` when the hub's file is not a GGUF file that can be read, `hub_*` */
export async function remoteHead(
  access: HubAccess,
  address: string,
  file: HubFile,
  signal: AbortSignal,
): Promise<GgufHead> {
  let have = Buffer.alloc(0);
  let wanted = firstBytes;
  for (;;) {
    const end = Math.min(file.bytes, wanted);
    have = Buffer.concat([have, await fetchRange(access, address, have.length, end, signal)]);
    try {
      return parseGgufHead(prefixOf(have, file.bytes));
    } catch (error) {
      if (error instanceof GgufDamage) throw new BackendError('model_invalid', error.in(file.path));
      if (!(error instanceof BytesMissing)) throw error;
      if (have.length >= mostBytes || have.length >= file.bytes)
        throw new BackendError('model_invalid', { kind: 'headTooLarge', file: file.path, bytes: mostBytes });
      wanted = Math.min(mostBytes, Math.max(error.upTo, 2 * have.length));
    }
  }
}

function prefixOf(have: Buffer, size: number): ByteSource {
  return {
    size,
    read: (position, least, most) => {
      if (position + least > have.length) throw new BytesMissing(position + least);
      return have.subarray(position, Math.min(position + most, have.length));
    },
  };
}

async function fetchRange(
  access: HubAccess,
  address: string,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Buffer> {
  return retrying({ access, signal }, async () => {
    const { status, body, url } = await hubGet(access, address, signal, { range: `bytes=${start}-${end - 1}` });
    // Without ranges the whole file would have to come to see what is at its beginning.
    if (status !== 206) {
      body.destroy();
      throw invalid({ kind: 'hubNonsense', host: url.host, what: 'noParts' });
    }
    const bytes = await readAtMost(body, end - start, signal);
    if (bytes.length !== end - start)
      throw invalid({ kind: 'hubBytes', host: url.host, sent: bytes.length, asked: end - start });
    return bytes;
  });
}
