import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { actionsFor } from '../protocol/errorActions.js';
import { PanelElement } from '../element.js';
import { formatDuration, formatRatio } from '../format.js';
import { send } from '../host/host.js';
import { icon, iconButton } from '../icon.js';
import { actionButtons, errorBox } from '../message.js';
import type { AnswerView, RunningView } from '../protocol/state.js';
import './gauge.js';
import './markdownView.js';
import { progressLine } from './progressText.js';
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
  @state() private copied = false;

  protected override render(): TemplateResult {
    const { answer, running } = this;
    const unfinished = answer.status === 'waiting' || answer.status === 'running';
    // A snapshot may be older than the state: the longer text is the newer one.
    const text = unfinished && running && running.text.length > answer.text.length ? running.text : answer.text;
    return html`
      ${this.compared ? html`<h2 class="answer-ratio">${answer.ratio === 1 ? l10n.t('Full KV cache') : l10n.t('KV ratio {0}', answer.ratio === 'auto' && answer.result ? usedRatio(answer.result.kv) : formatRatio(answer.ratio))}</h2>` : nothing}
      ${text === '' ? nothing : html`<look-once-markdown .text=${text} ?streaming=${unfinished}></look-once-markdown>`}
      ${unfinished ? this.progress() : this.ending(text)}
    `;
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
    </div>`;
  }

  private ending(text: string): TemplateResult {
    const { answer } = this;
    return html` ${answer.status === 'stopped' ? html`<p class="quiet stopped">${icon('debug-stop')}${text === '' ? l10n.t('Stopped before the answer began.') : l10n.t('Stopped. This is what had arrived.')}</p>` : nothing}
      ${answer.status === 'failed' && answer.error ? this.failure(answer.error, text) : nothing}
      ${answer.status === 'done' && text === '' ? html`<p class="quiet">${l10n.t('The model gave an empty answer.')}</p>` : nothing}
      ${this.notes()}
      <div class="answer-foot">
        ${answer.result ? html`<look-once-gauge .stats=${answer.result} ?hasKvMap=${answer.hasKvMap}></look-once-gauge>` : nothing}
        <span class="answer-buttons">
          ${this.last ? iconButton('refresh', l10n.t('Ask again (regenerate)'), this.regenerate) : nothing}
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
    const again = { label: l10n.t('Ask again'), primary: true, onClick: this.regenerate };
    return html` ${text === '' ? nothing : html`<p class="quiet">${l10n.t('It failed here. What had arrived is kept.')}</p>`}
    ${errorBox(error, [...(this.last ? [again] : []), ...actionButtons(actionsFor(error.code))])}`;
  }

  private notes(): TemplateResult | typeof nothing {
    const { notes } = this.answer;
    if (notes.length === 0) return nothing;
    return html`<ul class="notes">
      ${notes.map(
        ({ kind, severity, text, details, document }) =>
          html`<li class=${severity}>
            ${icon(severity)}
            <span
              >${[text, ...details].join(' ')} ${document === undefined ? nothing : this.choosePages(document)}
              ${kind === 'standIn' ? chooseModelButton() : nothing}</span
            >
          </li>`,
      )}
    </ul>`;
  }

  private choosePages(index: number): TemplateResult | typeof nothing {
    const name = this.answer.result?.documents[index]?.name;
    if (name === undefined) return nothing;
    return html`<vscode-button
      secondary
      @click=${() => {
        this.emit('choose-pages', { index, name });
      }}
      >${l10n.t('Choose pages…')}</vscode-button
    >`;
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

/** Beside the answer of a model that should not be relied on. */
function chooseModelButton(): TemplateResult {
  return html`<vscode-button
    secondary
    @click=${() => {
      send('runAction', { action: 'chooseModel' });
    }}
    >${l10n.t('Choose Model…')}</vscode-button
  >`;
}
