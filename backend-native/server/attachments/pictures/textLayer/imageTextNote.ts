import type { ImageTextReason } from '../../../../protocol/imageText.js';

/** Why a picture goes to the model without its words, in a sentence. @param detail of a failure, in a few words */
export function imageTextNote(reason: ImageTextReason, detail = ''): string {
  switch (reason) {
    case 'used':
      return 'Its text was read.';
    case 'off':
      return 'Its text was not read: that is switched off.';
    case 'readable':
      return 'Its text was not read: the model sees it large enough.';
    case 'nothing':
      return 'No text was found in it.';
    case 'budget':
      return 'Its text did not fit into the context.';
    case 'tooLarge':
    case 'timeout':
    case 'memory':
    case 'missing':
    case 'failed':
      return `It was read without its text layer: ${failures[reason]}${detail === '' ? '' : ` (${detail})`}.`;
  }
}

const failures: Readonly<Record<'tooLarge' | 'timeout' | 'memory' | 'missing' | 'failed', string>> = {
  tooLarge: 'the picture is too large',
  timeout: 'text recognition took too long',
  memory: 'text recognition took too much memory',
  missing: 'the files of text recognition are missing',
  failed: 'text recognition failed',
};
