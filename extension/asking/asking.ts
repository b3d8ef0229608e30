import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { KvRatio } from '../../backend-native/protocol/kv.js';
import type { RunningView } from '../../webview/protocol/state.js';
import { isSame, type Attachment } from '../attachments/attachment.js';
import { unansweredAttachments, type Answer, type Conversation, type Turn } from '../conversation/conversation.js';
import type { Conversations } from '../conversation/conversations.js';
import { Throttle } from '../throttle.js';
import { answerTurn, type AnswerServices } from './answer.js';
import { userError } from '../userError.js';

export interface AskingServices extends AnswerServices {
  readonly conversations: AnswerServices['conversations'] &
    Pick<Conversations, 'ready' | 'open' | 'addTurn' | 'replaceFrom' | 'removeTurn' | 'setAnswer' | 'flush'>;
}

export interface Question {
  readonly question: string;
  readonly attachments: readonly Attachment[];
  /** The panel's, or else the setting's, when it is left out. */
  readonly ratio?: KvRatio;
  /** Answers with the full cache first, and then with the ratio. */
  readonly compare?: boolean;
}

export interface Started {
  /** Resolves when the answer is over; never rejects. */
  readonly over: Promise<void>;
}

/** The one that is answered, and those that wait behind it. */
const maxJobs = 8;
const snapshotMs = 50;
/** How often a running answer is saved, so that no end of the window or the process takes it all. */
const saveMs = 2000;

/** The full cache is compared with less: auto keeps all of a short prompt, and there would be nothing to compare. */
export function comparedRatio(ratio: KvRatio): number {
  return ratio === 'auto' || ratio >= 1 ? 0.2 : ratio;
}

interface Job {
  readonly turnId: string;
  readonly abort: AbortController;
  begun: boolean;
}

export interface TurnChange {
  readonly question?: string;
  readonly readAll?: true;
  readonly documentTokens?: number;
  readonly shrinkImages?: true;
}

/** Asks the model, one question at a time, and keeps what it answers. */
export class Asking implements vscode.Disposable {
  private readonly progressed = new vscode.EventEmitter<RunningView | null>();
  private readonly ratioChanged = new vscode.EventEmitter<void>();
  /** Hears snapshots of the running answer, and null when nothing runs. */
  readonly onDidProgress = this.progressed.event;
  readonly onDidChangeRatio = this.ratioChanged.event;

  private readonly jobs = new Set<Job>();
  private readonly snapshots = new Throttle<RunningView>(snapshotMs, (running) => {
    this.progressed.fire(running);
  });
  private tail: Promise<void> = Promise.resolve();
  private snapshot: RunningView | null = null;
  /** Of the running answer. */
  private conversation: Conversation | undefined;
  /** The panel's choice, and what the setting was then. */
  private chosen: { readonly ratio: KvRatio; readonly setting: KvRatio } | undefined;

  constructor(private readonly services: AskingServices) {}

  /** The newest snapshot of the running answer. */
  get running(): RunningView | null {
    return this.snapshot;
  }

  /** Whether a question is answered or waits. */
  get isAsking(): boolean {
    return this.jobs.size > 0;
  }

  /** The KV ratio of the next question: the panel's or the setting's, whichever was chosen last. */
  get ratio(): KvRatio {
    const setting = this.services.settings.current.kv.ratio;
    return this.chosen?.setting === setting ? this.chosen.ratio : setting;
  }

  /** @param ratio for every question until it or the setting is set again; null takes the setting's */
  setRatio(ratio: KvRatio | null): void {
    this.chosen = ratio === null ? undefined : { ratio, setting: this.services.settings.current.kv.ratio };
    this.ratioChanged.fire();
  }

  /** Asks, and resolves when the answer is over, however it ended. @throws as start does */
  async ask(question: Question): Promise<void> {
    await (
      await this.start(question)
    ).over;
  }

  /**
   * Adds a turn to the open conversation, with what the questions before it brought in vain, and then streams and saves
   * its answer; a failure of that is told in the answer.
   * @throws BackendError when there is nothing to ask, or too much already
   */
  async start({ question, attachments, ratio, compare = false }: Question): Promise<Started> {
    await this.services.conversations.ready();
    const conversation = this.services.conversations.open;
    const before = unansweredAttachments(conversation);
    const own = attachments.filter((one) => !before.some((other) => isSame(one, other)));
    const turn = this.newTurn(question, [...before, ...own], compare, ratio);
    this.services.conversations.addTurn(conversation, turn);
    return this.enqueue(conversation, turn);
  }

