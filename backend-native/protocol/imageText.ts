/** The text layer of pictures: what is written in them, read beside the model and given to it as text. */

/** 'auto': always for the embedded model; for others, when the picture is shrunk so far that they cannot read it. */
export const imageTextSettings = ['auto', 'on', 'off'] as const;
export type ImageTextSetting = (typeof imageTextSettings)[number];

/** Why the words of a picture went to the model, or did not. */
export const imageTextReasons = [
  'used',
  /** Of the setting. */
  'off',
  /** 'auto', and the model sees the picture large enough to read it by itself. */
  'readable',
  /** No text was found. */
  'nothing',
  /** More pixels than are read. */
  'tooLarge',
  'timeout',
  'memory',
  /** The files of the recogniser are not there. */
  'missing',
  /** The recogniser ended or refused. */
  'failed',
  /** No room in the context. */
  'budget',
] as const;
export type ImageTextReason = (typeof imageTextReasons)[number];

/** What became of the text of one picture. */
export interface ImageTextReport {
  /** That were found; 0 when it was not looked for. */
  readonly words: number;
  readonly lines: number;
  /** Whether the model was given them. */
  readonly used: boolean;
  /** Lines that it was given: fewer than there are when the context has no room for all. */
  readonly linesUsed: number;
  readonly reason: ImageTextReason;
  /** The case at hand, for a reason that is a failure; never more than a line. */
  readonly detail?: string;
}

/** A line of a picture that words of the answer come from. */
export interface WhereLine {
  /** Among the images of the turn, counted from 0. */
  readonly image: number;
  /** Turns before this one; 0 for the turn that was answered. */
  readonly turnsAgo: number;
  /** Pixels of the picture: left, top, width, height. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  readonly text: string;
}

/**
 * Why no lines are named: the words of the answer are in none, it has none to look for ("yes"), or no picture was read.
 */
export type NowhereReason = 'nowhere' | 'noWords' | 'notRead';
