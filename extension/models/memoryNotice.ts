import * as vscode from 'vscode';
import { keepsWholeCache, type ModelInfo } from '../../backend-native/protocol/model.js';
import type { Notices } from '../notices.js';

const notice = 'model.wholeCache';

export interface MemoryNoticeServices {
  readonly backend: { readonly model: ModelInfo | undefined; readonly onDidChange: vscode.Event<void> };
  readonly settings: { readonly current: { readonly kv: { readonly ratio: unknown; readonly method: string } } };
  readonly notices: Pick<Notices, 'show' | 'dismiss'>;
}

/** Says of a loaded model whose cache cannot be compressed that it is kept whole, whatever ratio is set. */
export function memoryNotice({ backend, settings, notices }: MemoryNoticeServices): vscode.Disposable {
  let shownFor: ModelInfo | undefined;
  return backend.onDidChange(() => {
    const { model } = backend;
    if (model === shownFor) return;
    shownFor = model;
    const { ratio, method } = settings.current.kv;
    if (model && keepsWholeCache(model) && ratio !== 1 && method !== 'full')
      notices.show({
        id: notice,
        severity: 'info',
        message: vscode.l10n.t(
          'This model keeps recurrent state, which cannot be compressed: its whole KV cache is kept at every KV ratio.',
        ),
        actions: [],
      });
    else notices.dismiss(notice);
  });
}