  /**
   * Asks a turn of the open conversation once more, with its attachments. What followed it is dropped: it belonged to
   * the old answer.
   * @param change what is other than it was: the question; its documents are read in parts, all of them, from now on;
   * or, this time, of its documents so many tokens alone are read, or large images as a whole
   * @throws BackendError as start does, or when there is no such turn
   */
  startAgain(turnId: string, change: TurnChange = {}): Started {
    const conversation = this.services.conversations.open;
    const old = conversation.turns.find(({ id }) => id === turnId);
    if (!old)
      throw userError(
        'invalid_argument',
        vscode.l10n.t('There is no such question in the open conversation (any more).'),
        vscode.l10n.t('Ask again.'),
      );
    if (this.conversation === conversation) this.stop();
    const { question = old.question, documentTokens, shrinkImages } = change;
    const readAll = change.readAll ?? (documentTokens === undefined && old.readAll);
    const turn: Turn = {
      ...this.newTurn(question, old.attachments, old.answers.length > 1 && !change.readAll),
      ...(readAll && { readAll }),
      ...(documentTokens !== undefined && { documentTokens }),
      ...(shrinkImages && { shrinkImages }),
    };
    this.services.conversations.replaceFrom(conversation, turnId, turn);
    return this.enqueue(conversation, turn);
  }

  /** Stops the answer that runs and the question that waits; what has arrived is kept. */
  stop(): void {
    for (const { abort } of this.jobs) abort.abort();
  }

  /**
   * Takes back a question that waits. @returns its turn, which is no longer in the open conversation; undefined when it
   * does not wait (any more)
   */
  withdraw(turnId: string, attachments: 'keep' | 'drop'): Turn | undefined {
    const job = [...this.jobs].find((one) => one.turnId === turnId);
    if (!job || job.begun) return undefined;
    this.jobs.delete(job);
    return this.services.conversations.removeTurn(this.services.conversations.open, turnId, attachments);
  }

  /** For the end of the window: stops, and has what has arrived in its file when it resolves. */
  async close(): Promise<void> {
    this.stop();
    const { snapshot: running, conversation } = this;
    const turn = conversation?.turns.find(({ id }) => id === running?.turnId);
    if (running && conversation && turn) this.savePartial(conversation, turn, running, 'stopped');
    await this.services.conversations.flush();
  }

  dispose(): void {
    this.stop();
    this.snapshots.cancel();
    this.progressed.dispose();
    this.ratioChanged.dispose();
  }

  private newTurn(question: string, attachments: readonly Attachment[], compare: boolean, ratio = this.ratio): Turn {
    const text = question.trim();
    if (text === '')
      throw userError('invalid_argument', vscode.l10n.t('The question is empty.'), vscode.l10n.t('Ask something.'));
    if ([...this.jobs].filter(({ abort }) => !abort.signal.aborted).length >= maxJobs)
      throw userError(
        'busy',
        vscode.l10n.t('{0} questions wait already.', maxJobs - 1),
        vscode.l10n.t('Wait for the answer, or stop it.'),
      );
    const ratios: readonly KvRatio[] = compare ? [1, comparedRatio(ratio)] : [ratio];
    return { id: randomUUID(), question: text, attachments, answers: ratios.map(waiting) };
  }

  private enqueue(conversation: Conversation, turn: Turn): Started {
    const job: Job = { turnId: turn.id, abort: new AbortController(), begun: false };
    this.jobs.add(job);
    this.tail = this.tail.then(() => this.answer(conversation, turn, job));
    return { over: this.tail };
  }

  private async answer(conversation: Conversation, turn: Turn, job: Job): Promise<void> {
    // It was taken back.
    if (!this.jobs.has(job)) return;
    job.begun = true;
    const { conversations, log } = this.services;
    const { signal } = job.abort;
    this.conversation = conversation;
    try {
      for (const [index, { ratio }] of turn.answers.entries()) {
        // A stop ends what had not begun too.
        const answer = signal.aborted ? stopped(ratio) : await this.answerOne(conversation, turn, index, ratio, signal);
        conversations.setAnswer(conversation, turn, index, answer);
      }
    } catch (error) {
      log.error('A question was not answered', error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      this.jobs.delete(job);
      this.snapshots.cancel();
      this.snapshot = null;
      this.conversation = undefined;
      this.progressed.fire(null);
    }
  }

  private async answerOne(
    conversation: Conversation,
    turn: Turn,
    index: number,
    ratio: KvRatio,
    signal: AbortSignal,
  ): Promise<Answer> {
    this.services.conversations.setAnswer(conversation, turn, index, { ...waiting(ratio), status: 'running' });
    let saved = Date.now();
    return answerTurn(this.services, {
      conversation,
      turn,
      index,
      ratio,
      signal,
      onRunning: (running) => {
        this.snapshot = running;
        this.snapshots.send(running);
        if (running.text === '' || Date.now() - saved < saveMs) return;
        saved = Date.now();
        this.savePartial(conversation, turn, running, 'running');
      },
    });
  }

  private savePartial(
    conversation: Conversation,
    turn: Turn,
    { answerIndex, text }: RunningView,
    status: Answer['status'],
  ): void {
    const answer = turn.answers[answerIndex];
    if (answer) this.services.conversations.setAnswer(conversation, turn, answerIndex, { ...answer, text, status });
  }
}

function waiting(ratio: KvRatio): Answer {
  return { ratio, text: '', status: 'waiting', notes: [], hasKvMap: false };
}

function stopped(ratio: KvRatio): Answer {
  return { ...waiting(ratio), status: 'stopped' };
}
