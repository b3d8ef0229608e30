/** What every reader of a format gives back: parts with text, the pictures in them, and notes as data. */
import type { DocumentNote, DocumentUnit } from '../../../protocol/documentNotes.js';
import type { PageSize } from './pageSize.js';

export interface DocumentContent {
  readonly unit: DocumentUnit;
  /** Parts that the file has; 1 for one without parts. */
  readonly count: number;
  /** The chosen ones, ascending. */
  readonly pages: readonly DocumentPage[];
  readonly notes: readonly DocumentNote[];
  /** In the order in which the text refers to them: see pictureMark. */
  readonly pictures: readonly DocumentPicture[];
  /** Of a text file. */
  readonly encoding?: string;
  readonly thumbnail?: DrawnPage;
}

export interface DocumentPage {
  /** From 1; 0 for the only part of a document without parts. */
  readonly page: number;
  /** The name of a sheet, the heading of a section, the title of a slide. */
  readonly title?: string;
  /** May hold marks of pictures: see pictureMark. */
  readonly text: string;
  /** Points, for a page that can be drawn. */
  readonly size?: PageSize;
  /** Why its text does not say what is on it, for a page that had better be drawn. */
  readonly drawBecause?: 'scanned' | 'garbled';
  /** Whether nothing is on it at all. */
  readonly blank?: boolean;
  /** A page of the file that cannot be read. */
  readonly damaged?: boolean;
}

/** A picture that is stored in a document. */
export interface DocumentPicture {
  /** Such as "image1.png". */
  readonly name: string;
  /** What the document says is on it; empty when it says nothing. */
  readonly alt: string;
  /** As they are stored: PNG, JPEG, … */
  readonly bytes: Uint8Array;
}

export interface DrawnPage extends PageSize {
  readonly rgb: Uint8Array;
}

/** A document that is one text. */
export function wholeText(text: string, notes: readonly DocumentNote[] = []): DocumentContent {
  return { unit: 'whole', count: 1, pages: [{ page: 0, text }], notes, pictures: [] };
}
