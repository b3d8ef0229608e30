import { BackendError } from '../../../protocol/errors.js';
import type { Pdfium } from './pdfium.js';
import { pageText, type TextLine } from './pageText.js';

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** A PDF in PDFium's memory. There is one for each process or thread, so nothing is given back. */
export class PdfFile {
  private readonly document: number;
  readonly pages: number;

  /** @throws BackendError `encrypted_document`, `corrupt_document` */
  constructor(
    private readonly pdfium: Pdfium,
    private readonly name: string,
    bytes: Uint8Array,
  ) {
    const pointer = allocate(pdfium, bytes.length);
    pdfium.HEAPU8.set(bytes, pointer);
    this.document = pdfium._FPDF_LoadMemDocument(pointer, bytes.length, 0);
    if (this.document === 0) throw this.loadError(pdfium._FPDF_GetLastError());
    this.pages = pdfium._FPDF_GetPageCount(this.document);
    if (this.pages < 1) throw new BackendError('corrupt_document', `${name} is a damaged PDF file (it has no pages)`);
  }

  /** @param page from 1 @returns undefined for a page that cannot be read */
  readPage(page: number): { readonly text: string; readonly size: PageSize; readonly blank: boolean } | undefined {
    return this.withPage(page, (handle) => ({
      text: pageText(this.linesOf(handle)),
      size: this.sizeOf(handle),
      blank: this.pdfium._FPDFPage_CountObjects(handle) === 0,
    }));
  }

  /** Draws a page on white. @returns its pixels as RGB, row by row; undefined for a page that cannot be read */
  drawPage(page: number, sizeFor: (size: PageSize) => PageSize): (PageSize & { readonly rgb: Uint8Array }) | undefined {
    return this.withPage(page, (handle) => {
      const { width, height } = sizeFor(this.sizeOf(handle));
      const pointer = allocate(this.pdfium, width * height * bytesPerPixel);
      try {
        const bitmap = this.pdfium._FPDFBitmap_CreateEx(width, height, formatBgrx, pointer, width * bytesPerPixel);
        this.pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
        this.pdfium._FPDF_RenderPageBitmap(bitmap, handle, 0, 0, width, height, 0, reverseByteOrder | annotations);
        this.pdfium._FPDFBitmap_Destroy(bitmap);
        return {
          width,
          height,
          rgb: withoutFourth(this.pdfium.HEAPU8.subarray(pointer, pointer + width * height * bytesPerPixel)),
        };
      } finally {
        this.pdfium.wasmExports.free(pointer);
      }
    });
  }

  private withPage<T>(page: number, work: (handle: number) => T): T | undefined {
    const first = this.pdfium._FPDF_LoadPage(this.document, page - 1);
    if (first === 0) return undefined;
    // What people filled into a form is an annotation; flattened, it is text and is drawn.
    const flattened = this.pdfium._FPDFPage_Flatten(first, forDisplay) === flattenSucceeded;
    if (!flattened) return this.closing(first, work);
    this.pdfium._FPDF_ClosePage(first);
    const handle = this.pdfium._FPDF_LoadPage(this.document, page - 1);
    return handle === 0 ? undefined : this.closing(handle, work);
  }

  private closing<T>(handle: number, work: (handle: number) => T): T {
    try {
      return work(handle);
    } finally {
      this.pdfium._FPDF_ClosePage(handle);
    }
  }

  private sizeOf(handle: number): PageSize {
    return { width: this.pdfium._FPDF_GetPageWidth(handle), height: this.pdfium._FPDF_GetPageHeight(handle) };
  }

  private linesOf(handle: number): TextLine[] {
    const { pdfium } = this;
    const text = pdfium._FPDFText_LoadPage(handle);
    if (text === 0) return [];
    const origin = allocate(pdfium, 16);
    try {
      const count = pdfium._FPDFText_CountChars(text);
      const lines: TextLine[] = [];
      let characters = '';
      let start: Pick<TextLine, 'baseline' | 'fontSize'> | undefined;
      for (let i = 0; i <= count; i += 1) {
        const code = i < count ? pdfium._FPDFText_GetUnicode(text, i) : lineFeed;
        if (code === lineFeed) {
          lines.push({ text: characters, baseline: start?.baseline ?? 0, fontSize: start?.fontSize ?? 0 });
          characters = '';
          start = undefined;
        } else if (code !== 0 && code !== carriageReturn) {
          characters += String.fromCodePoint(code);
          if (
            start === undefined &&
            code !== space &&
            pdfium._FPDFText_GetCharOrigin(text, i, origin, origin + 8) !== 0
          ) {
            const baseline = new DataView(pdfium.HEAPU8.buffer).getFloat64(origin + 8, true);
            start = { baseline, fontSize: pdfium._FPDFText_GetFontSize(text, i) };
          }
        }
      }
      return lines;
    } finally {
      pdfium.wasmExports.free(origin);
      pdfium._FPDFText_ClosePage(text);
    }
  }

  private loadError(code: number): BackendError {
    if (code === passwordNeeded || code === securityUnknown)
      return new BackendError('encrypted_document', `${this.name} is protected by a password`);
    return new BackendError('corrupt_document', `${this.name} is a damaged or incomplete PDF file`);
  }
}

const bytesPerPixel = 4;
const white = 0xffffffff;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
// PDFium's constants, from fpdfview.h and fpdf_flatten.h.
const formatBgrx = 3;
const annotations = 0x01;
const reverseByteOrder = 0x10;
const forDisplay = 0;
const flattenSucceeded = 1;
const passwordNeeded = 4;
const securityUnknown = 5;

function allocate(pdfium: Pdfium, bytes: number): number {
  const pointer = pdfium.wasmExports.malloc(bytes);
  if (pointer === 0) throw new RangeError(`PDFium has no ${bytes} bytes`);
  return pointer;
}

function withoutFourth(pixels: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    rgb[to] = pixels[from] ?? 0;
    rgb[to + 1] = pixels[from + 1] ?? 0;
    rgb[to + 2] = pixels[from + 2] ?? 0;
  }
  return rgb;
}
