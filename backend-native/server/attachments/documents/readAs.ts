import { documentReadAs, type DocumentReadAs } from '../../../protocol/ask.js';
import { BackendError } from '../../../protocol/errors.js';

/** @throws BackendError `invalid_argument` */
export function documentReadAsFrom(given: unknown = 'auto'): DocumentReadAs {
  const found = documentReadAs.find((way) => way === given);
  if (found) return found;
  throw new BackendError('invalid_argument', {
    kind: 'expected',
    expected: `one of ${documentReadAs.join(', ')}`,
    what: 'how a document is read',
    received: String(given),
  });
}
