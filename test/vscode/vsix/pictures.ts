/** The pictures of the README, taken on the way. */
import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';

const mostBytes = 150_000;

/** Those of the README; the others are only to be looked at. */
const ofReadme = new Set([
  'panel-dark',
  'panel-light',
  'panel-high-contrast',
  'panel-narrow',
  'heatmap',
  'compare',
  'screenshots',
  'walkthrough',
]);

/** LOOK_ONCE_PICTURES=1 puts those of the README into media/screenshots; otherwise all lie with the logs. */
function folderOf(name: string): string {
  const renews = process.env['LOOK_ONCE_PICTURES'] === '1' && ofReadme.has(name);
  return path.join(packageRoot(), renews ? 'media/screenshots' : 'dist/test-logs/vsix/pictures');
}

/** @param name of the file, without .png */
export async function takePicture(of: Page | Locator, name: string): Promise<void> {
  const folder = folderOf(name);
  fs.mkdirSync(folder, { recursive: true });
  const taken = await of.screenshot({ animations: 'disabled', caret: 'hide' });
  let packed: Buffer | undefined;
  // Fewer colours first: text stays sharper than in a smaller picture.
  for (const colours of [256, 128, 64, 32]) {
    packed = await sharp(taken).png({ palette: true, colours, effort: 10, compressionLevel: 9 }).toBuffer();
    if (packed.length <= mostBytes) break;
  }
  if (!packed || packed.length > mostBytes)
    throw new Error(`Expected at most ${mostBytes} bytes for ${name}.png but it has ${packed?.length ?? 0}`);
  fs.writeFileSync(path.join(folder, `${name}.png`), packed);
}
