import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { DocumentNote } from '../../backend-native/protocol/documentNotes.js';
import { actionsFor, isWorthAskingAgain } from '../protocol/errorActions.js';
import { PanelElement } from '../element.js';
import { formatCount, formatDuration, formatRatio } from '../format.js';
import { send } from '../host/host.js';
import { icon, iconButton } from '../icon.js';
import { actionButtons, errorBox } from '../message.js';
import type { AnswerNoteView, AnswerView, RunningView } from '../protocol/state.js';
import './gauge.js';
import './markdownView.js';
import './notesView.js';
import type { PageFinder } from './pageLinks.js';
import './readAllOffer.js';
import { progressLine } from './progressText.js';
import { lessToRead } from './readLess.js';
import { usedRatio } from './usedRatio.js';

/** One answer: what it says so far, what it is doing, why it failed, and what it cost. */
@customElement('look-once-answer')
export class AnswerElement extends PanelElement {
  @property({ attribute: false }) turnId = '';
  @property({ attribute: false }) answer!: AnswerView;
  /** The last snapshot, when this answer is the one that runs. */
  @property({ attribute: false }) running: RunningView | null = null;
  /** Whether it stands beside another, which had another KV ratio. */
  @property({ type: Boolean }) compared = false;
  /** Whether it may be asked again: the last turn only. */
  @property({ type: Boolean }) last = false;
  /** Notes that are told once for all answers of the turn. */
  @property({ attribute: false }) shared: readonly AnswerNoteView[] = [];
  /** Tells which page of which document a number means; null where there is no document with pages. */
  @property({ attribute: false }) pageOf: PageFinder | null = null;
  /** Whether the turn has documents, of which less can be read. */
  @property({ type: Boolean }) documents = false;
  @state() private copied = false;

  protected override render(): TemplateResult {
    const { answer, running } = this;
    const unfinished = answer.status === 'waiting' || answer.status === 'running';
    // A snapshot may be older than the state: the longer text is the newer one.
    const text = unfinished && running && running.text.length > answer.text.length ? running.text : answer.text;
    return html`
      ${
        this.compared
          ? html`<h2 class="answer-ratio">
              ${
                answer.ratio === 1
                  ? l10n.t('Full KV cache')
                  : l10n.t(
                      'KV ratio {0}',
                      answer.ratio === 'auto' && answer.result
                        ? usedRatio(answer.result.kv)
                        : formatRatio(answer.ratio),
                    )
              }
            </h2>`
          : nothing
      }
      ${this.reasoning(unfinished && running ? running.reasoning : (answer.reasoning ?? ''))}
      ${
        text === ''
          ? nothing
          : html`<look-once-markdown
              .text=${text}
              .pageOf=${this.pageOf}
              ?streaming=${unfinished}
            ></look-once-markdown>`
      }
      ${unfinished ? this.progress() : this.ending(text)}
    `;
  }

  private reasoning(text: string): TemplateResult | typeof nothing {
    if (text === '') return nothing;
    return html`<details class="reasoning">
      <summary>${l10n.t('Reasoning')}</summary>
      <look-once-markdown .text=${text}></look-once-markdown>
    </details>`;
  }

  private progress(): TemplateResult {
    if (this.answer.status === 'waiting' && !this.running)
      return html`<p class="phase quiet">${icon('clock')}${l10n.t('Waiting')}</p>`;
    const line = this.running ? progressLine(this.running) : { text: l10n.t('Starting'), fraction: null };
    const elapsed = this.running ? formatDuration(Math.floor(this.running.elapsedMs / 1000) * 1000) : '';
    return html`<div class="phase">
      <p>
        <span class="phase-text">${line.text}</span
        >${this.running && this.running.elapsedMs >= 1000 ? html`<span class="elapsed">${elapsed}</span>` : nothing}
      </p>
      ${
        line.fraction === null
          ? html`<vscode-progress-bar aria-label=${line.text} indeterminate></vscode-progress-bar>`
          : html`<vscode-progress-bar aria-label=${line.text} .value=${line.fraction * 100}></vscode-progress-bar>`
      }
      ${this.running ? this.readLessOffer(this.running) : nothing}
    </div>`;
  }

