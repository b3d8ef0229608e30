import type { MatchingLines } from '../attachments/matchingLines.js';
import type { PartlyRead } from '../attachments/moreOfDocuments.js';
import type { HeldConversation } from './conversation.js';
import type { Slices } from './slicedImages.js';
import type { TurnLayers } from './where.js';

/** The conversation in the engine's cache. */
export interface Held {
  readonly turns: HeldConversation;
  readonly contextTokens: number;
  /** How each of its pictures was cut. */
  readonly slices: Slices;
  /** What was read in the pictures of each turn, oldest first. */
  readonly layers: readonly TurnLayers[];
  /** What its attachments say, for the embedded model's questions. */
  readonly lines: MatchingLines;
  /** Documents that did not fit. */
  readonly partly: readonly PartlyRead[];
}
