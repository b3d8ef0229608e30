import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { contextGauge } from './composer/contextGauge.js';
import { send } from './host/host.js';
import { icon } from './icon.js';
import type { PanelState } from './protocol/state.js';

/** Below the question: which model answers, where it runs, and how full its context is. */
export function statusLine({ model, backend, draft }: PanelState): TemplateResult {
  const name = model.name === '' ? l10n.t('No model') : model.name;
  const state = {
    stopped: '',
    starting: l10n.t('starting'),
    loading: l10n.t('loading'),
    ready: '',
    busy: '',
    crashed: l10n.t('not running'),
  }[backend.status];
  const facts = [model.device, state, model.vision ? '' : l10n.t('reads no images')]
    .filter((fact) => fact !== '')
    .join(' · ');
  return html`<div class="status">
    <button
      type="button"
      class="model"
      title=${l10n.t('Choose model…')}
      @click=${() => {
        send('runAction', { action: 'chooseModel' });
      }}
    >
      ${icon('chip')}<span class="model-name">${name}</span
      >${facts === '' ? nothing : html`<span class="quiet">${facts}</span>`}
    </button>
    ${contextGauge(draft)}
  </div>`;
}
