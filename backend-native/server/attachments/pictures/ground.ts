import type { Sharp } from 'sharp';

/** Enough of a picture to tell how light it is. */
const sampleSide = 256;
/** Pixels that are seen at all, and those that would not be seen on white: shares of 255. */
const visible = 32;
const light = 215;
/** A picture is light when all but this share of what is seen of it is. */
const darkShare = 0.05;
/** With less transparency than this the ground is not seen. */
const transparentShare = 0.02;

/** On which ground what is drawn on a transparent picture can be seen: white, unless it is light all over. */
export async function groundFor(image: Sharp): Promise<'white' | 'black'> {
  const { data } = await image
    .clone()
    .resize(sampleSide, sampleSide, { fit: 'inside', withoutEnlargement: true, kernel: 'nearest' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const pixels = data.length / 4;
  let [seen, dark, transparent] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0;
    if (alpha < 128) transparent += 1;
    if (alpha < visible) continue;
    seen += 1;
    const luminance = 0.2126 * (data[i] ?? 0) + 0.7152 * (data[i + 1] ?? 0) + 0.0722 * (data[i + 2] ?? 0);
    if (luminance < light) dark += 1;
  }
  return seen > 0 && transparent >= transparentShare * pixels && dark <= darkShare * seen ? 'black' : 'white';
}
