import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { BackendErrorData } from '../../backend-native/protocol/errors.js';
import type { PicturePart } from '../../backend-native/protocol/ask.js';
import { PanelElement } from '../element.js';
import { formatCount } from '../format.js';
import { RequestError } from '../host/channel.js';
import { request, showFailure } from '../host/host.js';
import { isPictureUri } from '../host/incoming.js';
import { isComposing } from '../host/keys.js';
import { icon, iconButton } from '../icon.js';
import { errorBox } from '../message.js';
import type { AttachmentView } from '../protocol/state.js';
import { between, isWhole, wholeOf, withNumber, type Point, type Size } from './rectangle.js';

/**
 * The dialog in which a part of a picture is chosen: drawn with the pointer, or by its four numbers. Emits 'close-crop'
 * and 'announce'.
 */
@customElement('look-once-crop')
export class CropElement extends PanelElement {
  @property({ attribute: false }) attachment!: AttachmentView;
  /** A data: URI; null when the picture is not there any more, undefined until it is. */
  @state() private picture: string | null | undefined;
  @state() private failure: BackendErrorData | null = null;
  @state() private chosen: PicturePart = { x: 0, y: 0, width: 0, height: 0 };
  private corner: Point | null = null;

  private get size(): Size {
    const { part, width = 0, height = 0 } = this.attachment;
    return part ? { width: part.wholeWidth, height: part.wholeHeight } : { width, height };
  }

  protected override firstUpdated(): void {
    const { part } = this.attachment;
    this.chosen = part ? { x: part.x, y: part.y, width: part.width, height: part.height } : wholeOf(this.size);
    this.querySelector<HTMLElement>('.kv-map')?.focus();
    void this.load();
  }

  protected override render(): TemplateResult {
    return html`<div
      class="kv-map crop"
      role="dialog"
      aria-modal="true"
      aria-labelledby="crop-title"
      tabindex="-1"
      @keydown=${this.key}
    >
      <header class="dialog-head">
        <h2 id="crop-title">${l10n.t('Ask about a part of {0}', this.attachment.name)}</h2>
        ${iconButton('close', l10n.t('Close'), () => {
          this.emit('close-crop');
        })}
      </header>
      ${this.content()}
    </div>`;
  }

  private content(): TemplateResult {
    if (this.failure) return errorBox(this.failure, []);
    if (this.picture === null) return html`<p class="quiet">${l10n.t('The picture itself is not there any more.')}</p>`;
    if (this.picture === undefined)
      return html`<p class="quiet">${icon('loading codicon-modifier-spin')} ${l10n.t('Reading the picture')}</p>`;
    const { chosen: part, size } = this;
    return html`<p class="quiet">
        ${l10n.t('Draw a rectangle around what you ask about. Only that part is read, as sharp as the model can.')}
      </p>
      <div
        class="crop-picture"
        aria-hidden="true"
        @pointerdown=${this.begin}
        @pointermove=${this.draw}
        @pointerup=${this.end}
        @pointercancel=${this.end}
      >
        <img alt="" draggable="false" src=${this.picture} />
        <svg viewBox=${`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none">
          <path class="crop-outside" d=${outside(part, size)}></path>
          <rect class="crop-part" x=${part.x} y=${part.y} width=${part.width} height=${part.height}></rect>
        </svg>
      </div>
      <fieldset class="crop-numbers">
        <legend class="visually-hidden">${l10n.t('The part, in pixels')}</legend>
        ${this.number('x', l10n.t('Left'))} ${this.number('y', l10n.t('Top'))} ${this.number('width', l10n.t('Width'))}
        ${this.number('height', l10n.t('Height'))}
        <span class="quiet">${l10n.t('of {0} × {1} pixels', formatCount(size.width), formatCount(size.height))}</span>
      </fieldset>
      <div class="crop-buttons">
        <vscode-button class="crop-use" ?disabled=${isWhole(part, size)} @click=${this.use}
          >${l10n.t('Use This Part')}</vscode-button
        >
        ${
          this.attachment.part
            ? html`<vscode-button
                secondary
                class="crop-whole"
                @click=${() => {
                  void this.choose(null);
                }}
                >${l10n.t('Use the Whole Picture')}</vscode-button
              >`
            : nothing
        }
      </div>`;
  }

  private number(field: keyof PicturePart, label: string): TemplateResult {
    return html`<label
      >${label}<input
        type="number"
        min="0"
        class="crop-number"
        data-field=${field}
        .value=${String(this.chosen[field])}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          this.chosen = withNumber(this.chosen, field, input.valueAsNumber, this.size);
          // What was typed may be beyond the picture.
          input.value = String(this.chosen[field]);
        }}
    /></label>`;
  }

  private async load(): Promise<void> {
    try {
      const uri = await request('picture', { id: this.attachment.id, whole: true });
      this.picture = isPictureUri(uri) ? uri : null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.failure = error.data;
    }
  }

  private readonly begin = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.corner = this.pointOf(event);
  };

  private readonly draw = (event: PointerEvent): void => {
    if (this.corner) this.chosen = between(this.corner, this.pointOf(event), this.size);
  };

  private readonly end = (): void => {
    if (!this.corner) return;
    this.corner = null;
    const { width, height } = this.chosen;
    this.emit('announce', l10n.t('{0} × {1} pixels chosen', formatCount(width), formatCount(height)));
  };

  /** In pixels of the picture, which is drawn smaller than it is. */
  private pointOf(event: PointerEvent): Point {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { width, height } = this.size;
    return {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    };
  }

  private readonly use = (): void => {
    if (!isWhole(this.chosen, this.size)) void this.choose(this.chosen);
  };

  private async choose(part: PicturePart | null): Promise<void> {
    try {
      await request('setAttachmentPart', { id: this.attachment.id, part });
      this.emit('close-crop');
    } catch (error) {
      showFailure(error);
    }
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      this.emit('close-crop');
    }
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    event.target.dispatchEvent(new Event('change'));
    this.use();
  };
}

/** All but the part, as a path. */
function outside({ x, y, width, height }: PicturePart, size: Size): string {
  return `M0 0H${size.width}V${size.height}H0ZM${x} ${y}V${y + height}H${x + width}V${y}Z`;
}

declare global {
  interface HTMLElementTagNameMap {
    'look-once-crop': CropElement;
  }
}
