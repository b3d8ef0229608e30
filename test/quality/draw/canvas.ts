/** A picture that rectangles and text are drawn on. */
import { png, type Picture } from '../../fixtures/images.js';
import { Face, type FaceName } from './glyphs.js';

export type Colour = readonly [red: number, green: number, blue: number];

export interface TextStyle {
  readonly face: FaceName;
  /** Pixels to the em. */
  readonly size: number;
  readonly colour: Colour;
}

export class Canvas {
  private readonly rgb: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
    background: Colour,
  ) {
    this.rgb = new Uint8Array(3 * width * height);
    this.fill(0, 0, width, height, background);
  }

  /** A rectangle; what lies outside the picture is cut. */
  fill(x: number, y: number, width: number, height: number, colour: Colour): void {
    const [left, right] = [Math.max(0, Math.round(x)), Math.min(this.width, Math.round(x + width))];
    const [top, bottom] = [Math.max(0, Math.round(y)), Math.min(this.height, Math.round(y + height))];
    for (let row = top; row < bottom; row += 1) {
      for (let column = left; column < right; column += 1) this.rgb.set(colour, 3 * (row * this.width + column));
    }
  }

  /** The one-pixel edge of a rectangle. */
  frame(x: number, y: number, width: number, height: number, colour: Colour): void {
    this.fill(x, y, width, 1, colour);
    this.fill(x, y + height - 1, width, 1, colour);
    this.fill(x, y, 1, height, colour);
    this.fill(x + width - 1, y, 1, height, colour);
  }

  /**
   * One line of text whose capital letters are centred on y.
   * @throws RangeError when it does not fit: a sample whose answer is cut off would measure nothing
   */
  text(x: number, y: number, text: string, style: TextStyle): void {
    const face = Face.of(style.face, style.size);
    const right = x + face.width(text);
    if (x < 0 || right > this.width)
      throw new RangeError(
        `Expected ${JSON.stringify(text)} to fit into ${this.width} pixels but it reaches ${right.toFixed(0)}`,
      );
    const baseline = Math.round(y + face.cap / 2);
    let pen = x;
    for (const character of text) {
      const glyph = face.glyph(character, pen);
      for (let row = 0; row < glyph.height; row += 1) {
        for (let column = 0; column < glyph.width; column += 1) {
          const alpha = glyph.alpha[row * glyph.width + column] ?? 0;
          if (alpha > 0)
            this.blend(Math.floor(pen) + glyph.left + column, baseline + glyph.top + row, style.colour, alpha);
        }
      }
      pen += face.advance(character);
    }
  }

  get picture(): Picture {
    return { width: this.width, height: this.height, rgb: this.rgb };
  }

  png(): Buffer {
    return png(this.picture);
  }

  private blend(x: number, y: number, colour: Colour, alpha: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = 3 * (y * this.width + x);
    for (let channel = 0; channel < 3; channel += 1) {
      const below = this.rgb[at + channel] ?? 0;
      this.rgb[at + channel] = Math.round(below + alpha * ((colour[channel] ?? 0) - below));
    }
  }
}

/** Pixels that a text takes from left to right. */
export function textWidth(text: string, style: Pick<TextStyle, 'face' | 'size'>): number {
  return Face.of(style.face, style.size).width(text);
}
