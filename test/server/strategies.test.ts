/** The method's rules are listed once, in the native backend: what the protocol says of them is what the addon says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kvMethods, mergeRules, querySets } from '../../backend-native/protocol/kv.js';
import { methodParts } from '../../backend-native/protocol/kvStrategies.js';
import { loadNative } from '../../backend-native/server/transport/native.js';

const hint = 'run npm run strategies';

test('the_protocol_lists_the_rules_that_the_addon_has', () => {
  const strategies = loadNative().strategies();
  assert.deepEqual(Object.keys(strategies.methods), kvMethods, hint);
  assert.deepEqual(strategies.merges, mergeRules, hint);
  assert.deepEqual(strategies.querySets, querySets, hint);
  assert.deepEqual(strategies.methods, methodParts, hint);
});
