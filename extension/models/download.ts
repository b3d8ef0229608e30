import * as vscode from 'vscode';
import type { DownloadProgress, DownloadResult } from '../../backend-native/protocol/hub.js';
import { byteSize } from './modelTexts.js';
import type { ModelServices } from './modelServices.js';
import { checkNetwork, hubAccess } from './network.js';

export interface Wanted {
  readonly repository: string;
  readonly quantisation: string;
  readonly revision: string;
}

/**
 * Fetches a model, with its progress in a notification and in the status bar.
 * @returns undefined when the user cancelled: what was fetched stays for the next time, which is said
 * @throws BackendError `network_refused`, `hub_*`, `disk_full`, `download_corrupt`
 */
export async function download(
  services: ModelServices,
  wanted: Wanted,
): Promise<Extract<DownloadResult, { status: 'downloaded' }> | undefined> {
  checkNetwork(services);
  const item = vscode.window.createStatusBarItem('lookOnce.download', vscode.StatusBarAlignment.Right, 89);
  item.name = vscode.l10n.t('Look Once: Download');
  item.tooltip = wanted.repository;
  const access = await hubAccess(services);
  try {
    const result = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Fetching {0}', wanted.repository),
        cancellable: true,
      },
      (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => {
          abort.abort();
        });
        let shown = 0;
        return services.backend.request(
          'lookOnce/download',
          { ...wanted, ...access },
          {
            signal: abort.signal,
            onProgress: (now) => {
              const percent = percentOf(now);
              progress.report({ message: progressText(now), increment: Math.max(0, percent - shown) });
              shown = Math.max(shown, percent);
              item.text = `$(cloud-download) ${percent} %`;
              item.show();
            },
          },
        );
      },
    );
    if (result.status === 'downloaded') {
      services.log.info(`${wanted.repository}: ${result.fetchedBytes} of ${result.totalBytes} bytes were fetched`);
      return result;
    }
    if (result.status === 'cancelled' && result.keptBytes > 0) void offerToDelete(services, wanted, result.keptBytes);
    return undefined;
  } finally {
    item.dispose();
  }
}

async function offerToDelete(services: ModelServices, { repository }: Wanted, keptBytes: number): Promise<void> {
  const remove = vscode.l10n.t('Delete');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} of {1} are kept. The next download goes on with them.', byteSize(keptBytes), repository),
    remove,
  );
  if (answer !== remove) return;
  const { freedBytes } = await services.backend.request('lookOnce/deleteModel', { partsOf: repository });
  void vscode.window.showInformationMessage(vscode.l10n.t('{0} were freed.', byteSize(freedBytes)));
}

export function progressText(progress: DownloadProgress): string {
  if (progress.phase === 'listing') return vscode.l10n.t('asking what there is');
  const { doneBytes, totalBytes, file } = progress;
  const count = vscode.l10n.t('{0} of {1}', byteSize(doneBytes), byteSize(totalBytes));
  switch (progress.phase) {
    case 'fetching': {
      const { bytesPerSecond } = progress;
      if (bytesPerSecond <= 0) return count;
      const rest = (totalBytes - doneBytes) / bytesPerSecond;
      return vscode.l10n.t('{0}, {1}/s, {2} left', count, byteSize(bytesPerSecond), timeText(rest));
    }
    case 'shared':
      return vscode.l10n.t('{0}, by another window', count);
    case 'waiting':
      return vscode.l10n.t('{0}, the hub is asked again in {1} s', count, Math.ceil(progress.seconds));
    case 'verifying':
      return vscode.l10n.t('checking {0}', file);
  }
}

function percentOf(progress: DownloadProgress): number {
  if (progress.phase === 'listing') return 0;
  return Math.floor((100 * progress.doneBytes) / Math.max(1, progress.totalBytes));
}

function timeText(seconds: number): string {
  return seconds >= 90
    ? vscode.l10n.t('{0} min', Math.round(seconds / 60))
    : vscode.l10n.t('{0} s', Math.max(1, Math.ceil(seconds)));
}
