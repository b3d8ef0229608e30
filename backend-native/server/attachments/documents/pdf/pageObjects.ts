/** What is drawn on a page beneath its text: grounds, pictures, and how each piece of text is painted. */
import type { HiddenHow } from '../../../../protocol/documentNotes.js';
import { clipped, identity, isInside, product, transformed, type Box, type Matrix } from './boxes.js';
import { allocate, viewOf, type Pdfium } from './pdfium.js';
import { clipOf } from './textClip.js';

export interface PaintedText {
  /** Why nobody sees it; undefined for text that shows. */
  readonly hidden: HiddenHow | undefined;
  readonly colour: Colour;
  /** Later ones are painted over earlier ones. */
  readonly order: number;
  readonly inLayer: boolean;
  /** It is seen in here alone. */
  readonly clip: Box | undefined;
}

interface Ground {
  readonly box: Box;
  /** Undefined for pictures and shadings, whose colours are not known. */
  readonly colour: Colour | undefined;
  readonly order: number;
}

type Colour = readonly [number, number, number];

const white: Colour = [255, 255, 255];
const types = { text: 1, path: 2, image: 3, shading: 4, form: 5 } as const;
/** Forms inside of forms: as many as anybody makes. */
const maxDepth = 12;
/** Objects of one page that are looked at; what comes after them counts as visible text. */
const maxObjects = 200_000;
/** In UTF-16 with a zero at its end, as PDFium gives names. */
const layerMark = [...Buffer.from('OC\0', 'utf16le')];
const nameBytes = 32;
const invisibleMode = 3;
const clipMode = 7;
/** Two colours nearer than this look the same: of 3 x 255. */
const sameColour = 24;

export class PageObjects {
  readonly images: Box[] = [];
  private readonly texts = new Map<number, PaintedText>();
  private readonly grounds: Ground[] = [];
  private count = 0;
  /** Of the form that is being looked at. */
  private clip: Box | undefined;
  private readonly scratch: number;

  constructor(
    private readonly pdfium: Pdfium,
    page: number,
    /** Whether the file may have layers. */
    private readonly hasLayers: boolean,
  ) {
    this.scratch = allocate(pdfium, 64);
    try {
      const objects = Math.min(maxObjects, pdfium._FPDFPage_CountObjects(page));
      for (let i = 0; i < objects; i += 1) this.add(pdfium._FPDFPage_GetObject(page, i), identity, 0);
    } finally {
      pdfium.wasmExports.free(this.scratch);
    }
  }

  /** Why the text of this object is not seen at this place; undefined when it is, or when nothing is known of it. */
  hiddenAt(object: number, x: number, y: number): HiddenHow | undefined {
    const text = this.texts.get(object);
    if (!text) return undefined;
    if (text.hidden) return text.hidden;
    if (text.clip && !isInside(widened(text.clip), x, y)) return 'clipped';
    const ground = this.groundAt(x, y, text.order);
    return ground !== undefined && distance(ground, text.colour) < sameColour ? 'sameColour' : undefined;
  }

  /**
   * Whether something may keep this text from being seen that its colours do not tell: what is painted over it, or a
   * layer that is switched off. To be looked at.
   */
  isDoubtfulAt(object: number, x: number, y: number): boolean {
    const text = this.texts.get(object);
    if (!text || text.hidden) return false;
    if (text.inLayer) return true;
    // A picture over a text is a scan, whose words the text is.
    return this.grounds.some(
      ({ box, order, colour }) => colour !== undefined && order > text.order && isInside(box, x, y),
    );
  }

  /** The colour under a text; undefined when a picture is there. */
  private groundAt(x: number, y: number, before: number): Colour | undefined {
    for (let i = this.grounds.length - 1; i >= 0; i -= 1) {
      const ground = this.grounds[i];
      if (ground && ground.order < before && isInside(ground.box, x, y)) return ground.colour;
    }
    return white;
  }

  private add(object: number, matrix: Matrix, depth: number): void {
    this.count += 1;
    if (object === 0 || this.count > maxObjects) return;
    const type = this.pdfium._FPDFPageObj_GetType(object);
    if (type === types.text) this.addText(object, matrix);
    else if (type === types.form) this.addForm(object, matrix, depth);
    else if (type === types.image || type === types.shading || type === types.path)
      this.addGround(object, type, matrix);
  }

