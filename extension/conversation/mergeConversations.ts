import type { Conversation, Turn } from './conversation.js';

/** What this window did to a conversation since it was opened here. */
export interface WindowChanges {
  /** Turns that were asked in this window, by id. */
  readonly asked: ReadonlySet<string>;
  /** Turns that were taken out or replaced in this window, by id. */
  readonly dropped: ReadonlySet<string>;
}

/**
 * The turns of a conversation that another window wrote meanwhile, with what was done here: nothing that was asked in
 * either window is lost. What the other window took out is gone, unless it was asked here.
 * @param ours the same objects come back for turns that were asked here, because answers may still be on their way into
 *   them
 */
export function mergedTurns(
  ours: Pick<Conversation, 'turns'>,
  theirs: Pick<Conversation, 'turns'>,
  { asked, dropped }: WindowChanges,
): Turn[] {
  const own = new Map(ours.turns.filter(({ id }) => asked.has(id)).map((turn) => [turn.id, turn]));
  const merged = theirs.turns.filter(({ id }) => !dropped.has(id)).map((turn) => own.get(turn.id) ?? turn);
  for (const [index, turn] of ours.turns.entries()) {
    if (!own.has(turn.id) || merged.some(({ id }) => id === turn.id)) continue;
    // Behind the turn that it followed here; where that is gone, at the end.
    const before = ours.turns[index - 1];
    const at = before ? merged.findIndex(({ id }) => id === before.id) : -1;
    if (at < 0) merged.push(turn);
    else merged.splice(at + 1, 0, turn);
  }
  return merged;
}
