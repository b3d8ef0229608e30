import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { PanelElement } from '../element.js';
import { icon } from '../icon.js';
import { actionButtons } from '../message.js';
import type { AnswerNoteView } from '../protocol/state.js';
import { linkedText, type PageFinder } from './pageLinks.js';

/**
 * What a reader of an answer should know, as one quiet line: the most important note, and how many more there are. The
 * rest comes when it is opened. Emits 'choose-pages' with the index and the name of a document.
 */
@customElement('look-once-notes')
export class NotesElement extends PanelElement {
  @property({ attribute: false }) notes: readonly AnswerNoteView[] = [];
  /** Names of the turn's documents. */
  @property({ attribute: false }) documents: readonly string[] = [];
  /** Tells which page of which document a number means. */
  @property({ attribute: false }) pageOf: PageFinder | null = null;
  @state() private open = false;

  protected override render(): TemplateResult | typeof nothing {
    // Warnings first, otherwise as they come.
    const notes = [...this.notes.filter(isWarning), ...this.notes.filter((note) => !isWarning(note))];
    const [first, ...others] = notes;
    if (!first) return nothing;
    const line = html`${icon(first.severity)}<span class="notes-text">${first.text}</span>`;
    if (others.length === 0 && !hasMore(first)) return html`<p class="notes-line ${first.severity}">${line}</p>`;
    return html`<button
        type="button"
        class="notes-line ${first.severity}"
        aria-expanded=${this.open ? 'true' : 'false'}
        @click=${() => {
          this.open = !this.open;
        }}
      >
        ${line}${
          others.length === 0
            ? nothing
            : html`<span class="notes-more"
                >${others.length === 1 ? l10n.t('1 more note') : l10n.t('{0} more notes', others.length)}</span
              >`
        }${icon(this.open ? 'chevron-down' : 'chevron-right')}
      </button>
      ${
        this.open
          ? html`<ul class="notes">
              ${notes.map((note, index) => this.details(note, index === 0))}
            </ul>`
          : nothing
      }`;
  }

  /** @param isFirst its text is in the line above */
  private details(note: AnswerNoteView, isFirst: boolean): TemplateResult | typeof nothing {
    const { severity, text, details, document, action } = note;
    if (isFirst && !hasMore(note)) return nothing;
    const name = document === undefined ? undefined : this.documents[document];
    return html`<li class=${severity}>
      ${isFirst ? nothing : html`<p>${icon(severity)}<span>${text}</span></p>`}
      ${details.map((detail) => this.detail(detail))}
      ${
        name === undefined
          ? nothing
          : html`<vscode-button
              secondary
              @click=${() => {
                this.emit('choose-pages', { index: document, name });
              }}
              >${l10n.t('Choose what is read…')}</vscode-button
            >`
      }
      ${
        action === undefined
          ? nothing
          : actionButtons([action]).map(
              ({ label, onClick }) => html`<vscode-button secondary @click=${onClick}>${label}</vscode-button>`,
            )
      }
    </li>`;
  }

  private detail(text: string): TemplateResult {
    return html`<p class="notes-detail" @click=${this.openPage}><span>${linkedText(text, this.pageOf)}</span></p>`;
  }

  private readonly openPage = (event: Event): void => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a.page-link') : null;
    if (!link) return;
    event.preventDefault();
    const target = this.pageOf?.(Number(link.dataset['page']));
    if (target) this.emit('open-where', { kind: 'page', ...target });
  };
}

function isWarning({ severity }: AnswerNoteView): boolean {
  return severity === 'warning';
}

function hasMore({ details, document, action }: AnswerNoteView): boolean {
  return details.length > 0 || document !== undefined || action !== undefined;
}
