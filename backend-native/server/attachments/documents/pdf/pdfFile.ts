import type { DocumentNote, HiddenHow } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import type { DrawnPage } from '../documentContent.js';
import type { PageSize } from '../pageSize.js';
import { withoutSigns } from '../pictureMarks.js';
import { commentsOf } from './comments.js';
import { fieldsOf, openForm, type FormField } from './formFields.js';
import { glyphsOf, type Glyph } from './glyphs.js';
import { pageText } from './pageText.js';
import { isInside, type Box } from './boxes.js';
import { PageObjects } from './pageObjects.js';
import { PaintedPage } from './paintedPage.js';
import { allocate, cString, utf16, viewOf, type Pdfium } from './pdfium.js';
import type { Segment } from './segments.js';
import { damagedFile } from '../../damagedFile.js';

export interface PdfPageContent {
  readonly page: number;
  readonly text: string;
  /** Points; undefined for a page that is damaged. */
  readonly size?: PageSize;
  readonly blank?: boolean;
  readonly damaged?: boolean;
  readonly drawBecause?: 'scanned' | 'garbled';
  /** Whether its text was recognised from a scan. */
  readonly recognised: boolean;
  readonly hidden: { readonly characters: number; readonly how: readonly HiddenHow[] };
  /** In its text, behind what the page shows. */
  readonly comments?: number;
}

/** What lies upon a page. */
interface Upon {
  readonly fields: readonly FormField[];
  readonly comments: readonly string[];
}

/** A PDF in PDFium's memory. There is one for each process or thread, so nothing is given back. */
export class PdfFile {
  private readonly document: number;
  private readonly form: number;
  private readonly hasLayers: boolean;
  readonly pages: number;

  /** @throws BackendError `password_required`, `encrypted_document`, `corrupt_document` */
  constructor(
    private readonly pdfium: Pdfium,
    private readonly name: string,
    bytes: Uint8Array,
    password?: string,
  ) {
    this.hasLayers = mayHaveLayers(bytes);
    const pointer = allocate(pdfium, bytes.length);
    pdfium.HEAPU8.set(bytes, pointer);
    const given = pdfium._FPDF_LoadMemDocument(pointer, bytes.length, password ? cString(pdfium, password) : 0);
    // Many files ask for a password only to be changed: a wrong one is no reason not to read them.
    this.document = given === 0 && password ? pdfium._FPDF_LoadMemDocument(pointer, bytes.length, 0) : given;
    if (this.document === 0) throw this.loadError(pdfium._FPDF_GetLastError(), password);
    this.pages = pdfium._FPDF_GetPageCount(this.document);
    if (this.pages < 1) throw damagedFile('corrupt_document', name, 'PDF file', 'it has no pages');
    this.form = openForm(pdfium, this.document);
  }

  /** @param page from 1 */
  readPage(page: number): PdfPageContent {
    return (
      this.withPage(page, (handle, upon) => this.contentOf(page, handle, upon)) ?? {
        page,
        text: '',
        damaged: true,
        recognised: false,
        hidden: { characters: 0, how: [] },
      }
    );
  }

