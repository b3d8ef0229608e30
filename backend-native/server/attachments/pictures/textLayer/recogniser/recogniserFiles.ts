/** Where the two models of text recognition lie, and what runs them. Nothing is fetched here. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { packageRoot } from '../../../../transport/packageRoot.js';

export interface RecogniserFiles {
  readonly detector: string;
  readonly reader: string;
}

/** PaddleOCR's PP-OCRv6 small, Apache-2.0, as ONNX. */
export const recogniserFileNames = {
  detector: 'PP-OCRv6_det_small.onnx',
  reader: 'PP-OCRv6_rec_small.onnx',
} as const satisfies RecogniserFiles;

/** Folders that are looked at: the one that was named alone, or else that of the package and that of a checkout. */
export function modelFolders(): string[] {
  const given = process.env['LOOK_ONCE_MODELS'];
  if (given) return [path.resolve(given)];
  const root = packageRoot();
  return [path.join(root, 'media', 'model'), path.join(root, 'backend-native', '.cache', 'models')];
}

/** The library that runs the models. Packages for Alpine lack it: its binaries for Linux want glibc. */
const runtime = 'onnxruntime-node';

/** @returns the files, or the names of what is in none of the folders */
export function recogniserFiles(
  folders: readonly string[] = modelFolders(),
  hasRuntime: () => boolean = isInstalled,
): RecogniserFiles | { missing: string[] } {
  const find = (name: string) => folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
  const detector = find(recogniserFileNames.detector);
  const reader = find(recogniserFileNames.reader);
  const runs = hasRuntime();
  if (detector !== undefined && reader !== undefined && runs) return { detector, reader };
  return {
    missing: [
      ...(detector === undefined ? [recogniserFileNames.detector] : []),
      ...(reader === undefined ? [recogniserFileNames.reader] : []),
      ...(runs ? [] : [runtime]),
    ],
  };
}

function isInstalled(): boolean {
  try {
    createRequire(__filename).resolve(runtime);
    return true;
  } catch {
    return false;
  }
}
