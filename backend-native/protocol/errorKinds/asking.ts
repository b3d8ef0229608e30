/** What is wrong with a request, or with a turn that has no room. */
import { kind } from './kind.js';

const conformanceCase = 'Correct the case.';

export const askingErrors = {
  /** What llama.cpp, the core, a library or a fault says in its own words: there are no others. */
  foreign: kind({ message: 'text' }, ({ message }) => message),
  conversationFull: kind(
    { message: 'text' },
    ({ message }) => message,
    'Start a new conversation, or use a larger context or a model with a longer one.',
  ),
  memoryForTurn: kind(
    { message: 'text' },
    ({ message }) => message,
    'Set a smaller context, use fewer or smaller images, keep less of the cache (a smaller KV ratio) or a ' +
      'quantised KV type, or close other programs.',
  ),

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
