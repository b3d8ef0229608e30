/** What readers wrote upon a page: notes, and remarks on words that they marked. The page itself does not show them. */
import { withoutSigns } from '../pictureMarks.js';
import { cString, utf16, type Pdfium } from './pdfium.js';

const freeText = 3;
/** Links, the windows of other annotations, fields of a form. */
const withoutComments = new Set([2, 16, 20]);
const hiddenFlag = 2;
const maxComments = 10_000;
const maxLength = 10_000;

/** @returns each as "[comment by NAME: …]" */
export function commentsOf(pdfium: Pdfium, page: number): string[] {
  const comments: string[] = [];
  const count = Math.min(maxComments, pdfium._FPDFPage_GetAnnotCount(page));
  for (let i = 0; i < count; i += 1) {
    const annotation = pdfium._FPDFPage_GetAnnot(page, i);
    if (annotation === 0) continue;
    const comment = commentOf(pdfium, annotation);
    if (comment !== undefined) comments.push(comment);
    pdfium._FPDFPage_CloseAnnot(annotation);
  }
  return comments;
}

function commentOf(pdfium: Pdfium, annotation: number): string | undefined {
  const type = pdfium._FPDFAnnot_GetSubtype(annotation);
  if (withoutComments.has(type) || (pdfium._FPDFAnnot_GetFlags(annotation) & hiddenFlag) !== 0) return undefined;
  // Words that were typed onto the page are drawn there, and read with it.
  if (type === freeText && withKey(pdfium, 'AP', (key) => pdfium._FPDFAnnot_HasKey(annotation, key)) !== 0)
    return undefined;
  const value = (name: string) =>
    withKey(pdfium, name, (key) =>
      utf16(pdfium, (buffer, bytes) => pdfium._FPDFAnnot_GetStringValue(annotation, key, buffer, bytes)),
    );
  const words = value('Contents').replace(/\s+/g, ' ').trim().slice(0, maxLength);
  const author = value('T').trim();
  return words === '' ? undefined : withoutSigns(`[comment${author === '' ? '' : ` by ${author}`}: ${words}]`);
}

function withKey<T>(pdfium: Pdfium, name: string, work: (key: number) => T): T {
  const key = cString(pdfium, name);
  try {
    return work(key);
  } finally {
    pdfium.wasmExports.free(key);
  }
}
