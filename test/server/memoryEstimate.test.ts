import { test } from 'node:test';
import { packableFamilyNames, writeFixture, type ModelOptions } from '../fixtures/writeFixture.js';
import { scratchFolder } from '../scratch.js';
import { compareMemory, everyUse, uses } from './memoryTaken.js';

/** About 100 MB each: smaller ones are little beside the process itself. */
const shape: ModelOptions = { nEmbd: 1024, nHead: 8, nFf: 2048, nVocab: 4000, nLayer: 4 };

for (const [index, family] of packableFamilyNames.entries())
  for (const use of everyUse ? uses : uses.slice(index % 2, (index % 2) + 1))
    test(`what_${family}_takes_at_${use.contextTokens}_and_${use.ratio}_is_what_was_said`, async (t) => {
      const folder = scratchFolder(t);
      const { model, mmproj } = await writeFixture(family, folder, shape);
      await compareMemory(t, { modelPath: model, mmprojPath: mmproj }, use, folder);
    });
