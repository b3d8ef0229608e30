/** Of a page in points, 1/72 inch; of what is drawn in pixels. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** The longest side of a page image when it is not known what the model sees: A4 at about 140 dpi, small print is legible. */
const usualSide = 1600;
/** More would only enlarge what is there: 300 dpi. */
const maxPixelsPerPoint = 300 / 72;
const maxSide = 4096;
/** Of one page: sixteen of them stay below 300 MB. */
const mostPixels = 6_000_000;

/**
 * The size in pixels at which a page is drawn.
 * @param page in points
 * @param maxPixels what the model sees of one image; undefined when it is not known
 */
export function pageImageSize(page: PageSize, maxPixels?: number): PageSize {
  // A page without a size is drawn as a point, whatever the file says.
  const width = Number.isFinite(page.width) ? Math.max(1, page.width) : 1;
  const height = Number.isFinite(page.height) ? Math.max(1, page.height) : 1;
  const longest = Math.max(width, height);
  const wanted = maxPixels === undefined ? usualSide / longest : Math.sqrt(maxPixels / width / height);
  const scale = Math.min(wanted, maxPixelsPerPoint, maxSide / longest, Math.sqrt(mostPixels / width / height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The size of a thumbnail whose longest side is given. */
export function thumbnailSize(page: PageSize, side: number): PageSize {
  const { width, height } = pageImageSize(page);
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
