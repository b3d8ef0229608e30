import { l10n } from 'vscode';
import type { ImageTextReport } from '../../backend-native/protocol/imageText.js';

/** Why the words of a picture went to the model in part or not at all, in a sentence. */
export function imageTextNote(name: string, { lines, linesUsed, reason }: ImageTextReport): string {
  switch (reason) {
    case 'used':
      return l10n.t('{0}: {1} of the {2} lines that are written in it fit into the context.', name, linesUsed, lines);
    case 'budget':
      return l10n.t('{0}: the words that are written in it did not fit into the context.', name);
    case 'tooLarge':
      return l10n.t('{0} was read without its words: it is too large.', name);
    case 'timeout':
    case 'memory':
      return l10n.t('{0} was read without its words: recognising them took too much time or memory.', name);
    case 'missing':
      return l10n.t('{0} was read without its words: the files of text recognition are missing.', name);
    case 'failed':
      return l10n.t('{0} was read without its words: text recognition failed.', name);
    case 'nothing':
      return l10n.t('No words were found in {0}.', name);
    case 'off':
    case 'readable':
      return l10n.t('The words in {0} were left to the model to read.', name);
  }
}
