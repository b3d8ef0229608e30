/** The functions of PDFium that are used here. Documents, pages, texts, bitmaps and bytes are pointers into its memory. */
export interface Pdfium {
  _FPDF_InitLibraryWithConfig(config: object): void;
  /** @returns 0 on failure; GetLastError says why */
  _FPDF_LoadMemDocument(bytes: number, size: number, password: number): number;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: number): number;
  /** @returns 0 for a page that cannot be read */
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  /** Points, 1/72 inch. */
  _FPDF_GetPageWidth(page: number): number;
  _FPDF_GetPageHeight(page: number): number;
  /** Makes form fields and annotations part of the page, which has to be loaded again. */
  _FPDFPage_Flatten(page: number, usage: number): number;
  _FPDFPage_CountObjects(page: number): number;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_GetFontSize(text: number, index: number): number;
  /** Writes two doubles. */
  _FPDFText_GetCharOrigin(text: number, index: number, x: number, y: number): number;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: number, stride: number): number;
  _FPDFBitmap_FillRect(bitmap: number, left: number, top: number, width: number, height: number, colour: number): void;
  _FPDFBitmap_Destroy(bitmap: number): void;
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
