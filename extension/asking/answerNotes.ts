/**
 * Words for what a reader of the answer alone would not know: what was shrunk, left out, cut or decided otherwise than
 * asked.
 */
import { env, l10n } from 'vscode';
import { answerNotes, lastReports, type AnswerNote } from '../../backend-native/protocol/answerNotes.js';
import type { AskResult, ImageReport, KvReport } from '../../backend-native/protocol/ask.js';
import type { KvSettings } from '../../backend-native/protocol/kv.js';
import type { EngineSettings, ModelInfo } from '../../backend-native/protocol/model.js';
import { documentNoteText, partText } from '../attachments/documentNotes.js';
import { imageTextNote } from '../attachments/imageTextNote.js';
import type { PictureNote } from '../../backend-native/protocol/pictureNotes.js';
import type { AnswerNoteKind, AnswerNoteView, AnswerStats } from '../../webview/protocol/state.js';

export interface Asked {
  readonly kv: Pick<KvSettings, 'ratio' | 'method'>;
  readonly engine: Partial<EngineSettings>;
  /** Earlier turns that failed, which the model is not told of. */
  readonly turnsLeftOut: number;
  /** Of the earlier turns that it is told of: what was shrunk or left out then is missing now too. */
  readonly earlier: readonly Pick<AnswerStats, 'images' | 'documents'>[];
}

/** Each a line; what is alike is said once, with the single cases behind it. */
export function notesOn(result: AskResult, model: ModelInfo, asked: Asked): AnswerNoteView[] {
  const known = {
    ...result,
    images: [...asked.earlier.flatMap(({ images }) => images), ...result.images],
    documents: lastReports([...asked.earlier.flatMap(({ documents }) => documents), ...result.documents]),
  };
  const notes = answerNotes(known, model);
  const shrunk = notes.flatMap((note) => (note.kind === 'shrunk' ? [note.image] : []));
  const wordless = notes.flatMap((note) =>
    note.kind === 'imageText' ? [imageTextNote(note.image.name, note.text)] : [],
  );
  return [
    ...notes.flatMap((note) => (note.kind === 'shrunk' || note.kind === 'imageText' ? [] : [noteView(note, result)])),
    ...wordlessNote(wordless),
    ...shrunkNote(shrunk),
    ...partNotes(result),
    ...kvNotes(result, asked),
    ...deviceNotes(model, asked),
    ...historyNotes(asked),
  ];
}

function noteView(note: Exclude<AnswerNote, { kind: 'shrunk' | 'imageText' }>, result: AskResult): AnswerNoteView {
  switch (note.kind) {
    case 'nowhere':
      return info('nowhere', l10n.t('The words of the answer are nowhere in the text of the pictures.'));
    case 'pixels':
      return info('pixels', l10n.t('No text of the pictures says so, their pixels do: {0}', note.told));
    case 'picture':
      return info('picture', pictureNoteText(note.image.name, note.note));
    case 'document': {
      const { name, complete, charactersRead, characters, pages, notes, unit, ofEarlierTurn } = note.document;
      const details = notes.map((one) => documentNoteText(one, unit));
      const index = result.documents.indexOf(note.document);
      if (complete) return info('document', l10n.t('{0}: {1}', name, details.join(' ')));
      const text = l10n.t(
        '{0} was read in part: {1} of {2} characters.',
        name,
        count(charactersRead),
        count(characters),
      );
      // Pages are chosen where the document was attached.
      const choosable = pages !== null && index >= 0 && ofEarlierTurn !== true;
      return { kind: 'document', severity: 'warning', text, details, ...(choosable && { document: index }) };
    }
    case 'standIn':
      return {
        ...warning('standIn', l10n.t('A tiny stand-in model answered. Do not rely on this answer.')),
        details: [l10n.t('Missing of the embedded model: {0}. Choose another model.', note.missing.join(', '))],
        action: 'chooseModel',
      };
    case 'toolCallBroken':
      return warning(
        'cut',
        l10n.t('The model began the call of a tool that is none, or was ended in it. More tokens may help.'),
      );
    case 'repetition':
      return warning('repetition', l10n.t('The answer went in circles and was ended.'));
    case 'reasoningCut':
      return info(
        'reasoning',
        l10n.t(
          'The reasoning was ended after {0} tokens; lookOnce.generation.maxReasoningTokens allows more.',
          count(note.tokens),
        ),
      );
    case 'cut':
      return warning(
        'cut',
        note.by === 'length'
          ? l10n.t('The answer ends here because of lookOnce.generation.maxTokens.')
          : l10n.t('The answer ends here because the context is full. A new conversation has room again.'),
      );
  }
}

/** @param sentences one for each picture that went to the model without some of its words */
function wordlessNote(sentences: readonly string[]): AnswerNoteView[] {
  const [only, ...others] = sentences;
  if (only === undefined) return [];
  if (others.length === 0) return [warning('imageText', only)];
  const text = l10n.t('{0} pictures were read without some of their words', sentences.length);
  return [{ kind: 'imageText', severity: 'warning', text, details: sentences }];
}

