import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DocumentReadAs } from '../../backend-native/protocol/ask.js';
import type { ConversationSummary } from '../../webview/protocol/state.js';
import { withPages, type Attachment } from '../attachments/attachment.js';
import type { Notices } from '../notices.js';
import {
  isUnfinished,
  matches,
  summaryOf,
  titleFor,
  type Answer,
  type Conversation,
  type Turn,
} from './conversation.js';
import { ConversationStore } from './conversationStore.js';
import { mergedTurns } from './mergeConversations.js';
import { userError } from '../userError.js';

const openKey = 'lookOnce.openConversation';

export interface ConversationsOptions {
  /** Where the files are. */
  readonly folder: string;
  /** Remembers which one is open. */
  readonly memento: vscode.Memento;
  readonly notices: Notices;
  readonly log: vscode.LogOutputChannel;
}

/** The conversations of this workspace: the open one, and all that were saved. */
export class Conversations implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly droppedAttachments = new vscode.EventEmitter<readonly Attachment[]>();
  readonly onDidChange = this.changed.event;
  /** Attachments that no conversation holds any more: their copies may go. */
  readonly onDidDropAttachments = this.droppedAttachments.event;

  private readonly store: ConversationStore;
  private readonly saved = new Map<string, Conversation>();
  private current = newConversation();
  private reading: Promise<void> | undefined;
  /** What was done in this window: turns, by id. */
  private readonly changes = { asked: new Set<string>(), dropped: new Set<string>() };
  private stopWatching: (() => void) | undefined;
  private disposed = false;

  constructor(private readonly options: ConversationsOptions) {
    this.store = new ConversationStore(options.folder);
  }

  /** Reads what was saved, once, and opens the one that was open last. */
  ready(): Promise<void> {
    this.reading ??= this.read();
    return this.reading;
  }

  /** The open one; it has no turns when nothing was asked yet. */
  get open(): Conversation {
    return this.current;
  }

  /** The last changed first. */
  get summaries(): readonly ConversationSummary[] {
    return [...this.saved.values()].sort((a, b) => b.changed - a.changed).map(summaryOf);
  }

  /** Those whose title, questions or answers hold every word of the text, the last changed first. */
  search(text: string): readonly ConversationSummary[] {
    return this.summaries.filter(({ id }) => matches(this.get(id), text));
  }

  /** An attachment of the open conversation's turns. */
  attachment(id: string): Attachment | undefined {
    return this.current.turns.flatMap((turn) => turn.attachments).find((attachment) => attachment.id === id);
  }

  /**
   * How much of a document of the open conversation is read when its turn is asked again. @returns whether there is one
   */
  setPages(id: string, pages: string, readAs: DocumentReadAs): boolean {
    const turn = this.current.turns.find(({ attachments }) => attachments.some((attachment) => attachment.id === id));
    if (!turn) return false;
    turn.attachments = turn.attachments.map((attachment) =>
      attachment.id === id ? withPages(attachment, pages, readAs) : attachment,
    );
    this.save(this.current);
    return true;
  }

  /** @throws BackendError invalid_argument when there is none */
  get(id: string): Conversation {
    const conversation = id === this.current.id ? this.current : this.saved.get(id);
    if (!conversation)
      throw userError(
        'invalid_argument',
        vscode.l10n.t('There is no such conversation (any more).'),
        vscode.l10n.t('Choose another conversation.'),
      );
    return conversation;
  }

  openNew(): void {
    if (this.current.turns.length > 0) this.setOpen(newConversation());
  }

  openSaved(id: string): void {
    this.setOpen(this.get(id));
  }

  rename(id: string, title: string): void {
    const conversation = this.get(id);
    conversation.title = title.trim() === '' ? conversation.title : title.trim();
    // It stays where it is in the list: nothing was said in it.
    this.save(conversation, conversation.changed);
  }

  async delete(id: string): Promise<void> {
    const conversation = this.get(id);
    this.saved.delete(id);
    if (conversation === this.current) this.setOpen(newConversation());
    this.changed.fire();
    this.drop(conversation.turns);
    await this.store.delete(id);
  }

  /** Adds a turn and takes the title from the first. */
  addTurn(conversation: Conversation, turn: Turn): void {
    this.changes.asked.add(turn.id);
    conversation.turns = [...conversation.turns, turn];
    if (conversation.title === '') conversation.title = titleFor(turn.question);
    this.saved.set(conversation.id, conversation);
    this.save(conversation);
  }

  /** Drops a turn and what follows it, and puts another in its place. */
  replaceFrom(conversation: Conversation, turnId: string, turn: Turn): void {
    const index = conversation.turns.findIndex(({ id }) => id === turnId);
    const dropped = index < 0 ? [] : conversation.turns.slice(index);
    for (const { id } of dropped) this.changes.dropped.add(id);
    conversation.turns = conversation.turns.slice(0, conversation.turns.length - dropped.length);
    this.addTurn(conversation, turn);
    this.drop(dropped);
  }

  /** Takes out a turn that was not answered. @returns it; undefined when there is none (any more) */
  removeTurn(conversation: Conversation, turnId: string, attachments: 'keep' | 'drop'): Turn | undefined {
    const turn = conversation.turns.find(({ id }) => id === turnId);
    if (!turn) return undefined;
    this.changes.dropped.add(turn.id);
    conversation.turns = conversation.turns.filter((other) => other !== turn);
    this.save(conversation);
    if (attachments === 'drop') this.drop([turn]);
    return turn;
  }

  setAnswer(conversation: Conversation, turn: Turn, index: number, answer: Answer): void {
    turn.answers = turn.answers.with(index, answer);
    this.save(conversation);
  }

  /** @param map JSON */
  async saveMap(conversation: Conversation, turn: Turn, index: number, map: string): Promise<void> {
    if (this.saved.has(conversation.id)) await this.store.writeMap(conversation.id, `${turn.id}-${index}`, map);
  }

  /** @returns JSON; undefined when there is none */
  async readMap(conversation: Conversation, turnId: string, index: number): Promise<string | undefined> {
    return this.store.readMap(conversation.id, `${turnId}-${index}`);
  }

  /** Resolves when everything is in its file. */
  async flush(): Promise<void> {
    await this.store.flush();
  }

  dispose(): void {
    this.disposed = true;
    this.stopWatching?.();
    this.changed.dispose();
    this.droppedAttachments.dispose();
  }

  private async read(): Promise<void> {
    const { notices, log, memento } = this.options;
    try {
      const { conversations, damaged } = await this.store.readAll();
      for (const conversation of conversations) this.saved.set(conversation.id, conversation);
      for (const { file, reason } of damaged)
        log.warn(`A conversation could not be read and is kept aside as ${file}: ${reason}`);
      if (damaged.length > 0) {
        notices.show({
          id: 'conversation.damaged',
          severity: 'warning',
          message: vscode.l10n.t(
            'A conversation could not be read. It is kept aside as {0}.',
            damaged.map(({ file }) => path.basename(file)).join(', '),
          ),
          actions: [{ label: vscode.l10n.t('Show Log'), action: 'showLog' }],
        });
      }
    } catch (error) {
      this.tellFailure(error, vscode.l10n.t('The conversations of this workspace could not be read.'));
    }
    const last = this.saved.get(memento.get(openKey, ''));
    if (last && this.current.turns.length === 0) this.current = last;
    this.changed.fire();
    await this.watch();
  }

  /**
   * Takes in what other windows on the same folder write. Where that cannot be heard, it is read with the next window.
   */
  private async watch(): Promise<void> {
    try {
      const stop = await this.store.watch((id) => {
        this.takeIn(id).catch((error: unknown) => {
          this.options.log.warn('A conversation of another window could not be read', String(error));
        });
      });
      if (this.disposed) stop();
      else this.stopWatching = stop;
    } catch (error) {
      this.options.log.warn('Conversations of other windows are not seen before a reload', String(error));
    }
  }

  private async takeIn(id: string): Promise<void> {
    const theirs = await this.store.readForeign(id);
    if (theirs === 'same' || this.disposed) return;
    const ours = this.saved.get(id);
    if (theirs === 'gone') {
      // One that is open here, or being answered, stays until it is left.
      if (!ours || ours === this.current || ours.turns.some(isUnfinished)) return;
      this.saved.delete(id);
    } else if (ours) {
      const written = new Set(theirs.turns.map(({ id: turnId }) => turnId));
      this.merge(ours, theirs);
      ours.title = theirs.title;
      // Both wrote at once, and this window's turn was written over.
      if (ours.turns.some(({ id: turnId }) => !written.has(turnId))) this.save(ours, ours.changed);
    } else {
      this.saved.set(id, theirs);
    }
    this.changed.fire();
  }

  private merge(ours: Conversation, theirs: Conversation): void {
    ours.turns = mergedTurns(ours, theirs, this.changes);
    ours.changed = Math.max(ours.changed, theirs.changed);
  }

  private setOpen(conversation: Conversation): void {
    this.current = conversation;
    this.changed.fire();
    this.options.memento.update(openKey, conversation.id).then(undefined, (error: unknown) => {
      this.options.log.warn(String(error));
    });
  }

  private save(conversation: Conversation, changed = Date.now()): void {
    // One that was deleted while its answer ran stays deleted.
    if (!this.saved.has(conversation.id)) return;
    conversation.changed = changed;
    this.changed.fire();
    if (conversation === this.current && this.options.memento.get(openKey) !== conversation.id)
      this.setOpen(conversation);
    const merge = (theirs: Conversation) => {
      this.merge(conversation, theirs);
    };
    this.store.write(conversation, merge).catch((error: unknown) => {
      this.tellFailure(error, vscode.l10n.t('The conversation could not be saved.'));
    });
  }

  private drop(turns: readonly Turn[]): void {
    const held = new Set(
      [...this.saved.values()].flatMap(({ turns: kept }) =>
        kept.flatMap(({ attachments }) => attachments.map(({ id }) => id)),
      ),
    );
    const dropped = turns.flatMap(({ attachments }) => attachments).filter(({ id }) => !held.has(id));
    if (dropped.length > 0) this.droppedAttachments.fire(dropped);
  }

  private tellFailure(error: unknown, message: string): void {
    this.options.log.error(message, String(error));
    this.options.notices.show({
      id: 'conversation.files',
      severity: 'error',
      message: `${message} ${String(error)}`,
      actions: [{ label: vscode.l10n.t('Show Log'), action: 'showLog' }],
    });
  }
}

function newConversation(): Conversation {
  return { id: randomUUID(), title: '', changed: Date.now(), turns: [] };
}
