/** `npm run conformance -- DIR`: the method's core on one case, without a model. */
import { loadNative } from '../server/transport/native.js';
import { readCase, writeResult } from './conformanceCase.js';
import { runCommand } from './terminal.js';
import { UsageError, exitStatus } from './usage.js';

const usage = `Usage: npm run --silent conformance -- DIR
  DIR holds case.json, keys.f32, values.f32 and scores.f32;
  kept.i32, keys.out.f32 and values.out.f32 are written there.`;

void runCommand(usage, async () => {
  const [folder, ...others] = process.argv.slice(2);
  if (folder === undefined || folder.startsWith('-') || others.length > 0) throw new UsageError('Expected one folder');
  const input = await readCase(folder);
  const output = loadNative().compressLayer(input);
  await writeResult(folder, input, output);
  process.stdout.write(
    `kept ${output.nKept} of ${input.nTokens} tokens in ${input.nHeadKv} KV ` +
      `${input.nHeadKv === 1 ? 'head' : 'heads'}\n`,
  );
  return exitStatus.done;
});
