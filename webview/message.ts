import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { actionLabel } from './protocol/actionLabel.js';
import type { BackendErrorData } from '../backend-native/protocol/errors.js';
import { send } from './host/host.js';
import { icon, iconButton } from './icon.js';
import type { ActionName, NoticeAction } from './protocol/state.js';
import * as l10n from '@vscode/l10n';

export interface MessageButton {
  readonly label: string;
  readonly primary?: boolean;
  readonly onClick: () => void;
}

export interface MessageBox {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
  /** What the user can do. */
  readonly nextStep?: string;
  /** The stable code of an error, for reports: in the tooltip. */
  readonly code?: string;
  readonly buttons?: readonly MessageButton[];
  readonly onDismiss?: () => void;
}

/** A coloured box: what happened, what can be done, and buttons that do it. */
export function messageBox(box: MessageBox): TemplateResult {
  const icons = { info: 'info', warning: 'warning', error: 'error' } as const;
  return html`<div class="message ${box.severity}" title=${box.code ?? nothing}>
    ${icon(icons[box.severity])}
    <div class="message-body">
      <p class="message-text">${box.text}</p>
      ${box.nextStep === undefined || box.nextStep === '' ? nothing : html`<p class="message-next">${box.nextStep}</p>`}
      ${
        box.buttons === undefined || box.buttons.length === 0
          ? nothing
          : html`<div class="message-buttons">
              ${box.buttons.map((button) => html`<vscode-button ?secondary=${button.primary !== true} @click=${button.onClick}>${button.label}</vscode-button>`)}
            </div>`
      }
    </div>
    ${box.onDismiss ? iconButton('close', l10n.t('Dismiss'), box.onDismiss) : nothing}
  </div>`;
}

/** The message box of an error from the backend or the extension. */
export function errorBox(
  error: BackendErrorData,
  buttons: readonly MessageButton[],
  onDismiss?: () => void,
): TemplateResult {
  return messageBox({
    severity: 'error',
    text: error.message,
    nextStep: error.nextStep,
    code: error.code,
    buttons,
    ...(onDismiss && { onDismiss }),
  });
}

export function actionButtons(actions: readonly (ActionName | NoticeAction)[]): MessageButton[] {
  return actions.map((item) => {
    const { action, label } = typeof item === 'string' ? { action: item, label: actionLabel(item) } : item;
    return {
      label,
      onClick: () => {
        send('runAction', { action });
      },
    };
  });
}
