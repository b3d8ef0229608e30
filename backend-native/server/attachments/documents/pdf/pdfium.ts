/**
 * The functions of PDFium that are used here. Documents, pages, texts, objects, bitmaps and bytes are pointers into its
 * memory; 0 is none. Functions that fill numbers in return 0 when they have none.
 */
export interface Pdfium {
  _FPDF_InitLibraryWithConfig(config: object): void;
  /** @param password a C string, or 0 @returns 0 on failure; GetLastError says why */
  _FPDF_LoadMemDocument(bytes: number, size: number, password: number): number;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: number): number;
  /** 0 none, 1 AcroForm, 2 dynamic XFA, 3 XFA with drawn pages. */
  _FPDF_GetFormType(document: number): number;
  _FPDFDoc_GetAttachmentCount(document: number): number;
  _FPDFDoc_GetAttachment(document: number, index: number): number;
  /** Writes UTF-16LE with a zero at its end. @returns its bytes, also when they do not fit */
  _FPDFAttachment_GetName(attachment: number, buffer: number, bytes: number): number;

  _FPDFDOC_InitFormFillEnvironment(document: number, info: number): number;
  /** @returns 0 for a page that cannot be read */
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  /** Points, 1/72 inch. */
  _FPDF_GetPageWidth(page: number): number;
  _FPDF_GetPageHeight(page: number): number;
  /** Writes four floats: left, top, right, bottom. */
  _FPDF_GetPageBoundingBox(page: number, rect: number): number;
  /** Makes form fields and annotations part of the page, which has to be loaded again. */
  _FPDFPage_Flatten(page: number, usage: number): number;
  _FPDFPage_GetAnnotCount(page: number): number;
  _FPDFPage_GetAnnot(page: number, index: number): number;
  _FPDFPage_CloseAnnot(annotation: number): void;
  _FPDFAnnot_GetSubtype(annotation: number): number;
  /** Writes four floats: left, top, right, bottom. */
  _FPDFAnnot_GetRect(annotation: number, rect: number): number;
  _FPDFAnnot_GetFormFieldType(form: number, annotation: number): number;
  /** Writes UTF-16LE with a zero at its end. @param key a C string @returns its bytes, also when they do not fit */
  _FPDFAnnot_GetStringValue(annotation: number, key: number, buffer: number, bytes: number): number;
  _FPDFAnnot_GetFlags(annotation: number): number;
  _FPDFAnnot_HasKey(annotation: number, key: number): number;
  /** Writes UTF-16LE with a zero at its end. @returns its bytes */
  _FPDFAnnot_GetFormFieldValue(form: number, annotation: number, buffer: number, bytes: number): number;

  _FPDFPage_CountObjects(page: number): number;
  _FPDFPage_GetObject(page: number, index: number): number;
  /** 1 text, 2 path, 3 image, 4 shading, 5 form. */
  _FPDFPageObj_GetType(object: number): number;
  /** Writes four floats. */
  _FPDFPageObj_GetBounds(object: number, left: number, bottom: number, right: number, top: number): number;
  /** Writes six floats. */
  _FPDFPageObj_GetMatrix(object: number, matrix: number): number;
  /** Writes four unsigned ints. */
  _FPDFPageObj_GetFillColor(object: number, red: number, green: number, blue: number, alpha: number): number;
  /** @returns 0 or -1 paths for an object that is shown whole */
  _FPDFPageObj_GetClipPath(object: number): number;
  _FPDFClipPath_CountPaths(clip: number): number;
  _FPDFClipPath_CountPathSegments(clip: number, path: number): number;
  _FPDFClipPath_GetPathSegment(clip: number, path: number, index: number): number;
  /** Writes two floats. */
  _FPDFPathSegment_GetPoint(segment: number, x: number, y: number): number;
  /** Writes two ints. */
  _FPDFPath_GetDrawMode(path: number, fill: number, stroke: number): number;
  _FPDFFormObj_CountObjects(form: number): number;
  _FPDFFormObj_GetObject(form: number, index: number): number;
  _FPDFTextObj_GetTextRenderMode(text: number): number;

  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_IsGenerated(text: number, index: number): number;
  _FPDFText_HasUnicodeMapError(text: number, index: number): number;
  _FPDFText_GetTextObject(text: number, index: number): number;
  /** Radians. */
  _FPDFText_GetCharAngle(text: number, index: number): number;
  /** Writes four floats: left, top, right, bottom. */
  _FPDFText_GetLooseCharBox(text: number, index: number, rect: number): number;
  /** Writes two doubles. */
  _FPDFText_GetCharOrigin(text: number, index: number, x: number, y: number): number;

  _FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: number, stride: number): number;
  _FPDFBitmap_FillRect(bitmap: number, left: number, top: number, width: number, height: number, colour: number): void;
  _FPDFBitmap_Destroy(bitmap: number): void;
  _FPDF_PageToDevice(
    page: number,
    left: number,
    top: number,
    width: number,
    height: number,
    rotate: number,
    x: number,
    y: number,
    deviceX: number,
    deviceY: number,
  ): number;
  _FPDFPageObj_CountMarks(object: number): number;
  _FPDFPageObj_GetMark(object: number, index: number): number;
  _FPDFPageObjMark_GetName(mark: number, buffer: number, bytes: number, needed: number): number;
  _FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
  readonly wasmExports: { malloc(size: number): number; free(pointer: number): void };
  /** Replaced when the memory grows: never kept. */
  readonly HEAPU8: Uint8Array;
}

/** @throws RangeError when PDFium has no such memory */
export function allocate(pdfium: Pdfium, bytes: number): number {
  const pointer = pdfium.wasmExports.malloc(bytes);
  if (pointer === 0) throw new RangeError(`PDFium has no ${bytes} bytes`);
  return pointer;
}

/** Reads what PDFium wrote; made anew after every call that may have grown its memory. */
export function viewOf(pdfium: Pdfium): DataView {
  return new DataView(pdfium.HEAPU8.buffer);
}

/** A C string in PDFium's memory, which whoever asked gives back or not. */
export function cString(pdfium: Pdfium, text: string): number {
  const bytes = new TextEncoder().encode(`${text}\0`);
  const pointer = allocate(pdfium, bytes.length);
  pdfium.HEAPU8.set(bytes, pointer);
  return pointer;
}

/** @param read writes UTF-16LE into a buffer and returns the bytes that it needs */
export function utf16(pdfium: Pdfium, read: (buffer: number, bytes: number) => number): string {
  const needed = Math.min(read(0, 0), 64 * 1024);
  if (needed <= 2) return '';
  const buffer = allocate(pdfium, needed);
  try {
    read(buffer, needed);
    return new TextDecoder('utf-16le').decode(pdfium.HEAPU8.slice(buffer, buffer + needed - 2));
  } finally {
    pdfium.wasmExports.free(buffer);
  }
}
