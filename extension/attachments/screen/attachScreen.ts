import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { messageLimits } from '../../../webview/protocol/messages.js';
import type { Draft } from '../draft.js';
import { captureScreen } from './captureScreen.js';
import { captureTools } from './captureTools.js';

export interface ScreenServices {
  readonly draft: Pick<Draft, 'addBytes'>;
  readonly log: Pick<vscode.LogOutputChannel, 'info'>;
}

/** PowerShell alone takes seconds to start on a busy machine. */
const limits = { milliseconds: 20_000, bytes: (messageLimits.base64Characters / 4) * 3 };
const delaySeconds = 5;

/**
 * Attaches a picture of the screen, at once or when the user has brought something else to the front. A part of it is
 * chosen in the panel, as of every picture. Where the screen cannot be captured, it is said why and what to do.
 */
export async function attachScreen({ draft, log }: ScreenServices): Promise<void> {
  // In a browser or a remote window the screen is that of another machine than this process runs on.
  if (vscode.env.uiKind !== vscode.UIKind.Desktop || vscode.env.remoteName !== undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Look Once runs on another machine than your screen. Take a screenshot there and paste it into the panel.',
      ),
    );
    return;
  }
  const now = { label: vscode.l10n.t('$(device-camera) Now') };
  const later = {
    label: vscode.l10n.t('$(watch) In {0} Seconds', delaySeconds),
    description: vscode.l10n.t('Time to bring to the front what you ask about'),
  };
  const title = vscode.l10n.t('Ask About Screen');
  const chosen = await vscode.window.showQuickPick([now, later], { title });
  if (!chosen) return;
  const captured = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Capturing the screen') },
    async () => {
      // The list is still fading.
      await sleep(chosen === later ? delaySeconds * 1000 : 300);
      return captureScreen(captureTools(process.platform, process.env), limits);
    },
  );
  if (captured.status === 'picture') {
    const time = new Date().toLocaleTimeString('sv').replaceAll(':', '.');
    await draft.addBytes(`${vscode.l10n.t('Screen {0}', time)}.png`, 'image/png', captured.bytes.toString('base64'));
    return;
  }
  for (const reason of captured.reasons) log.info('The screen could not be captured with', reason);
  void vscode.window.showWarningMessage(whatToDo(process.platform, process.env));
}

/** Why there is no picture, most likely, and what mends that. */
function whatToDo(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string {
  if (platform === 'darwin')
    return vscode.l10n.t(
      'The screen could not be captured. Allow VS Code to record the screen, in the privacy settings of macOS.',
    );
  if (platform === 'win32') return vscode.l10n.t('The screen could not be captured: Show Log tells why.');
  const [tool] = captureTools(platform, environment);
  return tool
    ? vscode.l10n.t('The screen could not be captured. Install {0}, or take a screenshot and paste it.', tool.file)
    : vscode.l10n.t('The screen could not be captured: there is no desktop where VS Code runs.');
}
