import * as l10n from '@vscode/l10n';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { send } from '../host/host.js';
import { icon } from '../icon.js';
import type { ModelView } from '../protocol/state.js';

/** What is shown while there is nothing else: what this is, and three ways to begin. */
export function welcome(model: ModelView): TemplateResult {
  return html`<div class="welcome">
    <span class="welcome-icon" aria-hidden="true">${icon('eye')}</span>
    <h2>${l10n.t('Ask about what you see')}</h2>
    <p>
      ${l10n.t(
        'Screenshots, PDFs, documents and code: the answer comes from a model that runs on this machine. Nothing leaves it.',
      )}
    </p>
    <div class="welcome-actions">
      <vscode-button
        @click=${() => {
          send('runAction', { action: 'openSample' });
        }}
        >${icon('sparkle', 'content-before')}${l10n.t('Ask about the sample screenshot')}</vscode-button
      >
      <vscode-button
        secondary
        @click=${() => {
          send('attachFiles', null);
        }}
        >${icon('attach', 'content-before')}${l10n.t('Attach files…')}</vscode-button
      >
    </div>
    <ul class="welcome-hints">
      <li>${icon('clippy')}<span>${l10n.t('Paste a screenshot into the question.')}</span></li>
      <li>${icon('move')}<span>${l10n.t('Hold Shift to drop files here; VS Code opens them otherwise.')}</span></li>
      <li>
        ${icon('flame')}<span>${l10n.t('The KV cache of long prompts is compressed, and you see what was kept.')}</span>
      </li>
    </ul>
    <p class="welcome-links">
      <a
        href="#walkthrough"
        role="button"
        @click=${(event: Event) => {
          event.preventDefault();
          send('runAction', { action: 'openWalkthrough' });
        }}
        >${l10n.t('Open the walkthrough')}</a
      ><span class="quiet">${model.name}</span>
    </p>
  </div>`;
}
