/** The words of errors in English and in German, made of the same facts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as vscode from 'vscode';
import { sentenceOf } from '../../../backend-native/protocol/errorReasons.js';
import { BackendError } from '../../../backend-native/protocol/errors.js';
import { errorView } from '../../../extension/errors.js';
import { catalogue } from '../../catalogues.js';
import { sampleReasons } from '../errorSamples.js';

type Say = (message: string, ...args: readonly unknown[]) => string;

/** What the extension says where VS Code speaks German: the message as it is looked up, with its places filled. */
function inGerman<T>(work: () => T): T {
  const german = catalogue('media/l10n/bundle.l10n.de.json');
  const { l10n } = vscode as unknown as { l10n: { t: Say } };
  const { t } = l10n;
  l10n.t = (message, ...args) => {
    const translated = german[message];
    assert.ok(translated !== undefined, `There is no German for: ${message}`);
    return t(translated, ...args);
  };
  try {
    return work();
  } finally {
    l10n.t = t;
  }
}

/** Words of another program stay as they are. */
const ownWords = new Set(['foreign', 'memoryForTurn']);

test('every_kind_is_said_in_english_and_in_german', () => {
  for (const reason of sampleReasons) {
    const error = new BackendError('internal', reason);
    const english = errorView(error);
    const german = inGerman(() => errorView(error));
    for (const text of [english.message, english.nextStep, german.message, german.nextStep])
      assert.doesNotMatch(text, /undefined|\{\d\}|\[object|--\w|npm run/, reason.kind);
    assert.notEqual(german.nextStep, reason.kind === 'variant' ? '' : english.nextStep, reason.kind);
    if (ownWords.has(reason.kind)) assert.equal(german.message, sentenceOf(reason));
    else assert.notEqual(german.message, english.message, reason.kind);
  }
});

test('an_error_of_the_backend_is_german_from_end_to_end', () => {
  const travelled = BackendError.from(
    JSON.parse(
      JSON.stringify(new BackendError('encrypted_document', { kind: 'password', file: 'a.pdf' }).data),
    ) as BackendError,
  );
  assert.equal(travelled.message, 'a.pdf is protected by a password');
  const { message, nextStep } = inGerman(() => errorView(travelled));
  assert.equal(message, 'a.pdf ist durch ein Passwort geschützt.');
  assert.equal(nextStep, 'Speichern Sie eine Kopie ohne das Passwort und hängen Sie diese an.');
});

test('facts_of_another_version_are_said_in_the_words_that_came_along', () => {
  const { code, message, nextStep } = new BackendError('file_empty', { kind: 'empty', file: 'a' });
  const reason = { kind: 'ofTheFuture' } as unknown as NonNullable<BackendError['reason']>;
  assert.equal(errorView(BackendError.from({ code, message, nextStep, reason })).message, 'a is empty');
});
