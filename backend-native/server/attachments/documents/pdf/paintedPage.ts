/** Whether anything is seen at a place of a page: asked of the page as PDFium draws it, once there is a doubt. */
import type { PageSize } from '../pageSize.js';
import type { Box } from './boxes.js';
import { allocate, viewOf, type Pdfium } from './pdfium.js';

const pixelsPerPoint = 2;
/** Beyond this a page is drawn smaller: a poster has large letters. */
const longestSide = 3000;
/** Of 3 x 255: lighter differences are not seen. */
const leastContrast = 48;
const bytesPerPixel = 4;
const formatBgrx = 3;
const white = 0xffffffff;

export class PaintedPage {
  private pixels: Uint8Array | undefined;
  private readonly width: number;
  private readonly height: number;

  constructor(
    private readonly pdfium: Pdfium,
    private readonly page: number,
    size: PageSize,
  ) {
    const scale = Math.min(pixelsPerPoint, longestSide / Math.max(1, size.width, size.height));
    this.width = Math.max(1, Math.round(size.width * scale));
    this.height = Math.max(1, Math.round(size.height * scale));
  }

  /** Whether the box, in the coordinates of the page's text, is of more than one colour. */
  showsSomethingIn({ left, right, bottom, top }: Box): boolean {
    const [a, b] = [this.place(left, top), this.place(right, bottom)];
    const across = [Math.min(a.x, b.x), Math.max(a.x, b.x)] as const;
    const down = [Math.min(a.y, b.y), Math.max(a.y, b.y)] as const;
    this.pixels ??= this.draw();
    let [least, most] = [Infinity, -Infinity];
    for (let y = Math.max(0, down[0]); y <= Math.min(this.height - 1, down[1]); y += 1) {
      for (let x = Math.max(0, across[0]); x <= Math.min(this.width - 1, across[1]); x += 1) {
        const at = (y * this.width + x) * bytesPerPixel;
        const light = (this.pixels[at] ?? 0) + (this.pixels[at + 1] ?? 0) + (this.pixels[at + 2] ?? 0);
        least = Math.min(least, light);
        most = Math.max(most, light);
      }
    }
    return most - least >= leastContrast;
  }

  private place(x: number, y: number): { x: number; y: number } {
    const { pdfium, page, width, height } = this;
    const scratch = allocate(pdfium, 8);
    pdfium._FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, scratch, scratch + 4);
    const view = viewOf(pdfium);
    const place = { x: view.getInt32(scratch, true), y: view.getInt32(scratch + 4, true) };
    pdfium.wasmExports.free(scratch);
    return place;
  }

  private draw(): Uint8Array {
    const { pdfium, page, width, height } = this;
    const pointer = allocate(pdfium, width * height * bytesPerPixel);
    try {
      const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, formatBgrx, pointer, width * bytesPerPixel);
      pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
      pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, 0);
      pdfium._FPDFBitmap_Destroy(bitmap);
      return pdfium.HEAPU8.slice(pointer, pointer + width * height * bytesPerPixel);
    } finally {
      pdfium.wasmExports.free(pointer);
    }
  }
}