  private addText(object: number, matrix: Matrix): void {
    const mode = this.pdfium._FPDFTextObj_GetTextRenderMode(object);
    const [red, green, blue, alpha] = this.colourOf(object);
    // Outlined text (modes 1, 2, 5, 6) is seen by its outline.
    const outlined = mode % 4 === 1 || mode % 4 === 2;
    const hidden = mode === invisibleMode || mode === clipMode || (alpha === 0 && !outlined) ? 'invisible' : undefined;
    // Its outline has another colour: it is never taken for one with its ground.
    const colour: Colour = outlined ? [-1000, -1000, -1000] : [red, green, blue];
    const inLayer = this.hasLayers && this.isInLayer(object);
    this.texts.set(object, { hidden, colour, order: this.count, inLayer, clip: this.clipOf(object, matrix) });
  }

  /** Most marks say which paragraph it is; that of a layer is called OC. */
  private isInLayer(object: number): boolean {
    const { pdfium, scratch } = this;
    for (let i = pdfium._FPDFPageObj_CountMarks(object) - 1; i >= 0; i -= 1) {
      const mark = pdfium._FPDFPageObj_GetMark(object, i);
      if (pdfium._FPDFPageObjMark_GetName(mark, scratch, nameBytes, scratch + nameBytes) === 0) continue;
      const view = viewOf(pdfium);
      if (view.getUint32(scratch + nameBytes, true) !== layerMark.length) continue;
      if (layerMark.every((byte, at) => view.getUint8(scratch + at) === byte)) return true;
    }
    return false;
  }

  private addForm(object: number, matrix: Matrix, depth: number): void {
    if (depth >= maxDepth) return;
    const outer = this.clip;
    this.clip = this.clipOf(object, matrix);
    const inner = this.pdfium._FPDFPageObj_GetMatrix(object, this.scratch) === 0 ? identity : this.matrix();
    const both = product(inner, matrix);
    const count = this.pdfium._FPDFFormObj_CountObjects(object);
    for (let i = 0; i < count && this.count < maxObjects; i += 1)
      this.add(this.pdfium._FPDFFormObj_GetObject(object, i), both, depth + 1);
    this.clip = outer;
  }

  /** Within what the form that it is in is cut off by. */
  private clipOf(object: number, matrix: Matrix): Box | undefined {
    const own = clipOf(this.pdfium, object, matrix);
    return own && this.clip ? clipped(own, this.clip) : (own ?? this.clip);
  }

  private addGround(object: number, type: number, matrix: Matrix): void {
    if (type === types.path && !this.isFilled(object)) return;
    const box = this.boundsOf(object, matrix);
    if (!box) return;
    if (type === types.image) this.images.push(box);
    if (type !== types.path) {
      this.grounds.push({ box, colour: undefined, order: this.count });
      return;
    }
    const [red, green, blue, alpha] = this.colourOf(object);
    // What shines through is no ground of its own.
    if (alpha > 128) this.grounds.push({ box, colour: [red, green, blue], order: this.count });
  }

  private isFilled(path: number): boolean {
    const read = this.pdfium._FPDFPath_GetDrawMode(path, this.scratch, this.scratch + 4) !== 0;
    return read && viewOf(this.pdfium).getInt32(this.scratch, true) !== 0;
  }

  private colourOf(object: number): readonly [number, number, number, number] {
    const { scratch } = this;
    if (this.pdfium._FPDFPageObj_GetFillColor(object, scratch, scratch + 4, scratch + 8, scratch + 12) === 0)
      return [0, 0, 0, 255];
    const view = viewOf(this.pdfium);
    const at = (offset: number) => view.getUint32(scratch + offset, true);
    return [at(0), at(4), at(8), at(12)];
  }

  private boundsOf(object: number, matrix: Matrix): Box | undefined {
    const { scratch } = this;
    if (this.pdfium._FPDFPageObj_GetBounds(object, scratch, scratch + 4, scratch + 8, scratch + 12) === 0)
      return undefined;
    const view = viewOf(this.pdfium);
    const at = (offset: number) => view.getFloat32(scratch + offset, true);
    return transformed({ left: at(0), bottom: at(4), right: at(8), top: at(12) }, matrix);
  }

  private matrix(): Matrix {
    const view = viewOf(this.pdfium);
    const at = (i: number) => view.getFloat32(this.scratch + 4 * i, true);
    return [at(0), at(1), at(2), at(3), at(4), at(5)];
  }
}

/** Frames that are as tight as their text is measured differently. */
function widened({ left, bottom, right, top }: Box): Box {
  return { left: left - 1, bottom: bottom - 1, right: right + 1, top: top + 1 };
}

function distance(a: Colour, b: Colour): number {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);
}
