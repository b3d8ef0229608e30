import fs from 'node:fs';
import path from 'node:path';

/**
 * The folder of the package, in a checkout as in an installed extension: the nearest one above this file whose
 * package.json is ours. Bundles of different depths run this code, so a fixed number of `..` would not do.
 */
export function packageRoot(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (fs.existsSync(manifest) && readManifest(manifest).name === 'look-once') return folder;
    if (folder === path.dirname(folder)) throw new Error(`No package.json of look-once above ${__dirname}`);
  }
}

export function packageVersion(): string {
  return readManifest(path.join(packageRoot(), 'package.json')).version ?? 'unknown';
}

function readManifest(file: string): { name?: string; version?: string } {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as { name?: string; version?: string };
}