  private readLessOffer({ progress }: RunningView): TemplateResult | typeof nothing {
    const less = lessToRead(progress, this.documents);
    if (!less) return nothing;
    return html`<div class="read-less">
      <p class="quiet">
        ${
          less.what === 'images'
            ? l10n.t(
                'The large images are read in {0} pieces. Read whole, they take less time and show fewer details.',
                less.pieces,
              )
            : l10n.t(
                'The {0} tokens that fit the question best take about {1}.',
                formatCount(less.tokens),
                formatDuration(less.seconds * 1000),
              )
        }
      </p>
      <vscode-button
        secondary
        @click=${() => {
          if (less.what === 'images') send('shrinkImages', { turnId: this.turnId });
          else send('readLess', { turnId: this.turnId, tokens: less.tokens });
        }}
        >${l10n.t('Read Less')}</vscode-button
      >
    </div>`;
  }

  private ending(text: string): TemplateResult {
    const { answer } = this;
    // One that was stopped or failed says that, and no more: there is nothing to measure or to judge.
    const isWhole = answer.status === 'done';
    const stopped =
      text === '' ? l10n.t('Stopped before the answer began.') : l10n.t('Stopped. This is what had arrived.');
    return html` ${
        answer.status === 'stopped' ? html`<p class="quiet stopped">${icon('debug-stop')}${stopped}</p>` : nothing
      }
      ${answer.status === 'failed' && answer.error ? this.failure(answer.error, text) : nothing}
      ${isWhole && text === '' ? html`<p class="quiet">${l10n.t('The model gave an empty answer.')}</p>` : nothing}
      ${isWhole ? this.notes() : nothing} ${isWhole && this.last ? this.readAllOffer() : nothing}
      <div class="answer-foot">
        ${
          isWhole && answer.result
            ? html`<look-once-gauge .stats=${answer.result} ?hasKvMap=${answer.hasKvMap}></look-once-gauge>`
            : nothing
        }
        <span class="answer-buttons">
          ${
            answer.result?.where && answer.result.where.length > 0
              ? iconButton('search', l10n.t('Show where the answer is in the pictures'), () => {
                  this.emit('open-where', { kind: 'answer', where: answer.result?.where ?? [] });
                })
              : nothing
          }
          ${
            this.last && answer.status !== 'failed'
              ? iconButton('refresh', l10n.t('Ask again (regenerate)'), this.regenerate)
              : nothing
          }
          ${
            text === ''
              ? nothing
              : html` ${iconButton('insert', l10n.t('Insert answer at cursor'), () => {
                  send('insertAtCursor', { text });
                })}
                ${iconButton(
                  this.copied ? 'check' : 'copy',
                  this.copied ? l10n.t('Copied') : l10n.t('Copy answer'),
                  () => {
                    this.copy(text);
                  },
                )}`
          }
        </span>
      </div>`;
  }

  private failure(error: NonNullable<AnswerView['error']>, text: string): TemplateResult {
    const helps = isWorthAskingAgain(error.code);
    const again = this.last ? [{ label: l10n.t('Ask again'), primary: helps, onClick: this.regenerate }] : [];
    const [first, ...others] = actionButtons(actionsFor(error.code));
    const actions = first ? [{ ...first, primary: !helps }, ...others] : [];
    return html` ${
      text === '' ? nothing : html`<p class="quiet">${l10n.t('It failed here. What had arrived is kept.')}</p>`
    }
    ${errorBox(error, helps ? [...again, ...actions] : [...actions, ...again])}`;
  }

  private notes(): TemplateResult {
    const shared = new Set(this.shared.map(({ text }) => text));
    return html`<look-once-notes
      .notes=${this.answer.notes.filter(({ text }) => !shared.has(text))}
      .documents=${(this.answer.result?.documents ?? []).map(({ name }) => name)}
      .pageOf=${this.pageOf}
    ></look-once-notes>`;
  }

  /** Of documents alone, when not all of them was read. */
  private readAllOffer(): TemplateResult | typeof nothing {
    const { result } = this.answer;
    const own = result?.documents.filter(({ ofEarlierTurn }) => ofEarlierTurn !== true) ?? [];
    const isPart = own.some(({ notes }) => notes.some(isTooLong));
    if (!isPart || result?.images.some(({ document }) => !document)) return nothing;
    return html`<look-once-read-all .turnId=${this.turnId}></look-once-read-all>`;
  }

  private readonly regenerate = (): void => {
    send('regenerate', { turnId: this.turnId });
  };

  private copy(text: string): void {
    send('copy', { text });
    this.copied = true;
    setTimeout(() => {
      this.copied = false;
    }, 1500);
  }
}

/** Whether the note says that a document is longer than one question takes. */
function isTooLong(note: DocumentNote): boolean {
  if (note.kind === 'pagesLeftOut') return note.reason === 'budget' || note.reason === 'tooManyImages';
  return note.kind === 'cut' || note.kind === 'pagesChosen';
}
