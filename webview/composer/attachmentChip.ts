import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { PanelElement } from '../element.js';
import { formatCount } from '../format.js';
import { send } from '../host/host.js';
import { icon } from '../icon.js';
import type { AttachmentView } from '../protocol/state.js';
import { thumbnailOf } from '../thumbnails.js';
import { readAsLabel } from './pageRangeEditor.js';
import { chooseParts, chosenParts, partCount } from './unitText.js';

/**
 * An attachment: picture, name, and what it costs. In the composer (`editable`) it can be removed, moved, and its pages
 * chosen; in a turn it opens the heat map of what was kept. Emits 'move' (-1 or 1), 'choose' and 'show-kv-map'.
 */
@customElement('look-once-chip')
export class AttachmentChip extends PanelElement {
  @property({ attribute: false }) attachment!: AttachmentView;
  @property({ type: Boolean }) editable = false;
  @property({ type: Boolean }) hasKvMap = false;
  /** That are written in an image; undefined where they were not read. */
  @property({ attribute: false }) words: number | undefined;
  @state() private thumbnail: string | null = null;
  private thumbnailFor = '';

  protected override willUpdate(): void {
    const { id, hasThumbnail, part, state } = this.attachment;
    // While another part is being read, the extension still has the thumbnail of what was shown before.
    const key = part ? `${id} ${part.x} ${part.y} ${part.width} ${part.height}` : id;
    if (!hasThumbnail || state === 'reading' || this.thumbnailFor === key) return;
    this.thumbnailFor = key;
    this.thumbnail = null;
    void thumbnailOf(id, key).then((uri) => {
      if (this.thumbnailFor === key) this.thumbnail = uri;
    });
  }

  protected override render(): TemplateResult {
    const { attachment, editable } = this;
    const words = this.words ?? attachment.words;
    const facts = factsOf(attachment, words);
    const title = [attachment.name, attachment.detail, facts, attachment.error?.nextStep ?? '']
      .filter((line) => line !== '')
      .join('\n');
    const remedy = attachment.error?.nextStep ?? '';
    return html`<div class="chip ${attachment.state}" title=${title} data-vscode-context=${this.menuContext()}>
      <button
        class="chip-main"
        type="button"
        aria-description=${this.editable ? l10n.t('Alt+Left and Alt+Right move it, Delete removes it.') : nothing}
        @click=${this.openAttachment}
        @keydown=${this.key}
      >
        ${this.picture()}
        <span class="chip-text"
          ><span class="chip-name" dir="auto">${attachment.name}</span>${
            facts === ''
              ? nothing
              : html`<span class="visually-hidden">, </span><span class="chip-facts">${facts}</span>`
          }${
            remedy === ''
              ? nothing
              : html`<span class="visually-hidden">. </span><span class="chip-remedy">${remedy}</span>`
          }</span
        >
      </button>
      ${
        words !== undefined && words > 0
          ? this.button('list-selection', l10n.t('Show the words in {0}', attachment.name), () => {
              this.emit('open-where', { kind: 'words', attachmentId: attachment.id, name: attachment.name });
            })
          : nothing
      }
      ${
        editable && attachment.kind === 'image' && attachment.state === 'ready' && attachment.width !== undefined
          ? this.button('screen-cut', l10n.t('Ask about a part of {0}', attachment.name), () => {
              this.emit('open-crop', attachment);
            })
          : nothing
      }
      ${
        this.hasKvMap
          ? this.button('flame', l10n.t('Show what was kept of {0}', attachment.name), () => {
              this.emit('show-kv-map');
            })
          : nothing
      }
      ${
        editable && attachment.kind === 'document' && attachment.state === 'ready'
          ? this.button('settings', chooseParts(attachment.unit ?? 'page', attachment.name), () => {
              this.emit('choose');
            })
          : nothing
      }
      ${editable ? this.button('close', l10n.t('Remove {0}', attachment.name), this.remove_) : nothing}
    </div>`;
  }

  /** For the entries that package.json adds to the menu of an image. */
  private menuContext(): string | typeof nothing {
    const { id, kind } = this.attachment;
    return kind === 'image' ? JSON.stringify({ webviewSection: 'lookOnceImage', attachmentId: id }) : nothing;
  }

  private picture(): TemplateResult {
    const { kind, state } = this.attachment;
    if (state === 'reading') return html`<span class="chip-icon">${icon('loading codicon-modifier-spin')}</span>`;
    if (state === 'failed') return html`<span class="chip-icon">${icon('error')}</span>`;
    if (this.thumbnail !== null) return html`<img class="chip-thumbnail" alt="" src=${this.thumbnail} />`;
    return html`<span class="chip-icon"
      >${icon(kind === 'image' ? 'file-media' : kind === 'selection' ? 'selection' : 'file')}</span
    >`;
  }

  private button(name: string, label: string, onClick: () => void): TemplateResult {
    return html`<button
      class="chip-button"
      type="button"
      aria-label=${label}
      title=${label}
      @click=${onClick}
      @keydown=${this.key}
    >
      ${icon(name)}
    </button>`;
  }

  private readonly openAttachment = (): void => {
    send('openAttachment', { id: this.attachment.id });
  };

  private readonly remove_ = (): void => {
    this.emit('remove-attachment');
    send('removeAttachment', { id: this.attachment.id });
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (!this.editable) return;
    if (event.key === 'Delete' || event.key === 'Backspace') this.remove_();
    else if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight'))
      this.emit('move', event.key === 'ArrowLeft' ? -1 : 1);
    else return;
    event.preventDefault();
  };
}

function factsOf(attachment: AttachmentView, words: number | undefined): string {
  const { kind, width, height, pages, unit = 'page', chosenPages = '', readAs = 'auto', tokens } = attachment;
  if (attachment.error) return attachment.error.message;
  if (attachment.state === 'reading') return l10n.t('being read');
  const facts: string[] = [];
  if (kind === 'image' && width !== undefined && height !== undefined)
    facts.push(
      attachment.part
        ? l10n.t('part: {0} × {1} of {2} × {3}', width, height, attachment.part.wholeWidth, attachment.part.wholeHeight)
        : `${width} × ${height}`,
    );
  if (pages !== undefined)
    facts.push(chosenPages === '' ? partCount(unit, pages) : chosenParts(unit, chosenPages, pages));
  if (readAs !== 'auto') facts.push(l10n.t('as {0}', readAsLabel(readAs).toLowerCase()));
  if (words !== undefined)
    facts.push(words === 1 ? l10n.t('1 word read') : l10n.t('{0} words read', formatCount(words)));
  // Words that the extension had not counted yet are not among the tokens either.
  const isWhole = words === undefined || words === 0 || attachment.words !== undefined;
  if (tokens !== null && isWhole) facts.push(l10n.t('{0} tokens', formatCount(tokens)));
  return facts.join(' · ');
}

declare global {
  interface HTMLElementTagNameMap {
    'look-once-chip': AttachmentChip;
  }
}
