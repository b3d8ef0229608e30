import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { KvImageMap, KvMap } from '../../backend-native/protocol/kvMap.js';
import { PanelElement } from '../element.js';
import { formatCount, formatPercent } from '../format.js';
import { request, showFailure } from '../host/host.js';
import { isPictureUri } from '../host/incoming.js';
import { icon } from '../icon.js';
import { heatGradient } from './colourScale.js';
import { drawHeatMap } from './drawHeatMap.js';
import {
  averagedLayers,
  decodeSurvival,
  mean,
  patchAt,
  stepFrom,
  tileChoices,
  tilesOf,
  tokenShares,
} from './geometry.js';
import type { LayerChoice, TileChoice } from './geometry.js';

/**
 * The longest side of the drawing in pixels when there is no picture to draw on; smaller pictures are enlarged towards
 * it.
 */
const bareSide = 640;

/** One image with what was kept of it: the heat map, its layers, and the same numbers in words. */
@customElement('look-once-heat-map')
export class ImageHeatMap extends PanelElement {
  @property({ attribute: false }) map!: KvMap;
  @property({ attribute: false }) image!: KvImageMap;
  @property({ attribute: false }) source: { readonly attachmentId: string; readonly page?: number } | null = null;
  @state() private layer: LayerChoice = 'average';
  @state() private tileChoice: TileChoice = 'tiles';
  @state() private opacity = 0.65;
  @state() private picture: HTMLImageElement | null = null;
  @state() private pictureMissing = false;
  @state() private point: { x: number; y: number } | null = null;
  @query('canvas') private readonly canvas!: HTMLCanvasElement | null;
  private survival: Uint8Array = new Uint8Array();
  private layerShares: number[] = [];

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('image')) return;
    this.survival = decodeSurvival(this.image);
    this.layerShares = Array.from({ length: this.map.layers }, (_, layer) => mean(this.shares([layer])));
    this.tileChoice = tileChoices(this.image)[0] ?? 'tiles';
    this.point = null;
    this.picture = null;
    this.pictureMissing = false;
    void this.loadPicture(this.image);
  }

  protected override updated(): void {
    if (!this.canvas) return;
    const size = this.picture ? enlarged(this.picture.naturalWidth, this.picture.naturalHeight) : this.bareSize();
    if (this.canvas.width !== size.width) this.canvas.width = size.width;
    if (this.canvas.height !== size.height) this.canvas.height = size.height;
    const tiles = tilesOf(this.image, this.tileChoice);
    const marked = this.point ? (patchAt(tiles, this.point.x, this.point.y)?.token ?? null) : null;
    drawHeatMap(this.canvas, {
      picture: this.picture,
      tiles,
      shares: this.shares(this.chosenLayers()),
      opacity: this.opacity,
      marked,
    });
  }

  protected override render(): TemplateResult {
    const { image, map } = this;
    const tiles = tilesOf(image, this.tileChoice);
    const choices = tileChoices(image);
    const spatial = tiles.some((tile) => tile.spatial);
    const kept = mean(this.shares(this.chosenLayers()));
    const summary = l10n.t(
      '{0}: {1} kept of {2} image tokens, {3}',
      image.name,
      formatPercent(kept),
      formatCount(image.tokens),
      this.layerName(),
    );
    return html` <p class="heat-summary">
        <strong>${image.name}</strong
        ><span>${l10n.t('{0} kept of {1} image tokens', formatPercent(kept), formatCount(image.tokens))}</span>
      </p>
      <div class="heat-picture">
        <canvas
          tabindex="0"
          role="img"
          aria-label=${`${summary}. ${this.readout(tiles)}`}
          @mousemove=${this.look}
          @mouseleave=${() => {
            this.point = null;
          }}
          @keydown=${this.key}
        ></canvas>
      </div>
      <p class="heat-readout">${this.readout(tiles)}</p>
      ${spatial ? nothing : infoLine(placesAreUnknown())}
      ${this.pictureMissing ? infoLine(l10n.t('The picture itself is not there any more.')) : nothing}
      <div class="legend">
        <span>${formatPercent(0)}</span
        ><span class="legend-scale" aria-hidden="true" .style=${`background:${heatGradient()}`}></span
        ><span>${formatPercent(1)}</span><span class="quiet">${l10n.t('of the KV heads kept the patch')}</span>
      </div>
      <div class="heat-controls">
        <label for="heat-layer">${l10n.t('Layer')}</label>
        <input
          id="heat-layer"
          type="range"
          min="0"
          max=${map.layers}
          step="1"
          .value=${String(this.layer === 'average' ? 0 : this.layer + 1)}
          aria-valuetext=${`${this.layerName()}, ${l10n.t('{0} kept', formatPercent(kept))}`}
          @input=${this.layerChanged}
        />
        <output for="heat-layer">${this.layerName()}</output>
        <label for="heat-opacity">${l10n.t('Opacity')}</label>
        <input
          id="heat-opacity"
          type="range"
          min="0"
          max="1"
          step="0.05"
          .value=${String(this.opacity)}
          aria-valuetext=${formatPercent(this.opacity)}
          @input=${this.opacityChanged}
        />
        <output for="heat-opacity">${formatPercent(this.opacity)}</output>
        ${
          choices.length > 1
            ? html`<fieldset class="read-as">
                <legend>${l10n.t('Show')}</legend>
                ${choices.map(
                  (choice) =>
                    html`<label
                      ><input
                        type="radio"
                        name="tiles"
                        .checked=${this.tileChoice === choice}
                        @change=${() => {
                          this.tileChoice = choice;
                          this.point = null;
                        }}
                      />${choice === 'tiles' ? l10n.t('Tiles') : l10n.t('Overview')}</label
                    >`,
                )}
              </fieldset>`
            : nothing
        }
      </div>
      ${this.layerChart()}`;
  }

  /** Kept shares of all layers as bars for the eye, and as a table for the ear. */
  private layerChart(): TemplateResult {
    const { layers, layerCompressed } = this.map;
    const full = layers - averagedLayers(this.map).length;
    return html`<p class="quiet">${l10n.t('Kept, layer by layer')}</p>
      <div class="layer-chart" aria-hidden="true">
        ${this.layerShares.map(
          (share, layer) =>
            html`<button
              type="button"
              tabindex="-1"
              class="layer-bar ${this.layer === layer ? 'chosen' : ''} ${layerCompressed[layer] ? '' : 'full'}"
              title=${this.layerLine(layer, share)}
              @click=${() => {
                this.layer = layer;
              }}
            >
              <span .style=${`height:${Math.max(2, share * 100)}%`}></span>
            </button>`,
        )}
      </div>
      ${full > 0 ? html`<p class="quiet">${windowsLeftAlone(full)}</p>` : nothing}
      <table class="visually-hidden">
        <caption>
          ${l10n.t('Kept of {0}, by layer', this.image.name)}
        </caption>
        <thead>
          <tr>
            <th scope="col">${l10n.t('Layer')}</th>
            <th scope="col">${l10n.t('Kept')}</th>
          </tr>
        </thead>
        <tbody>
          ${this.layerShares.map(
            (share, layer) =>
              html`<tr>
                <th scope="row">${layer + 1}</th>
                <td>${formatPercent(share)}</td>
              </tr>`,
          )}
        </tbody>
      </table>`;
  }

  private layerLine(layer: number, share: number): string {
    return this.map.layerCompressed[layer]
      ? l10n.t('Layer {0}: {1} kept', layer + 1, formatPercent(share))
      : l10n.t('Layer {0}: sliding window, left alone', layer + 1);
  }

  private layerName(): string {
    if (this.layer === 'average') return l10n.t('average of {0} layers', averagedLayers(this.map).length);
    return this.map.layerCompressed[this.layer]
      ? l10n.t('layer {0} of {1}', this.layer + 1, this.map.layers)
      : l10n.t('layer {0} of {1}, left alone', this.layer + 1, this.map.layers);
  }

  private readout(tiles: readonly KvImageMap['tiles'][number][]): string {
    const patch = this.point ? patchAt(tiles, this.point.x, this.point.y) : undefined;
    if (!patch) return l10n.t('Point at a patch, or use the arrow keys on the picture.');
    const share = this.shares(this.chosenLayers())[patch.token] ?? 0;
    const tile = tiles.length > 1 ? l10n.t('tile {0}, ', tiles.indexOf(patch.tile) + 1) : '';
    return l10n.t(
      '{0}row {1}, column {2}: {3} of the KV heads',
      tile,
      patch.row + 1,
      patch.column + 1,
      formatPercent(share),
    );
  }

  private shares(layers: readonly number[]): Float32Array {
    return tokenShares(this.survival, this.image.tokens, layers);
  }

  private chosenLayers(): number[] {
    return this.layer === 'average' ? averagedLayers(this.map) : [this.layer];
  }

  /** The shape of the picture as its grid tells it. */
  private bareSize(): { width: number; height: number } {
    const tiles = tilesOf(this.image, this.tileChoice).filter(
      (tile) => tile.spatial && tile.width > 0 && tile.height > 0,
    );
    const [tile] = tiles;
    const ratio = tile ? tile.columns / tile.width / (tile.rows / tile.height) : 4 / 3;
    return ratio >= 1
      ? { width: bareSide, height: Math.round(bareSide / ratio) }
      : { width: Math.round(bareSide * ratio), height: bareSide };
  }

  private async loadPicture(image: KvImageMap): Promise<void> {
    const { source } = this;
    try {
      const uri = source
        ? await request('picture', { id: source.attachmentId, ...(source.page !== undefined && { page: source.page }) })
        : null;
      if (this.image !== image) return;
      if (!isPictureUri(uri)) {
        this.pictureMissing = true;
        return;
      }
      const picture = new Image();
      picture.src = uri;
      await picture.decode();
      if (this.image === image) this.picture = picture;
    } catch (error) {
      this.pictureMissing = true;
      if (!(error instanceof DOMException)) showFailure(error);
    }
  }

  private readonly layerChanged = (event: Event): void => {
    const position = (event.target as HTMLInputElement).valueAsNumber;
    this.layer = position === 0 ? 'average' : position - 1;
  };

  private readonly opacityChanged = (event: Event): void => {
    this.opacity = (event.target as HTMLInputElement).valueAsNumber;
  };

  private readonly look = (event: MouseEvent): void => {
    const box = this.canvas?.getBoundingClientRect();
    if (box) this.point = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };

  private readonly key = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const tiles = tilesOf(this.image, this.tileChoice);
    const [first] = tiles;
    if (!first) return;
    this.point = this.point
      ? stepFrom(tiles, this.point.x, this.point.y, ...step)
      : { x: first.x + first.width / (2 * first.columns), y: first.y + first.height / (2 * first.rows) };
    this.emit('announce', this.readout(tiles));
  };
}

/** A whole number of times, so that the edges of pixels and patches stay sharp. */
function enlarged(width: number, height: number): { width: number; height: number } {
  const times = Math.max(1, Math.floor(bareSide / Math.max(width, height)));
  return { width: width * times, height: height * times };
}

function infoLine(text: string) {
  return html`<p class="notes-line">${icon('info')}${text}</p>`;
}

function placesAreUnknown(): string {
  return l10n.t(
    'This model joins the patches of an image before they reach the KV cache: what was kept cannot be placed on the picture. The share is right.',
  );
}

/** @param layers with a sliding window, one at least */
function windowsLeftAlone(layers: number): string {
  return layers === 1
    ? l10n.t('One layer has a sliding window and is left alone.')
    : l10n.t('{0} layers have a sliding window and are left alone.', layers);
}
