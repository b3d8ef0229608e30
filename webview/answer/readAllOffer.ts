import * as l10n from '@vscode/l10n';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { PanelElement } from '../element.js';
import { formatCount, formatDuration } from '../format.js';
import { request, send, showFailure } from '../host/host.js';
import type { PanelRequests } from '../protocol/messages.js';

/** Offers to read all of a turn's documents in parts; what that takes is said before it is begun. */
@customElement('look-once-read-all')
export class ReadAllElement extends PanelElement {
  @property({ attribute: false }) turnId = '';
  @state() private cost: PanelRequests['readAllCost']['result'] | 'counting' = null;

  protected override render(): TemplateResult {
    const { cost } = this;
    if (cost === null)
      return html`<vscode-button secondary @click=${this.count}>${l10n.t('Read all in parts…')}</vscode-button>`;
    if (cost === 'counting') return html`<p class="quiet">${l10n.t('Counting the parts')}</p>`;
    return html`<div class="read-all" role="group" aria-label=${l10n.t('Read all in parts')}>
      <p>
        ${l10n.t(
          '{0} parts with {1} tokens are read one after the other, and their answers put together.',
          formatCount(cost.parts),
          formatCount(cost.tokens),
        )}
        ${cost.seconds === null ? '' : l10n.t('It takes about {0}.', formatDuration(1000 * Math.ceil(cost.seconds)))}
      </p>
      <div class="read-all-buttons">
        <vscode-button
          class="read-all-go"
          @click=${() => {
            send('readAll', { turnId: this.turnId });
          }}
          >${l10n.t('Read All')}</vscode-button
        >
        <vscode-button
          secondary
          @click=${() => {
            this.cost = null;
          }}
          >${l10n.t('Cancel')}</vscode-button
        >
      </div>
    </div>`;
  }

  private readonly count = async (): Promise<void> => {
    this.cost = 'counting';
    try {
      this.cost = await request('readAllCost', { turnId: this.turnId });
    } catch (error) {
      this.cost = null;
      showFailure(error);
      return;
    }
    await this.focusOn('.read-all-go');
  };
}
