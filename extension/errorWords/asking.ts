import { l10n } from 'vscode';
import type { askingErrors } from '../../backend-native/protocol/errorKinds/asking.js';
import type { Wording } from '../../backend-native/protocol/errorReasons.js';
import { count, megabytes } from './amounts.js';

export const askingWords: Wording<typeof askingErrors> = {
  foreign: ({ message }) => message,
  promptTooLong: ({ tokens, context }) =>
    l10n.t('The prompt needs {0} tokens and the context holds {1}.', count(tokens), count(context)),
  conversationFull: ({ tokens, context }) => [
    l10n.t('The conversation needs {0} tokens and the context holds {1}.', count(tokens), count(context)),
    l10n.t('Begin a new conversation, or use a larger context or a model with a longer one.'),
  ],
  cacheWithoutRoom: ({ tokens, neededBytes, freeBytes }) => [
    l10n.t(
      'The KV cache for {0} tokens needs {1} and {2} are free.',
      count(tokens),
      megabytes(neededBytes),
      megabytes(freeBytes),
    ),
    lessForTurn(),
  ],
  memoryForTurn: ({ message }) => [message, lessForTurn()],
  projectorMissing: () => l10n.t('The model was loaded without a projector, so it cannot read images.'),

  expected: ({ expected, what, received }) => {
    if (received === undefined)
      return what === undefined ? l10n.t('Expected {0}.', expected) : l10n.t('Expected {0} for {1}.', expected, what);
    return what === undefined
      ? l10n.t('Expected {0} but received {1}.', expected, received)
      : l10n.t('Expected {0} for {1} but received {2}.', expected, what, received);
  },
  questionEmpty: () => [l10n.t('The question is empty.'), l10n.t('Ask something.')],
  schemaNoJson: ({ why }) => l10n.t('The JSON Schema is no JSON: {0}', why),
  variant: ({ variant, message, nextStep }) => [l10n.t('Variant {0}: {1}', variant, message), nextStep],

  caseNoJson: ({ file, why }) => [l10n.t('{0} is not JSON: {1}', file, why), correctCase()],
  caseNoObject: ({ file }) => [l10n.t('{0} does not hold an object.', file), correctCase()],
  caseExpected: ({ expected, what, file, received }) => [
    l10n.t('Expected {0} for {1} in {2} but received {3}.', expected, what, file, received),
    correctCase(),
  ],
};

function lessForTurn(): string {
  return l10n.t(
    'Use a smaller context, fewer or smaller images, a smaller KV ratio or a quantised lookOnce.kv.type, or close other programs.',
  );
}

function correctCase(): string {
  return l10n.t('Correct the case.');
}
