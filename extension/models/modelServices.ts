import type * as vscode from 'vscode';
import type { Backend } from '../backend/backend.js';
import type { Settings } from '../settings/settings.js';

/** What the choice of a model is made with. */
export interface ModelServices {
  readonly context: Pick<vscode.ExtensionContext, 'globalState' | 'secrets' | 'extensionUri'>;
  readonly backend: Pick<Backend, 'load' | 'request' | 'view' | 'onDidChange'>;
  readonly settings: Pick<Settings, 'current' | 'write'>;
  readonly log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>;
}
