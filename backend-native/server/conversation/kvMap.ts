import type { KvMap } from '../../protocol/kvMap.js';
import type { NativeKvMap } from '../transport/nativeAddon.js';

/** The map as the protocol has it. */
export function kvMapFrom(native: NativeKvMap): KvMap {
  return {
    ...native,
    images: native.images.map((image) => ({ ...image, survival: Buffer.from(image.survival).toString('base64') })),
  };
}
