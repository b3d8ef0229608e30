import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCatalogue, isErrorCode } from '../../../../backend-native/protocol/errors.js';
import { actionLabel } from '../../../../webview/protocol/actionLabel.js';
import { actionsFor } from '../../../../webview/protocol/errorActions.js';
import { actionNames } from '../../../../webview/protocol/state.js';

test('every_action_has_a_label_and_no_two_the_same', () => {
  const labels = actionNames.map(actionLabel);
  assert.equal(new Set(labels).size, labels.length);
});

test('memory_and_crashes_offer_what_may_help', () => {
  assert.deepEqual(actionsFor('out_of_memory').slice(0, 2), ['smallerContext', 'halveRatio']);
  assert.ok(actionsFor('backend_crashed').includes('showLog'));
});

test('every_code_knows_its_actions', () => {
  for (const code of Object.keys(errorCatalogue)) {
    assert.ok(isErrorCode(code));
    assert.ok(Array.isArray(actionsFor(code)), code);
  }
});
