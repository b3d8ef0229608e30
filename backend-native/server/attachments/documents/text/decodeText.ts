import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { BackendError } from '../../../../protocol/errors.js';

export interface DecodedText {
  /** Lines end with \n. */
  readonly text: string;
  /** Such as "UTF-8" or "windows-1251". */
  readonly encoding: string;
  /** Whether the bytes did not say so themselves: another encoding may be meant. */
  readonly guessed: boolean;
}

/**
 * Decodes a text file: by its byte order mark, as UTF-8 when it is that, and otherwise by what its bytes look like.
 * @throws BackendError `unsupported_document` for what is no text
 */
export function decodeText(name: string, bytes: Buffer): DecodedText {
  const decoded =
    decodeMarked(bytes) ?? decodeUtf16(bytes) ?? decodeEscaped(bytes) ?? decodeUtf8(bytes) ?? decodeLikeliest(bytes);
  if (isBinary(decoded.text))
    throw new BackendError('unsupported_document', { kind: 'noDocument', file: name, is: 'binary' });
  return { ...decoded, text: decoded.text.replace(/\r\n?/g, '\n') };
}

function decodeMarked(bytes: Buffer): DecodedText | undefined {
  const mark = byteOrderMarks.find(({ start }) => bytes.subarray(0, start.length).equals(Buffer.from(start)));
  return mark && { text: iconv.decode(bytes, mark.encoding), encoding: mark.encoding, guessed: false };
}

/** The longer marks first: that of UTF-32 begins like that of UTF-16. */
const byteOrderMarks = [
  { start: [0xff, 0xfe, 0, 0], encoding: 'UTF-32LE' },
  { start: [0, 0, 0xfe, 0xff], encoding: 'UTF-32BE' },
  { start: [0xef, 0xbb, 0xbf], encoding: 'UTF-8' },
  { start: [0xff, 0xfe], encoding: 'UTF-16LE' },
  { start: [0xfe, 0xff], encoding: 'UTF-16BE' },
] as const;

/** Without a mark: in most scripts every second byte of a space, a digit or a letter is zero, and never both. */
function decodeUtf16(bytes: Buffer): DecodedText | undefined {
  const sample = bytes.subarray(0, sampleBytes);
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const enough = sample.length / 20;
  if (Math.max(even, odd) < enough || Math.min(even, odd) > 0 || bytes.length % 2 !== 0) return undefined;
  const encoding = even > odd ? 'UTF-16BE' : 'UTF-16LE';
  return { text: iconv.decode(bytes, encoding), encoding, guessed: true };
}

/** ISO-2022-JP is plain ASCII to the eye of UTF-8. */
function decodeEscaped(bytes: Buffer): DecodedText | undefined {
  const sample = bytes.toString('latin1', 0, sampleBytes);
  if (!sample.includes('\x1b$B') && !sample.includes('\x1b$@')) return undefined;
  return { text: new TextDecoder('iso-2022-jp').decode(bytes), encoding: 'ISO-2022-JP', guessed: true };
}

/** A log may hold a few bytes of something else; where they are is seen in the text. */
function decodeUtf8(bytes: Buffer): DecodedText | undefined {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  if (broken === 0) return { text, encoding: 'UTF-8', guessed: false };
  const whole = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  return broken * 10 <= whole ? { text, encoding: 'UTF-8', guessed: true } : undefined;
}

function decodeLikeliest(bytes: Buffer): DecodedText {
  const likeliest = analyse(tellingBytes(bytes)).find(({ name }) => name !== 'ASCII' && iconv.encodingExists(name));
  const encoding =
    !likeliest || likeliest.confidence < minConfidence ? mostCommon : (supersets[likeliest.name] ?? likeliest.name);
  return { text: iconv.decode(bytes, encoding), encoding, guessed: true };
}

const sampleBytes = 64 * 1024;
/** Of 100. Below it the detector knows nothing: a handful of bytes fits them all. */
const minConfidence = 30;
const mostCommon = 'windows-1252';

/** Files in an ISO encoding are in that of Windows, which has the same letters and more. */
const supersets: Readonly<Record<string, string>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-2': 'windows-1250',
  'ISO-8859-7': 'windows-1253',
  'ISO-8859-8': 'windows-1255',
  'ISO-8859-9': 'windows-1254',
};

/** The lines that are not ASCII: the others are the same in every encoding and drown what tells them apart. */
function tellingBytes(bytes: Buffer): Buffer {
  const lines: Buffer[] = [];
  let size = 0;
  for (let start = 0; start < bytes.length && size < sampleBytes;) {
    const end = bytes.indexOf(0x0a, start);
    const line = bytes.subarray(start, Math.min(end === -1 ? bytes.length : end + 1, start + sampleBytes));
    if (line.some((byte) => byte > 0x7f)) {
      lines.push(line);
      size += line.length;
    }
    start += line.length;
  }
  return Buffer.concat(lines);
}

/**
 * Control characters but for tab, line feed, form feed, carriage return and escape stand in no text; a stray one is let
 * pass.
 */
function isBinary(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- just these are looked for
  const odd = text.match(/[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/g)?.length ?? 0;
  return text.includes('\0') || odd > text.length / 100;
}
