import { documentReadAs, type DocumentReadAs } from '../../../protocol/ask.js';
import { BackendError } from '../../../protocol/errors.js';

/** @throws BackendError `invalid_argument` */
export function documentReadAsFrom(given: unknown = 'auto'): DocumentReadAs {
  const found = documentReadAs.find((way) => way === given);
  if (found) return found;
  throw new BackendError(
    'invalid_argument',
    `Expected one of ${documentReadAs.join(', ')} for how a document is read but received ${String(given)}`,
  );
}
