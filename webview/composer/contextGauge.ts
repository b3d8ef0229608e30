import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { formatCount } from '../format.js';
import { icon } from '../icon.js';
import type { DraftView } from '../protocol/state.js';

/** How full the context is: what the conversation holds, and what the attachments of the next question add. */
export function contextGauge({
  attachments,
  tokens,
  contextTokens,
  heldTokens,
}: DraftView): TemplateResult | typeof nothing {
  if (tokens === null || contextTokens === null || contextTokens === 0) return nothing;
  const whole = heldTokens + tokens;
  const over = whole > contextTokens;
  const text = l10n.t('{0} / {1}', formatCount(whole), formatCount(contextTokens));
  const parts = l10n.t(
    'The conversation holds {0} tokens and the attachments add {1}',
    formatCount(heldTokens),
    formatCount(tokens),
  );
  const label = over
    ? overText(parts, contextTokens, attachments)
    : l10n.t('{0}, of a context of {1}', parts, formatCount(contextTokens));
  const share = (part: number) => Math.min(100, (part / contextTokens) * 100);
  return html`<span
    class="context ${over ? 'over' : ''}"
    role="meter"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax=${contextTokens}
    aria-valuenow=${Math.min(whole, contextTokens)}
    aria-valuetext=${label}
    title=${label}
  >
    <span class="context-bar" aria-hidden="true"
      ><span class="held" .style=${`width:${share(heldTokens)}%`}></span
      ><span .style=${`width:${share(tokens)}%`}></span></span
    ><span aria-hidden="true">${over ? icon('warning') : nothing}${text}</span></span
  >`;
}

/** Of documents that are too long the pages that the question is about are read; of pictures there are too many. */
function overText(parts: string, contextTokens: number, attachments: DraftView['attachments']): string {
  const text = l10n.t('{0}: more than the context of {1}', parts, formatCount(contextTokens));
  if (!attachments.some(({ kind }) => kind === 'document')) return text;
  return `${text}. ${l10n.t('Of long documents the parts that the question is about are read.')}`;
}
