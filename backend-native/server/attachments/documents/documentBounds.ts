/** What opening one document may cost, however it is made. What is within them and useful is far below. */
export const documentBounds = {
  /** Of a text file: more than any context holds. */
  textBytes: 16 * 2 ** 20,
  /** Of a PDF or docx, which may hold pictures. */
  fileBytes: 128 * 2 ** 20,
  /** Pages that are read at once. */
  pages: 5000,
  /** Of all pages that are read. */
  characters: 16 * 2 ** 20,
  /** Memory of PDFium, the file included. */
  pdfMemoryBytes: 768 * 2 ** 20,
  /** Memory of JavaScript objects in the worker. */
  heapMegabytes: 512,
  /** Without a page more. */
  stepMs: 30_000,
  totalMs: 180_000,
} as const;
