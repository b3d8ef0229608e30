import { l10n } from 'vscode';
import { answerNotes, type AnswerNote } from '../../backend-native/protocol/answerNotes.js';
import type { AskResult } from '../../backend-native/protocol/ask.js';
import type { KvSettings } from '../../backend-native/protocol/kv.js';
import type { EngineSettings, ModelInfo } from '../../backend-native/protocol/model.js';

export interface Asked {
  readonly kv: Pick<KvSettings, 'ratio' | 'method'>;
  readonly engine: Partial<EngineSettings>;
  /** The model that comes with the extension. */
  readonly embedded: boolean;
  /** Earlier turns that failed, which the model is not told of. */
  readonly turnsLeftOut: number;
}

/** What was shrunk, left out, cut or decided otherwise than asked; each a sentence. */
export function notesOn(result: AskResult, model: ModelInfo, asked: Asked): string[] {
  return [
    ...answerNotes(result, asked.embedded).map(noteText),
    ...kvNotes(result, asked),
    ...deviceNotes(model, asked),
    ...historyNotes(asked),
  ];
}

function noteText(note: AnswerNote): string {
  switch (note.kind) {
    case 'shrunk': {
      const { name, width, height, readWidth, readHeight } = note.image;
      return l10n.t(
        '{0} has {1} × {2} pixels and was read at {3} × {4}; crop it, or raise lookOnce.model.imageMaxTokens, to show more.',
        name,
        width,
        height,
        readWidth,
        readHeight,
      );
    }
    case 'document': {
      const { name, complete, charactersRead, characters, note: why } = note.document;
      if (complete) return l10n.t('{0}: {1}', name, why);
      const read = l10n.t(
        '{0} was not read completely: {1} of {2} characters were. Choose pages to read other parts.',
        name,
        charactersRead,
        characters,
      );
      return why === '' ? read : `${read} (${why})`;
    }
    case 'beyondEmbedded':
      return note.what === 'document'
        ? l10n.t(
            'The embedded model was taught short, made-up texts only. Do not rely on this answer: choose a larger model.',
          )
        : l10n.t(
            'The embedded model reads small, clean screenshots and often misreads pictures as large as this. Do not rely on this answer: choose a larger model.',
          );
    case 'cut':
      return note.by === 'length'
        ? l10n.t('The answer ends here because of lookOnce.generation.maxTokens.')
        : l10n.t('The answer ends here because the context is full. A new conversation has room again.');
  }
}

function kvNotes({ kv, stop }: AskResult, asked: Asked): string[] {
  const wanted = asked.kv.method === 'full' ? 1 : asked.kv.ratio;
  // What auto chose is no other than what was asked for; only why there was nothing to choose is worth a word.
  if (wanted === 'auto') return kv.note === '' || stop === 'cancelled' ? [] : [sentence(kv.note)];
  if (wanted >= 1 || stop === 'cancelled') return [];
  if (!kv.compressed) {
    return [kv.note === '' ? l10n.t('The cache was not compressed.') : sentence(kv.note)];
  }
  if (Math.abs(kv.ratio - wanted) > 1e-6)
    return [l10n.t('The cache was compressed to a ratio of {0} rather than {1}.', kv.ratio, wanted)];
  return kv.note === '' ? [] : [sentence(kv.note)];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

function deviceNotes(model: ModelInfo, { engine: { device } }: Asked): string[] {
  if (device === undefined || model.devices.includes(device)) return [];
  return [
    l10n.t('The model runs on {0}, not on {1} as lookOnce.model.device says.', model.devices.join(' + '), device),
  ];
}

function historyNotes({ turnsLeftOut }: Asked): string[] {
  return turnsLeftOut === 0
    ? []
    : [l10n.t('The model was not told of earlier questions that have no answer ({0}).', turnsLeftOut)];
}
