import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { BackendError } from '../../protocol/errors.js';
import { nativeAbiVersion, type NativeAddon } from './nativeAddon.js';
import { packageRoot } from './packageRoot.js';

/**
 * Loads the addon from the first place that has one: LOOK_ONCE_NATIVE, a local build, the package.
 * A place that has one which does not load here is an error and not passed over: falling back to another build would
 * hide what is wrong. Where others lie beside it, the one with Vulkan (look_once-vulkan.node) is loaded in its place
 * where that finds a GPU, and else the best that this processor runs (look_once-haswell.node).
 */
export function loadNative(places: readonly string[] = nativePlaces()): NativeAddon {
  const file = places.find((place) => fs.existsSync(place));
  if (file === undefined) {
    throw new BackendError('native_missing', { kind: 'nativeMissing', places });
  }
  const addon = loadFile(file);
  const { dir, name, ext } = path.parse(file);
  const beside = (level: string) => path.join(dir, `${name}-${level}${ext}`);
  const levels = addon.processorLevels();
  const forGpus = beside('vulkan');
  // It is compiled for a later generation than the oldest.
  if (levels.length > 0 && fs.existsSync(forGpus)) {
    const withVulkan = loadFile(forGpus);
    if (withVulkan.listDevices().some(({ kind }) => kind === 'gpu')) return withVulkan;
  }
  const forThisProcessor = levels.map(beside).find((one) => fs.existsSync(one));
  return forThisProcessor === undefined ? addon : loadFile(forThisProcessor);
}

function loadFile(file: string): NativeAddon {
  let addon: unknown;
  try {
    addon = createRequire(file)(file);
  } catch (error) {
    const reason = firstLine(error instanceof Error ? error.message : String(error));
    throw new BackendError('native_incompatible', {
      kind: 'nativeUnloadable',
      file,
      platform: `${process.platform}-${process.arch}`,
      why: reason,
    });
  }
  const version = (addon as Partial<NativeAddon> | null)?.abiVersion;
  if (version !== nativeAbiVersion) {
    throw new BackendError('native_incompatible', {
      kind: 'nativeInterface',
      file,
      expected: nativeAbiVersion,
      has: String(version ?? 'none'),
    });
  }
  return addon as NativeAddon;
}

function nativePlaces(): string[] {
  const given = process.env['LOOK_ONCE_NATIVE'];
  if (given) return [path.resolve(given)];
  const root = packageRoot();
  return [
    path.join(root, 'backend-native', 'build', 'Release', 'look_once.node'),
    path.join(root, 'dist', 'native', `${process.platform}-${process.arch}`, 'look_once.node'),
  ];
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
