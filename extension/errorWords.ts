import {
  reasonFrom,
  type ErrorReason,
  type Wording,
  type errorKinds,
} from '../backend-native/protocol/errorReasons.js';
import { askingWords } from './errorWords/asking.js';
import { documentWords } from './errorWords/documents.js';
import { downloadWords } from './errorWords/downloads.js';
import { fileWords } from './errorWords/files.js';
import { modelWords } from './errorWords/models.js';
import { pictureWords } from './errorWords/pictures.js';
import { processWords } from './errorWords/process.js';

const words: Wording<typeof errorKinds> = {
  ...askingWords,
  ...documentWords,
  ...downloadWords,
  ...fileWords,
  ...modelWords,
  ...pictureWords,
  ...processWords,
};

export interface ErrorWords {
  readonly message: string;
  /** Undefined where the code says what to do. */
  readonly nextStep?: string | undefined;
}

/**
 * What happened, in the user's language.
 * @returns undefined for facts of another version, which this one has no words for
 */
export function errorWords(reason: ErrorReason): ErrorWords | undefined {
  const known = reasonFrom(reason);
  if (!known) return undefined;
  const say = words[known.kind] as (facts: ErrorReason) => string | readonly [message: string, nextStep?: string];
  const said = say(known);
  return typeof said === 'string' ? { message: said } : { message: said[0], nextStep: said[1] };
}
