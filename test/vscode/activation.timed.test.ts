/** How long VS Code waits for the extension when it starts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scratchFolder } from '../scratch.js';
import { runHostSuite } from './hostRun.js';
import { whyNoWorkbench } from './workbench.js';

/** Of our own: loading the bundle, and `activate`. What takes less seems to happen at once. */
const mostActivationMs = 100;

test('activation', { skip: whyNoWorkbench() }, async (t) => {
  // Something else may take the processor in a moment that is measured, but not every time.
  let [loading, activating] = [Infinity, Infinity];
  for (let windows = 0; windows < 4 && loading + activating >= mostActivationMs; windows += 1) {
    const { facts } = await runHostSuite(t, { suite: 'activation', workspace: scratchFolder(t) });
    loading = Math.min(loading, Number(facts['loadingMs']));
    activating = Math.min(activating, Number(facts['activationMs']));
  }
  assert.ok(
    loading + activating < mostActivationMs,
    `loading took ${loading.toFixed(1)} ms and activating ${activating.toFixed(1)} ms at the least`,
  );
});
