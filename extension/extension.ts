import path from 'node:path';
import { config } from '@vscode/l10n';
import * as vscode from 'vscode';
import { ProblemActions } from './asking/askAboutProblem.js';
import { Asking } from './asking/asking.js';
import { isOnBattery } from './asking/battery.js';
import { readAhead } from './asking/readAhead.js';
import { Draft } from './attachments/draft.js';
import { Backend } from './backend/backend.js';
import { offerBackend } from './backend/offerBackend.js';
import { unloadWhenIdle } from './backend/unloadWhenIdle.js';
import { cacheFolderOf } from './clearCache.js';
import { registerChat } from './chat/registerChat.js';
import { registerCommands } from './commands.js';
import { Conversations } from './conversation/conversations.js';
import { registerImageLinks } from './imageLinks/registerImageLinks.js';
import { createLog } from './log.js';
import { memoryNotice } from './models/memoryNotice.js';
import { Notices } from './notices.js';
import { Panel } from './panel/panel.js';
import { settingsNotices } from './settings/settingsNotices.js';
import { Settings } from './settings/settings.js';
import { createStatusItem } from './status.js';
import { createTestApi, type TestApi } from './testApi.js';

let end: (() => Promise<void>) | undefined;

/** Constructs and registers. Nothing is read, started or loaded before it is needed. */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const began = performance.now();
  // What the panel shares with the extension has its strings from the package that webviews use.
  if (vscode.l10n.bundle) config({ contents: vscode.l10n.bundle });
  const { channel: log, recent } = createLog();
  const notices = new Notices();
  const settings = new Settings(context.extension.packageJSON, cacheFolderOf(context), notices, log);
  const backend = new Backend({ serverFile: path.join(context.extensionPath, 'dist', 'server.cjs'), log, settings });
  const storage = (context.storageUri ?? context.globalStorageUri).fsPath;
  const conversations = new Conversations({
    folder: path.join(storage, 'conversations'),
    memento: context.workspaceState,
    notices,
    log,
  });
  const draft = new Draft({ context, log, settings, backend, conversations });
  const asking = new Asking({ settings, backend, conversations, log });
  const parts = { context, log, settings, notices, backend, draft, conversations, asking };
  const services = { ...parts, panel: new Panel(parts) };

  context.subscriptions.push(
    ...[services.panel, asking, draft, conversations, backend, settings, notices, log],
    registerCommands(services, recent),
    createStatusItem(services),
    settingsNotices(services),
    registerChat(services),
    registerImageLinks(services),
    vscode.languages.registerCodeActionsProvider({ pattern: '**' }, new ProblemActions()),
    runningKey(asking),
    unloadWhenIdle(services),
    offerBackend(services),
    readAhead({ ...services, isOnBattery }),
    memoryNotice(services),
  );
  end = async () => {
    await Promise.all([asking.close(), draft.flush()]);
    await backend.close();
  };
  // In the background: most of what can be done next needs them.
  void conversations.ready();
  settings.migrate().catch((error: unknown) => {
    log.warn('Settings of an earlier version could not be changed', String(error));
  });
  const activationMs = performance.now() - began;
  log.info(`Activated in ${activationMs.toFixed(1)} ms`);
  return context.extensionMode === vscode.ExtensionMode.Test ? createTestApi(services, activationMs) : undefined;
}

/** What has arrived is saved, and the process ends with the window. */
export async function deactivate(): Promise<void> {
  await end?.();
}

/** The context key `lookOnce.running`, for menus and keys. */
function runningKey(asking: Asking): vscode.Disposable {
  let isRunning = false;
  return asking.onDidProgress((running) => {
    if ((running !== null) === isRunning) return;
    isRunning = running !== null;
    void vscode.commands.executeCommand('setContext', 'lookOnce.running', isRunning);
  });
}
