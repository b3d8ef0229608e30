/** What the features of the extension share. Built once by `activate`; a feature takes what it needs of it. */
import type * as vscode from 'vscode';
import type { Asking } from './asking/asking.js';
import type { Draft } from './attachments/draft.js';
import type { Backend } from './backend/backend.js';
import type { Conversations } from './conversation/conversations.js';
import type { Notices } from './notices.js';
import type { Panel } from './panel/panel.js';
import type { Settings } from './settings/settings.js';

export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly settings: Settings;
  readonly notices: Notices;
  readonly backend: Backend;
  /** The attachments of the next question. */
  readonly draft: Draft;
  readonly conversations: Conversations;
  readonly asking: Asking;
  readonly panel: Panel;
}

/** What the panel itself is built from. */
export type PanelServices = Omit<Services, 'panel'>;
