import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState } from './protocol/state.js';

/** How far the backend is while it starts and loads its model; nothing once it is there. */
export function loadingBar({ status, fraction }: PanelState['backend']): TemplateResult | typeof nothing {
  if (status !== 'starting' && status !== 'loading') return nothing;
  return html`<vscode-progress-bar
    class="loading"
    aria-label=${l10n.t('Loading the model')}
    .value=${fraction === undefined ? undefined : fraction * 100}
    ?indeterminate=${fraction === undefined}
  ></vscode-progress-bar>`;
}