  /** Draws a page on white. @returns its pixels as RGB, row by row; undefined for a page that cannot be read */
  drawPage(page: number, sizeFor: (size: PageSize) => PageSize): DrawnPage | undefined {
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

  /** About the file as a whole. */
  notes(): DocumentNote[] {
    const notes: DocumentNote[] = [];
    if (this.pdfium._FPDF_GetFormType(this.document) === dynamicXfa) notes.push({ kind: 'dynamicForm' });
    const names = Array.from(
      { length: Math.min(100, this.pdfium._FPDFDoc_GetAttachmentCount(this.document)) },
      (_, i) => {
        const attachment = this.pdfium._FPDFDoc_GetAttachment(this.document, i);
        return utf16(this.pdfium, (buffer, bytes) => this.pdfium._FPDFAttachment_GetName(attachment, buffer, bytes));
      },
    ).filter((file) => file !== '');
    if (names.length > 0) notes.push({ kind: 'attachedFiles', names });
    return notes;
  }

  private contentOf(page: number, handle: number, { fields, comments }: Upon): PdfPageContent {
    const { pdfium } = this;
    const size = this.sizeOf(handle);
    const blank = pdfium._FPDFPage_CountObjects(handle) === 0;
    const text = pdfium._FPDFText_LoadPage(handle);
    if (text === 0) return { page, text: '', size, blank, recognised: false, hidden: { characters: 0, how: [] } };
    try {
      const objects = new PageObjects(pdfium, handle, this.hasLayers);
      const painted = new PaintedPage(pdfium, handle, size);
      const { glyphs, ...rest } = glyphsOf(pdfium, text, objects, this.boxOf(handle, size), painted);
      const shown = glyphs.filter((glyph) => !fields.some((field) => field.isBox && contains(field, glyph)));
      const missing = fields.filter((field) => field.isBox || !glyphs.some((glyph) => contains(field, glyph)));
      const words = withoutSigns(pageText(shown, missing.map(segmentOf)));
      const all = [words, ...comments].filter((part) => part !== '').join('\n\n');
      return { page, size, blank, text: all, comments: comments.length, ...rest };
    } finally {
      pdfium._FPDFText_ClosePage(text);
    }
  }

  private withPage<T>(page: number, work: (handle: number, upon: Upon) => T): T | undefined {
    const first = this.pdfium._FPDF_LoadPage(this.document, page - 1);
    if (first === 0) return undefined;
    const upon = { fields: fieldsOf(this.pdfium, this.form, first), comments: commentsOf(this.pdfium, first) };
    // What people filled into a form is an annotation; flattened, it is text and is drawn.
    const flattened = this.pdfium._FPDFPage_Flatten(first, forDisplay) === flattenSucceeded;
    if (!flattened) return this.closing(first, upon, work);
    this.pdfium._FPDF_ClosePage(first);
    const handle = this.pdfium._FPDF_LoadPage(this.document, page - 1);
    return handle === 0 ? undefined : this.closing(handle, upon, work);
  }

  private closing<T>(handle: number, upon: Upon, work: (handle: number, upon: Upon) => T): T {
    try {
      return work(handle, upon);
    } finally {
      this.pdfium._FPDF_ClosePage(handle);
    }
  }

  private sizeOf(handle: number): PageSize {
    return { width: this.pdfium._FPDF_GetPageWidth(handle), height: this.pdfium._FPDF_GetPageHeight(handle) };
  }

  /** What of the plane the page shows, in the coordinates of its text. */
  private boxOf(handle: number, { width, height }: PageSize): Box {
    const scratch = allocate(this.pdfium, 16);
    try {
      if (this.pdfium._FPDF_GetPageBoundingBox(handle, scratch) === 0)
        return { left: 0, bottom: 0, right: width, top: height };
      const view = viewOf(this.pdfium);
      const [left = 0, top = 0, right = 0, bottom = 0] = [0, 4, 8, 12].map((offset) =>
        view.getFloat32(scratch + offset, true),
      );
      return { left, bottom: Math.min(bottom, top), right, top: Math.max(bottom, top) };
    } finally {
      this.pdfium.wasmExports.free(scratch);
    }
  }

  private loadError(code: number, password: string | undefined): BackendError {
    if (code === passwordNeeded) {
      return password === undefined || password === ''
        ? new BackendError('password_required', { kind: 'password', file: this.name })
        : new BackendError('password_required', { kind: 'passwordWrong', file: this.name });
    }
    if (code === securityUnknown)
      return new BackendError('encrypted_document', { kind: 'protectionUnknown', file: this.name });
    return damagedFile('corrupt_document', this.name, 'PDF file');
  }
}

const bytesPerPixel = 4;
const white = 0xffffffff;
// PDFium's constants, from fpdfview.h, fpdf_flatten.h and fpdf_formfill.h.
const formatBgrx = 3;
const annotations = 0x01;
const reverseByteOrder = 0x10;
const forDisplay = 0;
const flattenSucceeded = 1;
const passwordNeeded = 4;
const securityUnknown = 5;
const dynamicXfa = 2;

/** A packed catalogue does not show what it names: then they may be there. */
function mayHaveLayers(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return file.includes('/OCProperties') || file.includes('/ObjStm');
}

function contains(field: FormField, glyph: Glyph): boolean {
  return isInside(field, (glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2);
}

/** On the line of the words beside it. */
function segmentOf({ text, left, right, bottom, top }: FormField): Segment {
  const size = Math.min(14, top - bottom);
  return { text, left, right, baseline: (top + bottom) / 2 - size / 3, size };
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
