/** The panel's page: connects it to the extension and shows it. */
import { config } from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { channel, send } from './host/host.js';
import { readHostMessage } from './host/incoming.js';
import { PanelRoot } from './panel.js';

let root: PanelRoot | undefined;

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = readHostMessage(event.data);
  if (!message) return;
  if (message.type === 'response') {
    channel.receive(message);
    return;
  }
  if (message.type === 'init' && !root) {
    // Strings are looked up while the elements draw, so the language comes first.
    if (message.l10n) config({ contents: { ...message.l10n } });
    root = new PanelRoot();
    document.body.append(root);
  }
  root?.receive(message);
});

send('ready', null);
