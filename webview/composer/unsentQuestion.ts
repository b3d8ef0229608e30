import * as l10n from '@vscode/l10n';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { icon } from '../icon.js';

/** A question that is asked as soon as its attachments are read. */
export function unsentQuestion(question: string): TemplateResult {
  return html`<p class="unsent quiet" role="status">
    ${icon('clock')}<span
      >${l10n.t('Asked as soon as the attachments are read:')} <span dir="auto">${question}</span></span
    >
  </p>`;
}
