import * as vscode from 'vscode';
import type { MemoryEstimate } from '../../backend-native/protocol/memory.js';
import { byteSize } from './modelTexts.js';

/** Asks before a model is fetched or loaded that will not fit. @returns whether to go on */
export async function confirmMemory(name: string, memory: MemoryEstimate | undefined): Promise<boolean> {
  if (memory?.verdict !== 'too-large') return true;
  const { needBytes, freeBytes, contextTokens, fitsAtContext } = memory;
  const anyway = vscode.l10n.t('Use It Anyway');
  const way =
    fitsAtContext === undefined
      ? vscode.l10n.t('Choose a smaller quantisation or a smaller model.')
      : vscode.l10n.t('It fits at {0} tokens (lookOnce.model.contextSize).', fitsAtContext);
  const numbers = vscode.l10n.t(
    'At {0} tokens it takes about {1} of memory, and {2} are free.',
    contextTokens,
    byteSize(needBytes),
    byteSize(freeBytes),
  );
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} does not fit into the memory of this machine.', name),
    { modal: true, detail: `${numbers} ${way}` },
    anyway,
  );
  return answer === anyway;
}