function pictureNoteText(name: string, note: PictureNote): string {
  switch (note.kind) {
    case 'frame':
      return l10n.t('{0}: frame {1} of {2} was read.', name, note.read, note.of);
    case 'darkGround':
      return l10n.t('{0} is light on a transparent ground and was read on black.', name);
    case 'tiny':
      return l10n.t('{0} has {1} × {2} pixels only: next to nothing can be seen.', name, note.width, note.height);
    case 'sliced':
      return l10n.t('{0} is larger than the model reads and was read in {1} pieces.', name, note.pieces);
    case 'labelsNotDrawn':
      return l10n.t(
        '{0}: {1} labels that only browsers draw were left out. Export it as PNG to have them.',
        name,
        note.count,
      );
    case 'partsElsewhere':
      return l10n.t(
        '{0}: {1} pictures in other files were not fetched. Export it as PNG to have them.',
        name,
        note.count,
      );
  }
}

function shrunkNote(images: readonly ImageReport[]): AnswerNoteView[] {
  const [only] = images;
  if (!only) return [];
  const details = images.map(({ name, width, height, readWidth, readHeight }) =>
    l10n.t('{0}: {1} × {2} pixels, read at {3} × {4}', name, ...[width, height, readWidth, readHeight].map(count)),
  );
  const remedy = l10n.t('Crop a picture, or raise lookOnce.model.imageMaxTokens, to show more of it.');
  const text =
    images.length === 1
      ? l10n.t('{0} was read smaller than it is', only.name)
      : l10n.t('{0} pictures were read smaller than they are', images.length);
  return [{ kind: 'shrunk', severity: 'info', text, details: [...details, remedy] }];
}

/** What each part said, for whoever wants to know where the answer comes from. */
function partNotes({ parts = [] }: AskResult): AnswerNoteView[] {
  if (parts.length === 0) return [];
  const text = l10n.t('All was read, in {0} parts', count(parts.length));
  const details = parts.map(({ content, answer }) => `${partText(content)}: ${answer}`);
  return [{ kind: 'parts', severity: 'info', text, details }];
}

function kvNotes({ kv, stop }: AskResult, asked: Asked): AnswerNoteView[] {
  const wanted = asked.kv.method === 'full' ? 1 : asked.kv.ratio;
  if (stop === 'cancelled') return [];
  const why = kvReason(kv);
  // What auto chose is no other than what was asked for; only why there was nothing to choose is worth a word.
  if (wanted === 'auto') return why === '' ? [] : [info('cache', why)];
  if (wanted >= 1) return [];
  if (!kv.compressed) return [info('cache', why === '' ? l10n.t('The cache was not compressed.') : why)];
  if (Math.abs(kv.ratio - wanted) > 1e-6)
    return [info('cache', l10n.t('The cache was compressed to a ratio of {0} rather than {1}.', kv.ratio, wanted))];
  return why === '' ? [] : [info('cache', why)];
}

function kvReason({ reason, note }: KvReport): string {
  switch (reason) {
    case 'short-prompt':
      return l10n.t('The whole cache was kept: the prompt is shorter than lookOnce.kv.minPromptTokens.');
    case 'follow-up':
      return l10n.t('The follow-up was added to the cache as it is.');
    case 'within-budget':
      return l10n.t('The cache was within its budget already.');
    case 'no-compression':
      return l10n.t('The whole cache was kept: the cache of this model cannot be compressed.');
    case 'window-whole':
      return l10n.t('The prompt was read as a whole: layers with a sliding window cannot be read in chunks.');
    case 'partly-cpu':
      return l10n.t('Part of the compression ran on the CPU: the device lacks an operation.');
    case undefined:
      break;
  }
  return note === '' ? '' : sentence(note);
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

function deviceNotes(model: ModelInfo, { engine: { device } }: Asked): AnswerNoteView[] {
  if (device === undefined || model.devices.includes(device)) return [];
  return [
    info(
      'device',
      l10n.t('The model runs on {0}, not on {1} as lookOnce.model.device says.', model.devices.join(' + '), device),
    ),
  ];
}

function historyNotes({ turnsLeftOut }: Asked): AnswerNoteView[] {
  return turnsLeftOut === 0
    ? []
    : [info('history', l10n.t('The model was not told of earlier questions that have no answer ({0}).', turnsLeftOut))];
}

/** With the separators of the display language. */
function count(value: number): string {
  return value.toLocaleString(env.language);
}

function info(kind: AnswerNoteKind, text: string): AnswerNoteView {
  return { kind, severity: 'info', text, details: [] };
}

function warning(kind: AnswerNoteKind, text: string): AnswerNoteView {
  return { kind, severity: 'warning', text, details: [] };
}
