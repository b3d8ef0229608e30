import { test } from 'node:test';
import { compareMemory, uses } from './memoryTaken.js';

for (const use of uses)
  test(`what_the_embedded_model_takes_at_${use.contextTokens}_and_${use.ratio}_is_what_was_said`, async (t) => {
    await compareMemory(t, {}, use);
  });
