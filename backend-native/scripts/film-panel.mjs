/** `npm run moving-picture`: films the panel for the README, into media/screenshots/panel.gif. */
import path from 'node:path';
import { build } from 'esbuild';
import { bundleExtension } from './bundle.mjs';
import { dist, root } from './paths.mjs';
import { runHere } from './processes.mjs';
import { runMain } from './report.mjs';

await runMain(async () => {
  await bundleExtension();
  const outfile = path.join(dist, 'movingPicture.cjs');
  await build({
    entryPoints: [path.join(root, 'test/webview/movingPicture.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['playwright-core', 'sharp'],
    logLevel: 'warning',
  });
  return runHere(process.execPath, [outfile]);
});
