import * as vscode from 'vscode';
import type { RunningView } from '../webview/protocol/state.js';
import { modelName } from './asking/turnParams.js';
import { errorView } from './errors.js';
import type { Asking } from './asking/asking.js';
import type { Backend } from './backend/backend.js';
import type { Settings } from './settings/settings.js';

export interface StatusServices {
  readonly backend: Pick<Backend, 'view' | 'model' | 'onDidChange'>;
  readonly asking: Pick<Asking, 'running' | 'ratio' | 'onDidProgress' | 'onDidChangeRatio'>;
  readonly settings: Pick<Settings, 'current' | 'onDidChange'>;
}

export const statusMenuCommand = 'lookOnce.showStatusMenu';

/** The one item in the status bar: which model, what it does, how far it is. A click offers what there is to do. */
export function createStatusItem({ backend, asking, settings }: StatusServices): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('lookOnce.status', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Look Once';
  item.command = statusMenuCommand;
  const show = () => {
    const { view, model } = backend;
    const { icon, text } = stateOf(view, asking.running);
    item.text = text === '' ? `$(${icon}) Look Once` : `$(${icon}) Look Once: ${text}`;
    item.backgroundColor =
      view.status === 'crashed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    const { modelPath } = settings.current.load;
    const name = modelPath === undefined ? vscode.l10n.t('Embedded model') : modelName(modelPath);
    const lines = [
      vscode.l10n.t('Model: {0}', name),
      ...(model ? [vscode.l10n.t('Runs on {0}', model.devices.join(' + '))] : []),
      vscode.l10n.t('KV ratio of the next question: {0} ({1})', asking.ratio, settings.current.kv.method),
      ...(view.error ? [view.error.message] : []),
    ];
    item.tooltip = lines.join('\n');
    item.accessibilityInformation = {
      label: `Look Once: ${text === '' ? vscode.l10n.t('ready') : text}`,
      role: 'button',
    };
  };
  show();
  item.show();
  return vscode.Disposable.from(
    item,
    backend.onDidChange(show),
    asking.onDidProgress(show),
    asking.onDidChangeRatio(show),
    settings.onDidChange(show),
  );
}

function stateOf(view: Backend['view'], running: RunningView | null): { icon: string; text: string } {
  if (view.status === 'crashed') return { icon: 'error', text: vscode.l10n.t('stopped unexpectedly') };
  if (view.status === 'starting') return { icon: 'loading~spin', text: vscode.l10n.t('starting') };
  if (view.status === 'loading')
    return { icon: 'loading~spin', text: vscode.l10n.t('loading the model, {0} %', percent(view.fraction ?? 0, 1)) };
  if (running) return { icon: 'loading~spin', text: progressText(running) };
  return { icon: 'eye', text: '' };
}

function progressText({ progress, tokensPerSecond }: RunningView): string {
  switch (progress.phase) {
    case 'loading':
      return vscode.l10n.t('loading the model, {0} %', percent(progress.fraction, 1));
    case 'queued':
      return progress.ahead === 0 ? vscode.l10n.t('starting') : vscode.l10n.t('waiting');
    case 'ingest':
      return vscode.l10n.t('reading files, {0} of {1}', progress.done, progress.total);
    case 'image':
      return vscode.l10n.t('reading image {0} of {1}', progress.index + 1, progress.count);
    case 'imageText':
      return vscode.l10n.t('reading words, image {0} of {1}', progress.index + 1, progress.count);
    case 'part':
      return vscode.l10n.t('reading part {0} of {1}', progress.index + 1, progress.count);
    case 'document':
      return vscode.l10n.t('reading {0}', progress.name);
    case 'prefill':
      return vscode.l10n.t('prefill {0} %', percent(progress.done, progress.total));
    case 'compress':
      return vscode.l10n.t('compressing {0} %', percent(progress.done, progress.total));
    case 'reasoning':
      return vscode.l10n.t('reasoning');
    case 'answer':
      return tokensPerSecond > 0
        ? vscode.l10n.t('{0} tokens/s', tokensPerSecond.toFixed(1))
        : vscode.l10n.t('answering');
  }
}

function percent(done: number, total: number): number {
  return total > 0 ? Math.round((100 * done) / total) : 0;
}

/** What there is to do, for a click on the status item. */
export async function showStatusMenu({ backend, asking }: Pick<StatusServices, 'backend' | 'asking'>): Promise<void> {
  const items: readonly (vscode.QuickPickItem & { readonly command: string })[] = [
    ...(asking.running ? [{ label: `$(debug-stop) ${vscode.l10n.t('Stop')}`, command: 'lookOnce.stop' }] : []),
    { label: `$(comment-discussion) ${vscode.l10n.t('Open Panel')}`, command: 'lookOnce.openPanel' },
    { label: `$(chip) ${vscode.l10n.t('Choose Model…')}`, command: 'lookOnce.chooseModel' },
    { label: `$(settings) ${vscode.l10n.t('Set KV Ratio…')}`, command: 'lookOnce.setKvRatio' },
    { label: `$(debug-restart) ${vscode.l10n.t('Restart Backend')}`, command: 'lookOnce.restartBackend' },
    { label: `$(info) ${vscode.l10n.t('Show Backend Info')}`, command: 'lookOnce.showBackendInfo' },
    { label: `$(output) ${vscode.l10n.t('Show Log')}`, command: 'lookOnce.showLog' },
    { label: `$(clippy) ${vscode.l10n.t('Copy Diagnostics')}`, command: 'lookOnce.copyDiagnostics' },
  ];
  const { error } = backend.view;
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Look Once',
    ...(error && { placeHolder: errorView(error).message }),
  });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}
