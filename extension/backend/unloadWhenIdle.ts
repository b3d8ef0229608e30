import type * as vscode from 'vscode';
import type { CurrentSettings } from '../settings/currentSettings.js';
import type { Backend } from './backend.js';

export interface IdleServices {
  readonly backend: Pick<Backend, 'view' | 'model' | 'onDidChange' | 'unload'>;
  readonly settings: {
    readonly current: Pick<CurrentSettings, 'unloadAfterMinutes'>;
    readonly onDidChange: vscode.Event<unknown>;
  };
  readonly log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>;
}

/** Lets go of a model that nobody asked for `lookOnce.model.unloadAfterMinutes`; the next question loads it again. */
export function unloadWhenIdle({ backend, settings, log }: IdleServices): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    clearTimeout(timer);
    const minutes = settings.current.unloadAfterMinutes;
    if (minutes === 0 || !backend.model || backend.view.status !== 'ready') return;
    timer = setTimeout(() => {
      log.info(`The model was not asked for ${minutes} minutes and is unloaded`);
      backend.unload().catch((error: unknown) => {
        log.warn('The model could not be unloaded', String(error));
      });
    }, minutes * 60_000);
    // What waits to give memory back keeps no process alive.
    timer.unref();
  };
  // Every question, and every load, changes the view when it begins and when it ends.
  const subscriptions = [backend.onDidChange(begin), settings.onDidChange(begin)];
  return {
    dispose: () => {
      clearTimeout(timer);
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
