/** What is wrong with a request, or with a turn that has no room. */
import { kind } from './kind.js';

const conformanceCase = 'Correct the case.';

const lessForTurn =
  'Set a smaller context, use fewer or smaller images, keep less of the cache (a smaller KV ratio) or a ' +
  'quantised KV type, or close other programs.';

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

export const askingErrors = {
  /** What llama.cpp, the core, a library or a fault says in its own words: there are no others. */
  foreign: kind({ message: 'text' }, ({ message }) => message),
  promptTooLong: kind(
    { tokens: 'number', context: 'number' },
    ({ tokens, context }) => `The prompt needs ${tokens} tokens and the context holds ${context}`,
  ),
  conversationFull: kind(
    { tokens: 'number', context: 'number' },
    ({ tokens, context }) => `The conversation needs ${tokens} tokens and the context holds ${context}`,
    'Start a new conversation, or use a larger context or a model with a longer one.',
  ),
  cacheWithoutRoom: kind(
    { tokens: 'number', neededBytes: 'number', freeBytes: 'number' },
    ({ tokens, neededBytes, freeBytes }) =>
      `The KV cache for ${tokens} tokens needs ${mebibytes(neededBytes)} and ${mebibytes(freeBytes)} are free`,
    lessForTurn,
  ),
  memoryForTurn: kind({ message: 'text' }, ({ message }) => message, lessForTurn),
  projectorMissing: kind({}, () => 'The model was loaded without a projector, so it cannot read images'),

  /** A value that a program gave, not a person: "Expected X for Y but received Z". */
  expected: kind(
    { expected: 'text', what: 'text?', received: 'text?' },
    ({ expected, what, received }) =>
      `Expected ${expected}${what === undefined ? '' : ` for ${what}`}` +
      (received === undefined ? '' : ` but received ${received}`),
  ),
  questionEmpty: kind({}, () => 'The question is empty', 'Ask something.'),
  schemaNoJson: kind({ why: 'text' }, ({ why }) => `The JSON Schema is no JSON: ${why}`),
  /** Of a sweep. */
  variant: kind(
    { variant: 'number', message: 'text', nextStep: 'text' },
    ({ variant, message }) => `Variant ${variant}: ${message}`,
    ({ nextStep }) => nextStep,
  ),

  caseNoJson: kind({ file: 'text', why: 'text' }, ({ file, why }) => `${file} is not JSON: ${why}`, conformanceCase),
  caseNoObject: kind({ file: 'text' }, ({ file }) => `${file} does not hold an object`, conformanceCase),
  caseExpected: kind(
    { expected: 'text', what: 'text', file: 'text', received: 'text' },
    ({ expected, what, file, received }) => `Expected ${expected} for ${what} in ${file} but received ${received}`,
    conformanceCase,
  ),
} as const;
