import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { PanelElement } from '../element.js';
import { formatPercent, formatRatio } from '../format.js';
import { request, showFailure } from '../host/host.js';
import { iconButton } from '../icon.js';
import type { KvView } from '../protocol/state.js';

/** The KV ratio of the next question; it follows the setting until it is moved. */
@customElement('look-once-ratio')
export class RatioSlider extends PanelElement {
  @property({ attribute: false }) kv!: KvView;
  /** While it is being moved, before the extension knows. */
  @state() private moving: number | null = null;

  protected override render(): TemplateResult {
    const ratio = this.moving ?? this.kv.ratio;
    const changed = ratio !== this.kv.settingRatio;
    const hint = ratio >= 1 ? l10n.t('The next question keeps the whole KV cache') : l10n.t('The next question keeps {0} of the KV cache. The setting is {1}.', formatPercent(ratio), formatRatio(this.kv.settingRatio));
    return html`<span class="ratio" title=${hint}>
      <label for="kv-ratio">${l10n.t('KV ratio')}</label>
      <input id="kv-ratio" type="range" min="0.05" max="1" step="0.01" .value=${String(ratio)} aria-valuetext=${`${formatRatio(ratio)}. ${hint}`} @input=${this.input} @change=${this.change}>
      <output for="kv-ratio">${formatRatio(ratio)}</output>
      ${changed ? iconButton('discard', l10n.t('Use the setting again: {0}', formatRatio(this.kv.settingRatio)), this.reset, { class: 'ratio-reset' }) : nothing}
    </span>`;
  }

  private readonly input = (event: Event): void => {
    this.moving = (event.target as HTMLInputElement).valueAsNumber;
  };

  private readonly change = (event: Event): void => {
    this.set((event.target as HTMLInputElement).valueAsNumber);
  };

  private readonly reset = (): void => {
    this.set(null);
  };

  private set(ratio: number | null): void {
    request('setKvRatio', { ratio }).catch(showFailure).finally(() => { this.moving = null; });
  }
}
