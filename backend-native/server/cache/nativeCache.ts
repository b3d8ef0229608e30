import type { CacheSettings } from '../../protocol/model.js';
import type { ModelFiles } from '../models/modelPaths.js';
import type { NativeLoadOptions } from '../transport/nativeAddon.js';
import { prepareCacheFolder } from './cacheFolder.js';
import { modelFingerprint } from './contentHash.js';

/**
 * What the engine is told of the cache; undefined when there is to be none, or its folder cannot be used.
 * @param llamaCpp its version: another one may see a picture a little differently
 */
export async function nativeCacheFor(
  settings: CacheSettings | undefined,
  { modelPath, mmprojPath, adapterPaths = [] }: ModelFiles,
  llamaCpp: string,
  warn: (message: string) => void,
): Promise<NativeLoadOptions['cache']> {
  if (!settings || !(await prepareCacheFolder(settings.folder, warn))) return undefined;
  const idOf = async (file: string) => `${await modelFingerprint(file)} ${llamaCpp}`;
  try {
    return {
      ...settings,
      // What the encoder makes of a picture does not depend on adapters; what the text model makes of it does.
      modelId: (await Promise.all([modelPath, ...adapterPaths].map(idOf))).join(' + '),
      projectorId: mmprojPath === undefined ? '' : await idOf(mmprojPath),
    };
  } catch (error) {
    // A model that cannot be read is refused where it is loaded, with its own words.
    warn(`Nothing is kept on disk: the model cannot be told from others (${String(error)})`);
    return undefined;
  }
}
