import type { BackendErrorData } from '../backend-native/protocol/errors.js';
import type { PanelState } from './protocol/state.js';

/** A refused request, of the conversation that was open then. */
export interface Failure {
  readonly error: BackendErrorData;
  readonly conversationId: string;
}

/** Those still to be told: what was refused is over once an attachment was taken away, or something was asked. */
export function stillTold(failed: readonly Failure[], before: PanelState | null, now: PanelState): readonly Failure[] {
  const { id, turns } = now.conversation;
  if (failed.length === 0 || before?.conversation.id !== id) return failed;
  const ids = new Set(now.draft.attachments.map((attachment) => attachment.id));
  const isLess = before.draft.attachments.some((attachment) => !ids.has(attachment.id));
  const isOver = isLess || turns.length > before.conversation.turns.length;
  return isOver ? failed.filter(({ conversationId }) => conversationId !== id) : failed;
}
