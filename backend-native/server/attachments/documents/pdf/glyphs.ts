/**
 * The characters of a page with their places, in the order in which PDFium reads them: logical, right-to-left included.
 */
import type { HiddenHow } from '../../../../protocol/documentNotes.js';
import { areaOf, clipped, isInside, type Box } from './boxes.js';
import type { PageObjects } from './pageObjects.js';
import type { PaintedPage } from './paintedPage.js';
import { allocate, viewOf, type Pdfium } from './pdfium.js';

export interface Glyph extends Box {
  readonly text: string;
  /** Of the line that it stands on; in the direction of reading after turning. */
  readonly baseline: number;
  /** Quarter turns to the left, 0 for upright text; `aslant` for what stands between them. */
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

/** @param painted is asked about text of which the objects leave a doubt */
export function glyphsOf(
  pdfium: Pdfium,
  text: number,
  objects: PageObjects,
  page: Box,
  painted: PaintedPage,
): PageGlyphs {
  const reader = new GlyphReader(pdfium, text);
  try {
    const scans = objects.images.filter((image) => areaOf(clipped(image, page)) >= scanShare * areaOf(page));
    const glyphs: Glyph[] = [];
    const how = new Set<HiddenHow>();
    let [hidden, recognised, garbled, letters, textArea] = [0, 0, 0, 0, 0];
    const count = pdfium._FPDFText_CountChars(text);
    for (let i = 0; i < count; i += 1) {
      const glyph = reader.read(i);
      if (!glyph) continue;
      const [x, y] = [(glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2];
      let unseen = objects.hiddenAt(reader.object, x, y);
      if (unseen === 'invisible' && scans.some((scan) => isInside(scan, x, y))) {
        recognised += 1;
        unseen = undefined;
      } else if (unseen === undefined) {
        textArea += areaOf(glyph);
        if (!isInside(page, x, y)) unseen = 'offPage';
        else if (isTiny(glyph)) unseen = 'tiny';
        else if (objects.isDoubtfulAt(reader.object, x, y) && !isBlank(glyph) && !painted.showsSomethingIn(glyph))
          unseen = 'covered';
      }
      const isLetter = glyph.text !== ' ' && glyph.text.trim() !== '';
      if (unseen === undefined) {
        if (isLetter) letters += 1;
        if (reader.isGarbled) garbled += 1;
        glyphs.push(glyph);
      } else if (isLetter) {
        hidden += 1;
        how.add(unseen);
      }
    }
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
    reader.close();
  }
}

function isBlank({ text }: Glyph): boolean {
  return text.trim() === '';
}

/**
 * Reads character after character. What is the same for all of one piece of text is asked once: a page has thousands of
 * them.
 */
class GlyphReader {
  /** The text object of the character that was read last. */
  object = 0;
  /** Whether it has no meaning that could be told. */
  isGarbled = false;
  private readonly scratch: number;
  private turns = 0;
  private objectIsGarbled = false;
  private view: DataView;

  constructor(
    private readonly pdfium: Pdfium,
    private readonly text: number,
  ) {
    this.scratch = allocate(pdfium, 32);
    this.view = viewOf(pdfium);
  }

  /** @returns undefined for what is no character of the page, such as the spaces that PDFium adds */
  read(index: number): Glyph | undefined {
    const { pdfium, text, scratch } = this;
    const code = pdfium._FPDFText_GetUnicode(text, index);
    if (code === 0 || code === 0x0d || code === 0x0a) return undefined;
    if (code === 0x20 && pdfium._FPDFText_IsGenerated(text, index) === 1) return undefined;
    const object = pdfium._FPDFText_GetTextObject(text, index);
    if (object !== this.object) this.enter(object, index);
    if (pdfium._FPDFText_GetLooseCharBox(text, index, scratch) === 0) return undefined;
    // Memory that has grown is another buffer.
    if (this.view.buffer !== pdfium.HEAPU8.buffer) this.view = viewOf(pdfium);
    const { view, turns } = this;
    const left = view.getFloat32(scratch, true);
    const top = view.getFloat32(scratch + 4, true);
    const right = view.getFloat32(scratch + 8, true);
    const bottom = view.getFloat32(scratch + 12, true);
    const hasOrigin = pdfium._FPDFText_GetCharOrigin(text, index, scratch, scratch + 8) !== 0;
    const baseline = hasOrigin ? view.getFloat64(scratch + (turns % 2 === 0 ? 8 : 0), true) : bottom;
    this.isGarbled = this.objectIsGarbled || isMeaningless(code);
    const characters = isHyphen(code) ? lineHyphen : code > 0x10ffff ? '' : String.fromCodePoint(code);
    return { text: characters, left, right, bottom, top, turns, baseline };
  }

  close(): void {
    this.pdfium.wasmExports.free(this.scratch);
  }

  private enter(object: number, index: number): void {
    const { pdfium, text } = this;
    this.object = object;
    const angle = pdfium._FPDFText_GetCharAngle(text, index);
    // PDFium counts to the right.
    const quarters = angle / (Math.PI / 2);
    const turns = (4 - (Math.round(quarters) % 4)) % 4;
    this.turns = angle < 0 ? 0 : Math.abs(quarters - Math.round(quarters)) > slant ? aslant : turns;
    this.objectIsGarbled = pdfium._FPDFText_HasUnicodeMapError(text, index) === 1;
  }
}

/** Of text such as a watermark from corner to corner. */
export const aslant = 4;
/** In quarter turns: a scan that lies a little crooked is upright. */
const slant = 0.15;

/** Stands where PDFium found a hyphen at the end of a line. */
export const lineHyphen = '\ufffe';

function isHyphen(code: number): boolean {
  return code === 0xfffe || code === 2;
}

function isTiny({ left, right, bottom, top, turns }: Glyph): boolean {
  const [across, along] = turns % 2 === 0 ? [top - bottom, right - left] : [right - left, top - bottom];
  return across > 0 && along > 0 && across < tinyHeight;
}

/** Private and unassigned characters are no text. */
function isMeaningless(code: number): boolean {
  return (code >= 0xe000 && code <= 0xf8ff) || code === 0xfffd || (code < 0x20 && !isHyphen(code) && code !== 9);
}
