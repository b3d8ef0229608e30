import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '../answer/answerView.js';
import '../answer/notesView.js';
import { pageTarget, readDocuments, type PageFinder, type ReadDocument } from '../answer/pageLinks.js';
import '../composer/attachmentChip.js';
import '../composer/pageRangeEditor.js';
import { PanelElement } from '../element.js';
import { request, send, showFailure } from '../host/host.js';
import { isComposing } from '../host/keys.js';
import { keepUnchanged } from '../host/stableState.js';
import { iconButton } from '../icon.js';
import { messageLimits } from '../protocol/messages.js';
import type { AnswerNoteView, AnswerView, AttachmentView, RunningView, TurnView } from '../protocol/state.js';

/** A question with its attachments, and its answer; two answers side by side where KV ratios are compared. */
@customElement('look-once-turn')
export class TurnElement extends PanelElement {
  @property({ attribute: false }) turn!: TurnView;
  @property({ attribute: false }) running: RunningView | null = null;
  @property({ type: Boolean }) last = false;
  /** What the turns before this one brought: a follow-up may name pages of it. */
  @property({ attribute: false }) earlier: readonly ReadDocument[] = [];
  @state() private editing = false;
  /** The attachment whose pages are being chosen. */
  @state() private choosing: string | null = null;
  private documents: readonly ReadDocument[] = [];
  private pageOf: PageFinder | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = this.documents;
    if (changed.has('turn') || changed.has('earlier'))
      this.documents = keepUnchanged(before, readDocuments(this.turn, this.earlier));
    // Another finder means that all links are drawn again.
    if (this.documents === before && !changed.has('earlier')) return;
    const { documents, earlier } = this;
    const none = documents.length === 0 && earlier.length === 0;
    this.pageOf = none ? null : (page) => pageTarget(page, documents, earlier);
  }

  protected override render(): TemplateResult {
    const { turn } = this;
    const compared = turn.answers.length > 1;
    const unfinished = turn.answers.some(({ status }) => status === 'waiting' || status === 'running');
    const waits = turn.answers.every(({ status }) => status === 'waiting') && this.running === null;
    const shared = compared ? sharedNotes(turn.answers) : [];
    return html`<article
      class="turn"
      aria-label=${l10n.t('Question: {0}', turn.question.slice(0, 120))}
      @choose-pages=${this.choosePages}
    >
      <div class="question">
        ${turn.attachments.length === 0 ? nothing : this.attachments()}
        ${
          this.editing
            ? this.editor()
            : html`<div class="question-line">
                <p class="question-text" dir="auto">${turn.question}</p>
                ${
                  waits
                    ? this.waitingButtons()
                    : unfinished
                      ? nothing
                      : iconButton('edit', l10n.t('Edit the question and ask again'), this.edit, { class: 'on-hover' })
                }
              </div>`
        }
      </div>
      <div class="answers ${compared ? 'compared' : ''}">
        ${turn.answers.map(
          (answer, index) =>
            html`<div
              class="answer"
              role="group"
              aria-label=${compared ? l10n.t('Answer {0} of {1}', index + 1, turn.answers.length) : l10n.t('Answer')}
              @show-kv-map=${() => {
                this.showKvMap(index, 0);
              }}
            >
              <look-once-answer
                .turnId=${turn.id}
                .answer=${answer}
                .running=${this.running?.answerIndex === index ? this.running : null}
                .shared=${shared}
                .pageOf=${this.pageOf}
                ?compared=${compared}
                ?documents=${turn.attachments.some(({ kind }) => kind !== 'image')}
                ?last=${this.last}
              ></look-once-answer>
            </div>`,
        )}
      </div>
      ${
        shared.length === 0
          ? nothing
          : html`<look-once-notes
              .notes=${shared}
              .documents=${(turn.answers[0]?.result?.documents ?? []).map(({ name }) => name)}
              .pageOf=${this.pageOf}
            ></look-once-notes>`
      }
    </article>`;
  }

  /** Of a question that waits behind another: it can be taken back. */
  private waitingButtons(): TemplateResult {
    return html`${iconButton('edit', l10n.t('Edit the waiting question'), () => {
      void this.withdraw('edit');
    })}
    ${iconButton('close', l10n.t('Drop the waiting question'), () => {
      void this.withdraw('drop');
    })}`;
  }

  private async withdraw(to: 'edit' | 'drop'): Promise<void> {
    try {
      const taken = await request('withdraw', { turnId: this.turn.id, to });
      if (taken && to === 'edit') this.emit('take-back', taken.question);
    } catch (error) {
      showFailure(error);
    }
  }

  private attachments(): TemplateResult {
    const mapped = this.turn.answers.findIndex((answer) => answer.hasKvMap);
    const chosen = this.turn.attachments.find(({ id }) => id === this.choosing);
    return html`<ul class="chips" aria-label=${l10n.t('Attachments of the question')}>
        ${this.turn.attachments.map(
          (attachment) =>
            html`<li>
              <look-once-chip
                .attachment=${attachment}
                .words=${this.wordsIn(attachment)}
                ?hasKvMap=${mapped >= 0 && this.readAsImages(attachment)}
                @show-kv-map=${(event: Event) => {
                  event.stopPropagation();
                  this.showKvMap(mapped, attachment);
                }}
              ></look-once-chip>
            </li>`,
        )}
      </ul>
      ${
        chosen
          ? html`<look-once-page-range
              .attachment=${chosen}
              .applyLabel=${l10n.t('Read these and ask again')}
              @done=${this.askWithPages}
            ></look-once-page-range>`
          : nothing
      }`;
  }

  /** Whether the model saw it, or at least a page of it, as an image. */
  private readAsImages(attachment: AttachmentView): boolean {
    if (attachment.kind === 'image') return true;
    const index = this.turn.attachments.filter(({ kind }) => kind !== 'image').indexOf(attachment);
    return this.turn.answers.some(({ result }) => result?.images.some(({ document }) => document?.index === index));
  }

  /** What the answer says of an image's words; undefined when they were not looked for. */
  private wordsIn(attachment: AttachmentView): number | undefined {
    const index = this.turn.attachments.filter(({ kind }) => kind === 'image').indexOf(attachment);
    const reports = this.turn.answers.flatMap(
      ({ result }) => result?.images.filter(({ document }) => !document)[index] ?? [],
    );
    const text = reports.find((report) => report.text)?.text;
    return text && (text.reason === 'used' || text.reason === 'nothing' || text.words > 0) ? text.words : undefined;
  }

  private editor(): TemplateResult {
    return html`<div class="edit">
      <textarea
        class="input"
        dir="auto"
        aria-label=${l10n.t('Question')}
        maxlength=${messageLimits.questionCharacters}
        .value=${this.turn.question}
        @keydown=${this.editKey}
      ></textarea>
      ${this.last ? nothing : html`<p class="quiet">${l10n.t('The turns after this one are dropped.')}</p>`}
      <div class="edit-buttons">
        <vscode-button @click=${this.askEdited}>${l10n.t('Ask again')}</vscode-button>
        <vscode-button secondary @click=${this.cancelEdit}>${l10n.t('Cancel')}</vscode-button>
      </div>
    </div>`;
  }

  private readonly edit = (): void => {
    this.editing = true;
    void this.focusOn('textarea').then(() => {
      this.querySelector('.edit')?.scrollIntoView({ block: 'nearest' });
    });
  };

  private readonly cancelEdit = (): void => {
    this.editing = false;
  };

  private readonly editKey = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      this.cancelEdit();
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    this.askEdited();
  };

  private readonly askEdited = (): void => {
    const question = this.querySelector('textarea')?.value.trim() ?? '';
    if (question === '') return;
    this.editing = false;
    send('editAndAsk', { turnId: this.turn.id, question });
  };

  /** The reports count the turn's documents; chips count all attachments. */
  private readonly choosePages = (event: Event): void => {
    const { index, name } = (event as CustomEvent<{ index: number; name: string }>).detail;
    const documents = this.turn.attachments.filter(({ kind }) => kind !== 'image');
    this.choosing =
      (documents[index]?.name === name ? documents[index] : documents.find((document) => document.name === name))?.id ??
      null;
  };

  private readonly askWithPages = (event: Event): void => {
    this.choosing = null;
    if ((event as CustomEvent<boolean>).detail) send('regenerate', { turnId: this.turn.id });
  };

  private showKvMap(answerIndex: number, image: number | AttachmentView): void {
    this.emit('open-kv-map', {
      turnId: this.turn.id,
      answerIndex,
      ...(typeof image === 'number' ? { image } : { attachmentId: image.id }),
    });
  }
}

/** Notes that all answers have, once all are there: said once. */
function sharedNotes(answers: readonly AnswerView[]): readonly AnswerNoteView[] {
  const [first, ...others] = answers;
  if (!first || answers.some(({ status }) => status !== 'done')) return [];
  return first.notes.filter(({ text }) => others.every(({ notes }) => notes.some((note) => note.text === text)));
}
