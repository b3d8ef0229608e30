import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** A codicon beside a label that says the same in words; screen readers skip it. */
export function icon(name: string, slot = ''): TemplateResult {
  return slot === ''
    ? html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`
    : html`<span slot=${slot} class="codicon codicon-${name}" aria-hidden="true"></span>`;
}

/** A button that shows only an icon; the label is its tooltip and its name. */
export function iconButton(
  name: string,
  label: string,
  onClick: (event: Event) => void,
  options: { readonly class?: string; readonly pressed?: boolean } = {},
): TemplateResult {
  return html`<vscode-toolbar-button
    class=${`icon-button ${options.class ?? ''} ${options.pressed === true ? 'pressed' : ''}`}
    label=${label}
    title=${label}
    @click=${onClick}
    >${icon(name)}</vscode-toolbar-button
  >`;
}
