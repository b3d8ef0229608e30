import { BackendError } from '../../protocol/errors.js';

/**
 * That a file is not what its format says.
 * @param what it should be, such as "PNG file"
 * @param found our own words for what is wrong, or what a library threw: its words are for the log, not for users
 */
export function damagedFile(
  code: 'corrupt_image' | 'corrupt_document',
  name: string,
  what: string,
  found?: unknown,
): BackendError {
  const detail = found instanceof Error ? (found.message.split('\n', 1)[0] ?? '') : '';
  return new BackendError(
    code,
    { kind: 'damaged', file: name, what, ...(typeof found === 'string' && { found }) },
    detail,
  );
}
