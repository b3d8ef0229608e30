import * as vscode from 'vscode';
import { actionLabel } from '../webview/protocol/actionLabel.js';
import { actionsFor } from '../webview/protocol/errorActions.js';
import { runAction, type ActionServices } from './actions.js';
import { askCommands, type AskServices } from './asking/askCommands.js';
import type { Asking } from './asking/asking.js';
import { copyImageText, type CopyImageTextServices } from './attachments/copyImageText.js';
import type { Backend } from './backend/backend.js';
import { askInChat } from './chat/askInChat.js';
import type { ChatServices } from './chat/askModel.js';
import { clearCache, type ClearCacheServices } from './clearCache.js';
import type { Conversations } from './conversation/conversations.js';
import { copyDiagnostics, showBackendInfo, type DiagnosticServices } from './diagnostics.js';
import { errorText, errorView } from './errors.js';
import { describeImages } from './imageLinks/describeImages.js';
import { describeCommand } from './imageLinks/imageActions.js';
import { chooseModel } from './models/chooseModel.js';
import { addModelFromHub } from './models/hubModels.js';
import type { ModelServices } from './models/modelServices.js';
import { setHubToken } from './models/network.js';
import type { Panel } from './panel/panel.js';
import { chooseDevice } from './models/chooseDevice.js';
import { chooseKvRatio, type RatioServices } from './settings/chooseKvRatio.js';
import { showStatusMenu, statusMenuCommand, type StatusServices } from './status.js';

/** What the commands need together: each feature says its own part. */
export type CommandServices = ActionServices &
  AskServices &
  ChatServices &
  ClearCacheServices &
  CopyImageTextServices &
  DiagnosticServices &
  ModelServices &
  RatioServices &
  StatusServices & {
    readonly asking: Pick<Asking, 'stop'>;
    readonly backend: Pick<Backend, 'restart'>;
    readonly conversations: Pick<Conversations, 'ready' | 'open' | 'openNew'>;
    readonly log: Pick<vscode.LogOutputChannel, 'show' | 'error'>;
    readonly panel: Pick<Panel, 'reveal' | 'openInEditor' | 'showKvMap'>;
  };

type Command = (...args: readonly unknown[]) => void | Promise<void>;

/** Every command, by its name. Those that package.json shows, and the one of the status item. */
export function commandTable(
  services: CommandServices,
  recentLog: () => readonly string[],
): Readonly<Record<string, Command>> {
  const { asking, backend, conversations, log, panel } = services;
  const table: Record<string, Command> = {
    'lookOnce.newConversation': async () => {
      await conversations.ready();
      conversations.openNew();
      await panel.reveal({ focusQuestion: true });
    },
    'lookOnce.openPanel': () => panel.reveal({ focusQuestion: true }),
    'lookOnce.askInChat': () => askInChat(),
    'lookOnce.openInEditor': () => {
      panel.openInEditor();
    },
    'lookOnce.showKvMap': () => showKvMap(services),
    'lookOnce.chooseModel': () => chooseModel(services),
    'lookOnce.chooseDevice': () => chooseDevice(services),
    'lookOnce.setKvRatio': () => chooseKvRatio(services),
    'lookOnce.addModel': () => addModelFromHub(services),
    'lookOnce.setHubToken': () => setHubToken(services),
    'lookOnce.stop': () => {
      asking.stop();
    },
    'lookOnce.restartBackend': async () => {
      asking.stop();
      await backend.restart();
    },
    'lookOnce.clearCache': () => clearCache(services),
    'lookOnce.showLog': () => {
      log.show();
    },
    'lookOnce.showBackendInfo': () => showBackendInfo(services),
    'lookOnce.copyDiagnostics': () => copyDiagnostics(services, recentLog()),
    [statusMenuCommand]: () => showStatusMenu(services),
  };
  table['lookOnce.copyImageText'] = (...args) => copyImageText(services, args);
  table[describeCommand] = (...args) => describeImages(services, args);
  for (const [name, command] of Object.entries(askCommands(services))) table[`lookOnce.${name}`] = command;
  return table;
}

/** What a command throws is shown with its next step, and with buttons for what may help. */
export function registerCommands(services: CommandServices, recentLog: () => readonly string[]): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commandTable(services, recentLog)).map(([name, command]) =>
      vscode.commands.registerCommand(name, async (...args: unknown[]) => {
        try {
          await command(...args);
        } catch (error) {
          await showFailure(services, error);
        }
      }),
    ),
  );
}

/** Of the newest answer that was given about images. */
async function showKvMap({ conversations, panel }: Pick<CommandServices, 'conversations' | 'panel'>): Promise<void> {
  await conversations.ready();
  const turn = conversations.open.turns.findLast(({ answers }) => answers.some(({ hasKvMap }) => hasKvMap));
  if (!turn) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Ask about an image first: what was kept of it can be shown then.'),
    );
    return;
  }
  await panel.reveal();
  panel.showKvMap(
    turn.id,
    turn.answers.findLastIndex(({ hasKvMap }) => hasKvMap),
    0,
  );
}

async function showFailure(services: CommandServices, error: unknown): Promise<void> {
  const text = errorText(error);
  services.log.error(text);
  const actions = actionsFor(errorView(error).code).map((action) => ({ title: actionLabel(action), action }));
  const chosen = await vscode.window.showErrorMessage(text, ...actions);
  if (chosen) await runAction(services, chosen.action);
}
