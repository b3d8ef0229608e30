import {
  textLayerReader,
  type TextLayerOutcome,
} from '../../../../../../backend-native/server/attachments/pictures/textLayer/readTextLayer.js';
import type { Raster } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/raster.js';
import type { RecogniserFiles } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/recogniserFiles.js';
import type { RecogniserProcess } from '../../../../../../backend-native/server/attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import type { TextLayerCache } from '../../../../../../backend-native/server/attachments/pictures/textLayer/textLayerCache.js';

/** Reads one picture as the backend does. */
export function readTextLayerFrom(
  recogniser: RecogniserProcess,
  picture: Raster,
  given: { readonly files: RecogniserFiles | { missing: string[] }; readonly cache?: TextLayerCache },
): Promise<TextLayerOutcome> {
  const reader = textLayerReader(
    recogniser,
    () => given.cache,
    () => given.files,
  );
  return reader.read(picture, { signal: new AbortController().signal });
}
