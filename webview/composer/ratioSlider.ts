import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { KvRatio } from '../../backend-native/protocol/kv.js';
import { PanelElement } from '../element.js';
import { formatCount, formatPercent, formatRatio } from '../format.js';
import { request, showFailure } from '../host/host.js';
import { iconButton } from '../icon.js';
import type { KvView } from '../protocol/state.js';

/** Where the handle rests while the ratio is auto: at all of it, which is what a short prompt keeps. */
const restingRatio = 1;

/** The KV ratio of the next questions: the setting's until it is moved, and then its own until that is reset. */
@customElement('look-once-ratio')
export class RatioSlider extends PanelElement {
  @property({ attribute: false }) kv!: KvView;
  /** While it is being moved, before the extension knows. */
  @state() private moving: number | null = null;

  protected override render(): TemplateResult {
    const ratio = this.moving ?? this.kv.ratio;
    const { settingRatio } = this.kv;
    const hint = this.hint(ratio);
    const least = l10n.t('Prompts below {0} tokens keep the whole cache', formatCount(this.kv.minPromptTokens));
    return html`<span class="ratio ${ratio === 'auto' ? 'auto' : ''}" title=${`${hint}\n${least}`}>
      <label for="kv-ratio">${l10n.t('KV ratio')}</label>
      <input
        id="kv-ratio"
        type="range"
        min="0.05"
        max="1"
        step="0.01"
        .value=${String(ratio === 'auto' ? restingRatio : ratio)}
        aria-valuetext=${`${formatRatio(ratio)}. ${hint}`}
        @input=${this.input}
        @change=${this.change}
      />
      <output for="kv-ratio">${formatRatio(ratio)}</output>
      ${
        ratio === settingRatio
          ? nothing
          : iconButton(
              'discard',
              l10n.t('Use the setting again: {0}', formatRatio(settingRatio)),
              () => {
                this.choose(null);
              },
              { class: 'ratio-reset' },
            )
      }
      ${
        ratio === 'auto' || settingRatio === 'auto'
          ? nothing
          : iconButton(
              'wand',
              l10n.t('Choose the KV ratio automatically'),
              () => {
                this.choose('auto');
              },
              { class: 'ratio-auto' },
            )
      }
    </span>`;
  }

  private hint(ratio: KvRatio): string {
    if (ratio === 'auto')
      return l10n.t(
        'The next question keeps as much of the KV cache as suits its length and the free memory: all of a short one',
      );
    const keeps =
      ratio >= 1
        ? l10n.t('The next question keeps the whole KV cache.')
        : l10n.t('The next question keeps {0} of the KV cache.', formatPercent(ratio));
    const { settingRatio } = this.kv;
    if (ratio === settingRatio) return `${keeps} ${l10n.t('That is what the setting says.')}`;
    return (
      `${keeps} ` +
      l10n.t('It was chosen here and counts until it is reset; the setting is {0}.', formatRatio(settingRatio))
    );
  }

  private readonly input = (event: Event): void => {
    this.moving = (event.target as HTMLInputElement).valueAsNumber;
  };

  private readonly change = (event: Event): void => {
    this.set((event.target as HTMLInputElement).valueAsNumber);
  };

  /** The button goes when it is used, and takes the focus along unless that is moved. */
  private choose(ratio: 'auto' | null): void {
    this.querySelector('input')?.focus();
    this.set(ratio);
  }

  private set(ratio: KvRatio | null): void {
    request('setKvRatio', { ratio })
      .catch(showFailure)
      .finally(() => {
        this.moving = null;
      });
  }
}
