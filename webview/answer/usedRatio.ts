import * as l10n from '@vscode/l10n';
import { autoChose } from '../../backend-native/protocol/answerNotes.js';
import type { KvReport } from '../../backend-native/protocol/ask.js';
import { formatRatio } from '../format.js';

/** The ratio of an answer, and whether auto chose it. */
export function usedRatio(kv: KvReport): string {
  return autoChose(kv) ? l10n.t('{0} (auto)', formatRatio(kv.ratio)) : formatRatio(kv.ratio);
}

/** Why auto chose the ratio; undefined when it did not. */
export function autoReason(kv: KvReport): string | undefined {
  if (!autoChose(kv)) return undefined;
  switch (kv.ratioChoice) {
    case 'asked':
      return undefined;
    case 'auto-by-length':
      return l10n.t('auto, by the length of the prompt');
    case 'auto-by-memory':
      return l10n.t('auto, since little memory is free');
    case 'auto-memory-unknown':
      return l10n.t('auto, by the length of the prompt; how much memory is free is not known');
  }
}
