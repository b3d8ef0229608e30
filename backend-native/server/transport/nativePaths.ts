import path from 'node:path';
import type { NativeLoadOptions } from './nativeAddon.js';

/** Windows' MAX_PATH of 260, less what the engine puts behind a folder: the name of a file of the cache. */
const longestPlain = 160;

/**
 * The same places, in words under which Windows opens them however long they are: Node.js says them so by itself, and
 * what the engine opens it opens by the words that it gets ("Naming Files, Paths, and Namespaces", Microsoft).
 * @param platform as Node calls it; on others than win32 nothing changes
 */
export function withNativePaths(options: NativeLoadOptions, platform: NodeJS.Platform): NativeLoadOptions {
  if (platform !== 'win32') return options;
  const { modelPath, mmprojPath, adapterPaths, cache } = options;
  return {
    ...options,
    modelPath: nativePath(modelPath),
    adapterPaths: adapterPaths.map(nativePath),
    ...(mmprojPath === undefined ? {} : { mmprojPath: nativePath(mmprojPath) }),
    ...(cache ? { cache: { ...cache, folder: nativePath(cache.folder) } } : {}),
  };
}

/** Short ones stay as they are: error messages name them. */
function nativePath(file: string): string {
  return file.length > longestPlain ? path.win32.toNamespacedPath(file) : file;
}
