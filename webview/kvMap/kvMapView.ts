import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { BackendErrorData } from '../../backend-native/protocol/errors.js';
import type { KvMap } from '../../backend-native/protocol/kvMap.js';
import { PanelElement } from '../element.js';
import { RequestError } from '../host/channel.js';
import { request } from '../host/host.js';
import { isKvMap, isPictureList } from '../host/incoming.js';
import { icon, iconButton } from '../icon.js';
import { errorBox } from '../message.js';
import type { PanelRequests } from '../protocol/messages.js';
import './imageHeatMap.js';

/**
 * Which answer's map, and the image that it begins with: by its index in the map, or by the attachment it comes from.
 */
export interface KvMapTarget {
  readonly turnId: string;
  readonly answerIndex: number;
  readonly image?: number;
  readonly attachmentId?: string;
}

type Loaded = NonNullable<PanelRequests['kvMap']['result']>;

/** The dialog with the heat map of every image of a conversation. Emits 'close-kv-map'. */
@customElement('look-once-kv-map')
export class KvMapView extends PanelElement {
  @property({ attribute: false }) target!: KvMapTarget;
  @state() private loaded: Loaded | 'loading' | 'unknown' | BackendErrorData = 'loading';
  @state() private image = 0;

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>('.kv-map')?.focus();
    void this.load();
  }

  protected override render(): TemplateResult {
    // Not a <dialog>: that would silence the live region beside it. The panel makes everything else inert instead.
    return html`<div
      class="kv-map"
      role="dialog"
      aria-modal="true"
      aria-labelledby="kv-map-title"
      tabindex="-1"
      @keydown=${this.key}
    >
      <header class="dialog-head">
        <h2 id="kv-map-title">${l10n.t('What was kept of the images')}</h2>
        ${iconButton('close', l10n.t('Close'), () => {
          this.emit('close-kv-map');
        })}
      </header>
      ${this.content()}
    </div>`;
  }

  private content(): TemplateResult {
    const { loaded } = this;
    if (loaded === 'loading')
      return html`<p class="quiet">${icon('loading codicon-modifier-spin')} ${l10n.t('Reading the KV cache')}</p>`;
    if (loaded === 'unknown')
      return html`<p class="quiet">
        ${l10n.t(
          'It is not known any more what was kept: the model was loaded again, or the conversation went on. Ask again to see it.',
        )}
      </p>`;
    if ('code' in loaded) return errorBox(loaded, []);
    const { map, pictures } = loaded;
    const image = map.images[this.image];
    if (!image) return html`<p class="quiet">${l10n.t('The conversation has no images.')}</p>`;
    return html` ${
        map.images.length > 1
          ? html`<div class="image-picker" role="group" aria-label=${l10n.t('Image')}>
              ${iconButton('chevron-left', l10n.t('Previous image'), () => {
                this.step(map, -1);
              })}
              <span aria-live="off">${l10n.t('Image {0} of {1}', this.image + 1, map.images.length)}</span>
              ${iconButton('chevron-right', l10n.t('Next image'), () => {
                this.step(map, 1);
              })}
            </div>`
          : nothing
      }
      <look-once-heat-map .map=${map} .image=${image} .source=${pictures[this.image] ?? null}></look-once-heat-map>`;
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    this.emit('close-kv-map');
  };

  private step(map: KvMap, by: number): void {
    this.image = (this.image + by + map.images.length) % map.images.length;
  }

  private async load(): Promise<void> {
    const { turnId, answerIndex, image, attachmentId } = this.target;
    try {
      const result = await request('kvMap', { turnId, answerIndex });
      if (result === null) {
        this.loaded = 'unknown';
        return;
      }
      if (!isKvMap(result.map) || !isPictureList(result.pictures))
        throw new RequestError({
          code: 'internal',
          message: l10n.t('Expected a KV map but received something else.'),
          nextStep: '',
        });
      const first =
        attachmentId === undefined
          ? (image ?? 0)
          : result.pictures.findIndex((picture) => picture.attachmentId === attachmentId);
      this.image = Math.min(Math.max(0, first), Math.max(0, result.map.images.length - 1));
      this.loaded = first < 0 ? 'unknown' : result;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.loaded = error.data;
    }
  }
}
