/** The pictures of the README, taken on the way. */
import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { packageRoot } from '../../../backend-native/server/packageRoot.js';

const mostBytes = 150_000;

/** LOOK_ONCE_PICTURES=1 puts them into media/screenshots; otherwise they lie with the logs, to be looked at. */
export function pictureFolder(): string {
  return path.join(packageRoot(), process.env['LOOK_ONCE_PICTURES'] === '1' ? 'media/screenshots' : 'dist/test-logs/vsix/pictures');
}

/** @param name of the file, without .png */
export async function takePicture(of: Page | Locator, name: string): Promise<void> {
  const folder = pictureFolder();
  fs.mkdirSync(folder, { recursive: true });
  const taken = await of.screenshot({ animations: 'disabled', caret: 'hide' });
  let packed: Buffer | undefined;
  // Fewer colours first: text stays sharper than in a smaller picture.
  for (const colours of [256, 128, 64, 32]) {
    packed = await sharp(taken).png({ palette: true, colours, effort: 10, compressionLevel: 9 }).toBuffer();
    if (packed.length <= mostBytes) break;
  }
  if (!packed || packed.length > mostBytes) throw new Error(`Expected at most ${mostBytes} bytes for ${name}.png but it has ${packed?.length ?? 0}`);
  fs.writeFileSync(path.join(folder, `${name}.png`), packed);
}
