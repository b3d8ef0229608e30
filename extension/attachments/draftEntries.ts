/** The attachments of the next question as values: every change makes a new list. */
import type { DocumentReadAs, PicturePart } from '../../backend-native/protocol/ask.js';
import type { BackendErrorData } from '../../backend-native/protocol/errors.js';
import type { AttachmentReport } from '../../backend-native/protocol/inspect.js';
import type { DraftView } from '../../webview/protocol/state.js';
import {
  isSame,
  viewOf,
  withPart as partChosen,
  withReport,
  type Attachment,
  type AttachmentState,
} from './attachment.js';

export interface DraftEntry {
  readonly attachment: Attachment;
  readonly state: AttachmentState;
  /** Whether the backend has to look at it, for the first time or again. */
  readonly due: boolean;
}

export type DraftEntries = readonly DraftEntry[];

/** Adds it at the end, unless the same thing is there already. */
export function added(
  entries: DraftEntries,
  attachment: Attachment,
  state: AttachmentState = { name: 'reading' },
): DraftEntries {
  if (entries.some((entry) => isSame(entry.attachment, attachment))) return entries;
  return [...entries, { attachment, state, due: state.name === 'reading' }];
}

export function removed(entries: DraftEntries, id: string): DraftEntries {
  return entries.filter((entry) => entry.attachment.id !== id);
}

/** Moves one to another place; a place beyond the ends is the end. */
export function moved(entries: DraftEntries, id: string, to: number): DraftEntries {
  const entry = find(entries, id);
  if (!entry) return entries;
  const others = removed(entries, id);
  const index = Math.min(Math.max(to, 0), others.length);
  return [...others.slice(0, index), entry, ...others.slice(index)];
}

/**
 * Chooses the pages of a document and how they are read; it is looked at again. Images and selections have no pages.
 */
export function withPages(entries: DraftEntries, id: string, pages: string, readAs: DocumentReadAs): DraftEntries {
  return entries.map((entry) => {
    if (entry.attachment.id !== id || entry.attachment.kind !== 'document') return entry;
    return { attachment: { ...entry.attachment, pages: pages.trim(), readAs }, state: { name: 'reading' }, due: true };
  });
}

/** Chooses a part of an image, or all of it again; it is looked at again. The same list when that cannot be. */
export function withPart(entries: DraftEntries, id: string, part: PicturePart | null): DraftEntries {
  const entry = find(entries, id);
  const attachment = entry && partChosen(entry.attachment, part);
  if (!attachment) return entries;
  return entries.map((one) => (one === entry ? { attachment, state: { name: 'reading' }, due: true } : one));
}

/**
 * How many words are written in an image: known some time after the rest.
 * @param tokens what the loaded model takes for them; null while none is
 */
export function withWords(entries: DraftEntries, id: string, words: number, tokens: number | null): DraftEntries {
  return entries.map((entry) => {
    const { attachment } = entry;
    if (attachment.id !== id || !attachment.look) return entry;
    const look = { ...attachment.look, words, ...(tokens !== null && { wordTokens: tokens }) };
    return { ...entry, attachment: { ...attachment, look } };
  });
}

/** What the backend found, unless the entry has changed since it began to look. */
export function looked(entries: DraftEntries, at: DraftEntry, report: AttachmentReport): DraftEntries {
  return entries.map((entry) => (entry === at ? { ...withReport(at.attachment, report), due: false } : entry));
}

/** The backend could not look: it does not start, or it ended over it. */
export function notLooked(entries: DraftEntries, at: DraftEntry, error: BackendErrorData): DraftEntries {
  return entries.map((entry) =>
    entry === at ? { ...entry, state: { name: 'failed', error, by: 'backend' }, due: false } : entry,
  );
}

/**
 * All are looked at again, because another model counts other tokens; they show what was known until then. Not those
 * that the backend ended over: it would end again, with nobody asking for it.
 */
export function allDue(entries: DraftEntries): DraftEntries {
  return entries.map((entry) => (endedBackend(entry.state) ? entry : { ...entry, due: true }));
}

function endedBackend(state: AttachmentState): boolean {
  return state.name === 'failed' && (state.error.code === 'backend_crashed' || state.error.code === 'backend_hung');
}

export function find(entries: DraftEntries, id: string): DraftEntry | undefined {
  return entries.find((entry) => entry.attachment.id === id);
}

/**
 * @param contextTokens what the context of the loaded model takes; null while there is none
 * @param heldTokens what the open conversation takes of it
 */
export function draftView(entries: DraftEntries, contextTokens: number | null, heldTokens: number): DraftView {
  const attachments = entries.map((entry) => viewOf(entry.attachment, entry.state));
  return {
    attachments,
    tokens: contextTokens === null ? null : attachments.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0),
    contextTokens,
    heldTokens,
  };
}

/** What was saved, and behind it what was attached meanwhile. */
export function restored(saved: readonly Attachment[], since: DraftEntries): DraftEntries {
  const before = saved.map((attachment): DraftEntry => ({
    attachment,
    state: { name: 'ready' },
    due: attachment.look === undefined,
  }));
  return since.reduce<DraftEntries>((entries, { attachment, state }) => added(entries, attachment, state), before);
}
