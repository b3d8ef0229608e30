/** `node quantize.mjs SOURCE TARGET`: writes a GGUF model anew as Q4_0, by the native backend of this checkout. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { presets } from './build-native.mjs';
import { dist } from './paths.mjs';
import { Stop, runMain } from './report.mjs';

/** @typedef {{ quantize(job: { source: string, target: string, type: 'q4_0' }): Promise<void> }} Quantizer */

await runMain(async () => {
  const [source, target] = process.argv.slice(2);
  if (!source || !target) throw new Stop('Expected a source and a target.');
  const file = [
    path.join(presets.local.folder, 'Release', 'look_once.node'),
    path.join(dist, 'native', `${process.platform}-${process.arch}`, 'look_once.node'),
  ].find((place) => fs.existsSync(place));
  if (!file) throw new Stop('The native backend is not built yet: npm run build:native builds it.');
  /** @type {unknown} */
  const native = createRequire(import.meta.url)(file);
  await /** @type {Quantizer} */ (native).quantize({ source, target, type: 'q4_0' });
  return 0;
});
