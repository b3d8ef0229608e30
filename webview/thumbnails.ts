import { isPictureUri } from './host/incoming.js';
import { request } from './host/host.js';

const known = new Map<string, Promise<string | null>>();

/**
 * The thumbnail of an attachment as a data: URI, asked for once; null when there is none.
 * @param key what it shows, where that can change
 */
export function thumbnailOf(id: string, key = id): Promise<string | null> {
  let thumbnail = known.get(key);
  if (!thumbnail) {
    // A chip without its picture is no failure worth a message: the chip says what it is by name.
    thumbnail = request('thumbnail', { id }).then(
      (uri) => (isPictureUri(uri) ? uri : null),
      () => null,
    );
    known.set(key, thumbnail);
  }
  return thumbnail;
}
