/** What was filled into a form, at its place: boxes as [x] and [ ], and values that the page does not draw. */
import type { Box } from './boxes.js';
import { allocate, cString, utf16, viewOf, type Pdfium } from './pdfium.js';

export interface FormField extends Box {
  /** "[x]" or "[ ]" for a box, otherwise its value. */
  readonly text: string;
  readonly isBox: boolean;
}

const widget = 20;
const checkBox = 2;
const radioButton = 3;
const comboBox = 4;
const listBox = 5;
const textField = 6;
/** FPDF_FORMFILLINFO without callbacks, version 1. */
const infoBytes = 512;

/** @returns a handle that lives as long as the document; 0 for a document without a form */
export function openForm(pdfium: Pdfium, document: number): number {
  if (pdfium._FPDF_GetFormType(document) === 0) return 0;
  const info = allocate(pdfium, infoBytes);
  pdfium.HEAPU8.fill(0, info, info + infoBytes);
  viewOf(pdfium).setInt32(info, 1, true);
  return pdfium._FPDFDOC_InitFormFillEnvironment(document, info);
}

export function fieldsOf(pdfium: Pdfium, form: number, page: number): FormField[] {
  if (form === 0) return [];
  const fields: FormField[] = [];
  const count = Math.min(10_000, pdfium._FPDFPage_GetAnnotCount(page));
  const scratch = allocate(pdfium, 16);
  try {
    for (let i = 0; i < count; i += 1) {
      const annotation = pdfium._FPDFPage_GetAnnot(page, i);
      if (annotation === 0) continue;
      const field =
        pdfium._FPDFAnnot_GetSubtype(annotation) === widget ? fieldOf(pdfium, form, annotation, scratch) : undefined;
      if (field) fields.push(field);
      pdfium._FPDFPage_CloseAnnot(annotation);
    }
  } finally {
    pdfium.wasmExports.free(scratch);
  }
  return fields;
}

/** By the appearance that is shown: every name but Off is that of a tick. */
function isTicked(pdfium: Pdfium, annotation: number): boolean {
  const key = cString(pdfium, 'AS');
  const shown = utf16(pdfium, (buffer, bytes) => pdfium._FPDFAnnot_GetStringValue(annotation, key, buffer, bytes));
  pdfium.wasmExports.free(key);
  return shown !== '' && shown !== 'Off';
}

function fieldOf(pdfium: Pdfium, form: number, annotation: number, scratch: number): FormField | undefined {
  if (pdfium._FPDFAnnot_GetRect(annotation, scratch) === 0) return undefined;
  const view = viewOf(pdfium);
  const [left = 0, top = 0, right = 0, bottom = 0] = [0, 4, 8, 12].map((offset) =>
    view.getFloat32(scratch + offset, true),
  );
  const box = { left, bottom: Math.min(bottom, top), right, top: Math.max(bottom, top) };
  const type = pdfium._FPDFAnnot_GetFormFieldType(form, annotation);
  if (type === checkBox || type === radioButton)
    return { ...box, isBox: true, text: isTicked(pdfium, annotation) ? '[x]' : '[ ]' };
  if (type !== textField && type !== comboBox && type !== listBox) return undefined;
  const text = utf16(pdfium, (buffer, bytes) => pdfium._FPDFAnnot_GetFormFieldValue(form, annotation, buffer, bytes));
  return text.trim() === '' ? undefined : { ...box, isBox: false, text: text.replace(/\s+/g, ' ').trim() };
}
