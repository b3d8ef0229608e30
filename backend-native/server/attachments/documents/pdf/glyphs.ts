/** The characters of a page with their places, in the order in which PDFium reads them: logical, right-to-left included. */
import type { HiddenHow } from '../../../../protocol/documentNotes.js';
import { areaOf, clipped, isInside, type Box, type PageObjects } from './pageObjects.js';
import { allocate, viewOf, type Pdfium } from './pdfium.js';

export interface Glyph extends Box {
  readonly text: string;
  /** Of the line that it stands on; in the direction of reading after turning. */
  readonly baseline: number;
  /** Quarter turns to the left, 0 for upright text. */
  readonly turns: number;
}

export interface PageGlyphs {
  readonly glyphs: readonly Glyph[];
  readonly hidden: { readonly characters: number; readonly how: readonly HiddenHow[] };
  /** Whether invisible text lies over a scan, which is what recognising text leaves. It is among the glyphs. */
  readonly recognised: boolean;
  readonly drawBecause?: 'scanned' | 'garbled';
}

/** Text smaller than this cannot be read on paper: points. */
const tinyHeight = 1.5;
/** A picture of this share of the page is a scan when text lies invisibly over it. */
const scanShare = 0.3;
/** A page is a scan when pictures fill this share of it and text at most that share of them. */
const scannedShare = 0.5;
const scannedText = 0.04;
/** More characters without a meaning than this, and a text is not one. */
const garbledShare = 0.25;

export function glyphsOf(pdfium: Pdfium, text: number, objects: PageObjects, page: Box): PageGlyphs {
  const scratch = allocate(pdfium, 32);
  try {
    const scans = objects.images.filter((image) => areaOf(clipped(image, page)) >= scanShare * areaOf(page));
    const glyphs: Glyph[] = [];
    const how = new Set<HiddenHow>();
    let [hidden, recognised, garbled, textArea] = [0, 0, 0, 0];
    const count = pdfium._FPDFText_CountChars(text);
    for (let i = 0; i < count; i += 1) {
      const code = pdfium._FPDFText_GetUnicode(text, i);
      if (pdfium._FPDFText_IsGenerated(text, i) === 1 && !isHyphen(code)) continue;
      const glyph = glyphAt(pdfium, text, i, code, scratch);
      if (!glyph) continue;
      const [x, y] = [(glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2];
      let unseen = objects.hiddenAt(pdfium._FPDFText_GetTextObject(text, i), x, y);
      if (unseen === 'invisible' && scans.some((scan) => isInside(scan, x, y))) {
        recognised += 1;
        unseen = undefined;
      } else if (unseen === undefined) {
        textArea += areaOf(glyph);
        if (!isInside(page, x, y)) unseen = 'offPage';
        else if (Math.min(glyph.top - glyph.bottom, glyph.right - glyph.left) > 0 && heightOf(glyph) < tinyHeight)
          unseen = 'tiny';
      }
      if (unseen === undefined) {
        if (isGarbled(pdfium, text, i, code)) garbled += 1;
        glyphs.push(glyph);
      } else if (glyph.text.trim() !== '') {
        hidden += 1;
        how.add(unseen);
      }
    }
    const letters = glyphs.filter((glyph) => glyph.text.trim() !== '').length;
    const images = objects.images.reduce((sum, image) => sum + areaOf(clipped(image, page)), 0);
    // A page without any text is drawn anyway.
    const isScan =
      letters > 0 && recognised === 0 && images >= scannedShare * areaOf(page) && textArea < scannedText * images;
    const isNoText = letters > 0 && garbled > garbledShare * letters;
    return {
      glyphs,
      hidden: { characters: hidden, how: [...how] },
      recognised: recognised > 0,
      ...(isNoText ? { drawBecause: 'garbled' } : isScan ? { drawBecause: 'scanned' } : {}),
    };
  } finally {
    pdfium.wasmExports.free(scratch);
  }
}

function glyphAt(pdfium: Pdfium, text: number, index: number, code: number, scratch: number): Glyph | undefined {
  if (code === 0 || code === 0x0d || code === 0x0a) return undefined;
  if (pdfium._FPDFText_GetLooseCharBox(text, index, scratch) === 0) return undefined;
  const view = viewOf(pdfium);
  const [left, top, right, bottom] = [0, 4, 8, 12].map((offset) => view.getFloat32(scratch + offset, true)) as [
    number,
    number,
    number,
    number,
  ];
  const angle = pdfium._FPDFText_GetCharAngle(text, index);
  // PDFium counts to the right.
  const turns = angle < 0 ? 0 : (4 - (Math.round(angle / (Math.PI / 2)) % 4)) % 4;
  const hasOrigin = pdfium._FPDFText_GetCharOrigin(text, index, scratch, scratch + 8) !== 0;
  const origin = viewOf(pdfium).getFloat64(scratch + (turns % 2 === 0 ? 8 : 0), true);
  const characters = isHyphen(code) ? lineHyphen : code > 0x10ffff ? '' : String.fromCodePoint(code);
  return { text: characters, left, right, bottom, top, turns, baseline: hasOrigin ? origin : bottom };
}

/** Stands where PDFium found a hyphen at the end of a line. */
export const lineHyphen = '\ufffe';

function isHyphen(code: number): boolean {
  return code === 0xfffe || code === 2;
}

function heightOf(glyph: Glyph): number {
  return glyph.turns % 2 === 0 ? glyph.top - glyph.bottom : glyph.right - glyph.left;
}

/** Private and unassigned characters, and those that a font gives no meaning, are no text. */
function isGarbled(pdfium: Pdfium, text: number, index: number, code: number): boolean {
  if (pdfium._FPDFText_HasUnicodeMapError(text, index) === 1) return true;
  return (code >= 0xe000 && code <= 0xf8ff) || code === 0xfffd || (code < 0x20 && !isHyphen(code) && code !== 9);
}
