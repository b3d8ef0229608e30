import * as l10n from '@vscode/l10n';
import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { BackendErrorData } from '../../backend-native/protocol/errors.js';
import { PanelElement } from '../element.js';
import { RequestError } from '../host/channel.js';
import { request, send } from '../host/host.js';
import { isImageText, isPictureUri } from '../host/incoming.js';
import type { PageTarget } from '../answer/pageLinks.js';
import { partOf } from '../composer/unitText.js';
import { icon, iconButton } from '../icon.js';
import { errorBox } from '../message.js';
import type { WhereView } from '../protocol/state.js';
import { picturesOf, wordsOf, type BoxedPicture } from './boxedPicture.js';

/** What is shown: lines that an answer's words come from, all that is written in an image, or a page of a document. */
export type WhereTarget =
  | { readonly kind: 'answer'; readonly where: readonly WhereView[] }
  | { readonly kind: 'words'; readonly attachmentId: string; readonly name: string }
  | ({ readonly kind: 'page' } & PageTarget);

/** The dialog with a picture and boxes around words in it. Emits 'close-where' and 'announce'. */
@customElement('look-once-where')
export class WhereElement extends PanelElement {
  @property({ attribute: false }) target!: WhereTarget;
  @state() private pictures: readonly BoxedPicture[] | 'loading' | BackendErrorData = 'loading';
  @state() private index = 0;
  /** A data: URI; null when the picture is not there any more, undefined until it is. */
  @state() private picture: string | null | undefined;
  @state() private marked: number | null = null;
  @state() private copied = false;

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>('.kv-map')?.focus();
    void this.load();
  }

  protected override render(): TemplateResult {
    return html`<div
      class="kv-map where"
      role="dialog"
      aria-modal="true"
      aria-labelledby="where-title"
      tabindex="-1"
      @keydown=${this.key}
    >
      <header class="dialog-head">
        <h2 id="where-title">${titleOf(this.target)}</h2>
        ${iconButton('close', l10n.t('Close'), () => {
          this.emit('close-where');
        })}
      </header>
      ${this.content()}
    </div>`;
  }

  private content(): TemplateResult {
    const { pictures } = this;
    if (pictures === 'loading')
      return html`<p class="quiet">
        ${icon('loading codicon-modifier-spin')} ${l10n.t('Reading the words in the image')}
      </p>`;
    if ('code' in pictures) return errorBox(pictures, []);
    const shown = pictures[this.index];
    if (shown && this.target.kind === 'page') return this.page(shown);
    if (!shown || shown.boxes.length === 0)
      return html`<p class="quiet">${shown?.note ? shown.note : l10n.t('There is no text in the image.')}</p>`;
    return html`${pictures.length > 1 ? this.picker(pictures.length) : nothing} ${this.drawing(shown)}
    ${this.list(shown)}`;
  }

  /** The page as it looks, where it can be drawn, and its text. */
  private page(shown: BoxedPicture): TemplateResult {
    const text = shown.text === '' ? shown.note : shown.text;
    return html`${this.picture === null ? nothing : this.drawing(shown)}
      ${text === '' ? nothing : html`<p class="where-text" dir="auto">${text}</p>`}
      <p>
        <vscode-button
          secondary
          @click=${() => {
            send('openAttachment', { id: shown.attachmentId });
          }}
          >${l10n.t('Open the document')}</vscode-button
        >
      </p>`;
  }

  private picker(count: number): TemplateResult {
    const step = (by: number) => () => {
      this.index = (this.index + by + count) % count;
      void this.loadPicture();
    };
    return html`<div class="image-picker" role="group" aria-label=${l10n.t('Image')}>
      ${iconButton('chevron-left', l10n.t('Previous image'), step(-1))}
      <span aria-live="off">${l10n.t('Image {0} of {1}', this.index + 1, count)}</span>
      ${iconButton('chevron-right', l10n.t('Next image'), step(1))}
    </div>`;
  }

  private drawing(shown: BoxedPicture): TemplateResult | typeof nothing {
    if (this.picture === null)
      return html`<p class="notes-line">${icon('info')}${l10n.t('The picture itself is not there any more.')}</p>`;
    if (this.picture === undefined) return nothing;
    const boxes = shown.boxes.map(
      ({ box: [x, y, width, height] }, i) =>
        svg`<rect class=${
          this.marked === i ? 'marked' : ''
        } x=${x - 2} y=${y - 2} width=${width + 4} height=${height + 4}
          @mouseenter=${() => {
            this.marked = i;
          }}></rect>`,
    );
    return html`<div class="heat-picture where-picture" aria-hidden="true">
      <img alt="" src=${this.picture} />
      <svg viewBox=${`0 0 ${shown.width} ${shown.height}`} preserveAspectRatio="none">${boxes}</svg>
    </div>`;
  }

  private list(shown: BoxedPicture): TemplateResult {
    return html`<div class="where-words">
      ${iconButton(this.copied ? 'check' : 'copy', this.copied ? l10n.t('Copied') : l10n.t('Copy text'), () => {
        send('copy', { text: shown.text });
        this.copied = true;
        this.emit('announce', l10n.t('Copied'));
      })}
      <ul aria-label=${l10n.t('Lines')}>
        ${shown.boxes.map(
          ({ text }, i) =>
            html`<li
              class=${this.marked === i ? 'marked' : ''}
              @mouseenter=${() => {
                this.marked = i;
              }}
            >
              ${text}
            </li>`,
        )}
      </ul>
    </div>`;
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.emit('close-where');
  };

  private async load(): Promise<void> {
    const { target } = this;
    try {
      if (target.kind === 'answer') this.pictures = picturesOf(target.where);
      else {
        const page = target.kind === 'page' ? target.page : undefined;
        const found = await request('imageText', { id: target.attachmentId, ...(page !== undefined && { page }) });
        this.pictures = isImageText(found) ? [wordsOf(target.attachmentId, found, page)] : [];
      }
      await this.loadPicture();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.pictures = error.data;
    }
  }

  private async loadPicture(): Promise<void> {
    const shown = Array.isArray(this.pictures) ? (this.pictures as readonly BoxedPicture[])[this.index] : undefined;
    this.marked = null;
    this.copied = false;
    if (!shown) return;
    this.picture = undefined;
    const { attachmentId: id, page } = shown;
    const uri = await request('picture', { id, ...(page !== undefined && { page }) });
    this.picture = isPictureUri(uri) ? uri : null;
  }
}

function titleOf(target: WhereTarget): string {
  if (target.kind === 'answer') return l10n.t('Where the answer is');
  return target.kind === 'words' ? l10n.t('Words in {0}', target.name) : partOf(target.unit, target.name, target.page);
}

declare global {
  interface HTMLElementTagNameMap {
    'look-once-where': WhereElement;
  }
}
