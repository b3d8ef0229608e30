/** What a picture says: lines of text with where they are, in reading order. */
import type { Box } from './recogniser/raster.js';

export interface TextLayer {
  /** In reading order. */
  readonly lines: readonly TextLine[];
}

export interface TextLine {
  readonly text: string;
  /** Pixels of the picture: left, top, width, height. */
  readonly box: Box;
  /** From 0 to 1. */
  readonly confidence: number;
  /**
   * How it looks where that tells something, such as `white on blue` or `red`: ground and ink unlike the rest of the
   * picture.
   */
  readonly look?: string;
  /** Lines of one block are read together; blocks are told apart by an empty line. Counted from 0, never falling. */
  readonly block: number;
  /**
   * Lines of one row stand side by side: the cells of a table, a label and its value. Counted from 0, never falling.
   */
  readonly row: number;
  /** Columns of a table that have nothing in this row, left of this cell and right of the last one. */
  readonly emptyBefore?: number;
  readonly emptyAfter?: number;
}

const nextCell = ' | ';

/** @param marks whether lines end in how they look: ` [white on blue]` */
export function textOf({ lines }: TextLayer, { marks }: { readonly marks: boolean }): string {
  let text = '';
  let last: TextLine | undefined;
  for (const line of lines) {
    if (last) text += line.block !== last.block ? '\n\n' : line.row !== last.row ? '\n' : nextCell;
    text += nextCell.repeat(line.emptyBefore ?? 0);
    text += line.text + (marks && line.look !== undefined ? ` [${line.look}]` : '');
    text += nextCell.repeat(line.emptyAfter ?? 0).trimEnd();
    last = line;
  }
  return text;
}

/** Words as a reader counts them: what white space stands between. */
export function countWords({ lines }: TextLayer): number {
  return lines.reduce((sum, { text }) => sum + text.split(/\s+/).filter(Boolean).length, 0);
}
