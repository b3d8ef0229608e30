/** Frames that text is cut off by. PDFium keeps none that an object lies in as a whole. */
import { clipped, transformed, type Box, type Matrix } from './boxes.js';
import { allocate, viewOf, type Pdfium } from './pdfium.js';

/** A frame of more points is a drawing; what it cuts off is not reckoned. */
const mostPoints = 1000;

/**
 * @param matrix from what the object lies in to the page
 * @returns the least box that holds all of an object that is shown; undefined when all of it is
 */
export function clipOf(pdfium: Pdfium, object: number, matrix: Matrix): Box | undefined {
  const clip = pdfium._FPDFPageObj_GetClipPath(object);
  const paths = clip === 0 ? 0 : pdfium._FPDFClipPath_CountPaths(clip);
  let box: Box | undefined;
  for (let path = 0; path < paths; path += 1) {
    const frame = boundsOf(pdfium, clip, path);
    if (frame) box = box ? clipped(box, frame) : frame;
  }
  return box && transformed(box, matrix);
}

function boundsOf(pdfium: Pdfium, clip: number, path: number): Box | undefined {
  const count = pdfium._FPDFClipPath_CountPathSegments(clip, path);
  if (count < 1 || count > mostPoints) return undefined;
  const scratch = allocate(pdfium, 8);
  try {
    let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < count; i += 1) {
      const segment = pdfium._FPDFClipPath_GetPathSegment(clip, path, i);
      if (pdfium._FPDFPathSegment_GetPoint(segment, scratch, scratch + 4) === 0) return undefined;
      const view = viewOf(pdfium);
      const [x, y] = [view.getFloat32(scratch, true), view.getFloat32(scratch + 4, true)];
      [left, right, bottom, top] = [Math.min(left, x), Math.max(right, x), Math.min(bottom, y), Math.max(top, y)];
    }
    return { left, bottom, right, top };
  } finally {
    pdfium.wasmExports.free(scratch);
  }
}
