/** The object that `npm run ask -- --json` prints. Tools read it: keys are added, never renamed. */
import path from 'node:path';
import { pictureNoteText } from '../protocol/pictureNotes.js';
import { answerNotes, autoChose, type AnswerNote } from '../protocol/answerNotes.js';
import { imageTextNote } from '../server/attachments/pictures/textLayer/imageTextNote.js';
import type { AskResult } from '../protocol/ask.js';
import type { ModelInfo } from '../protocol/model.js';

export interface Turn {
  readonly question: string;
  readonly result: AskResult;
}

/** @param turns at least one: the question and its follow-ups */
export function askReport(model: ModelInfo, loadMs: number, turns: readonly Turn[], peakRssBytes: number) {
  const [first, ...followUps] = turns;
  if (!first) throw new RangeError('Expected at least one turn');
  const report = turnReport(first.result);
  return {
    ...report,
    model: model.description || path.basename(model.modelPath),
    device: model.devices.join(' + '),
    ...(model.standIn ? { standIn: model.standIn } : {}),
    ms: { load: loadMs, ...report.ms },
    peakRssBytes,
    ...(followUps.length > 0
      ? { followUps: followUps.map(({ question, result }) => ({ question, ...turnReport(result) })) }
      : {}),
  };
}

/**
 * What a reader of the answer alone would not know.
 * @param model that answered
 */
export function notesOn(result: AskResult, model: Pick<ModelInfo, 'standIn'>): string[] {
  return [...answerNotes(result, model).map(noteText), ...ratioNotes(result), ...cacheNotes(result)];
}

/** Where auto kept the whole cache there is nothing that the reader would miss. */
function ratioNotes({ kv }: AskResult): string[] {
  if (!kv.compressed || !autoChose(kv)) return [];
  const why = {
    'asked': '',
    'auto-by-length': 'by the length of the prompt',
    'auto-by-memory': 'since little memory is free',
    'auto-memory-unknown': 'by the length of the prompt alone, since it is not known how much memory is free',
  }[kv.ratioChoice];
  return [
    `${kv.cellsAfter} of ${kv.cellsBefore} KV cells were kept: auto chose the ratio ${kv.ratio} ${why}; ` +
      '--kv-ratio sets another',
  ];
}

/** What came from the cache on disk, with the option that reads everything anew. */
function cacheNotes({ images, prompt }: AskResult): string[] {
  const known = images.filter(({ fromCache }) => fromCache).length;
  const pictures = images.length === 1 ? 'picture was' : 'pictures were';
  return [
    ...(known > 0 ? [`${known} of ${images.length} ${pictures} known already; --no-cache looks again`] : []),
    ...(prompt.restoredTokens > 0
      ? [`${prompt.restoredTokens} of ${prompt.tokens} prompt tokens were restored from the cache on disk`]
      : []),
  ];
}

function noteText(note: AnswerNote): string {
  switch (note.kind) {
    case 'shrunk': {
      const { name, width, height, readWidth, readHeight } = note.image;
      return (
        `${name} has ${width} x ${height} pixels and was read at ${readWidth} x ${readHeight}; ` +
        '--image-max-tokens or a crop shows more'
      );
    }
    case 'nowhere':
      return 'the words of the answer are nowhere in the text of the pictures';
    case 'pixels':
      return `no text of the pictures says so, their pixels do: ${note.told}`;
    case 'imageText': {
      const { lines, linesUsed, reason, detail } = note.text;
      if (reason === 'used')
        return `${note.image.name}: ${linesUsed} of the ${lines} lines that are written in it fit into the context`;
      return `${note.image.name}: ${imageTextNote(reason, detail)}`;
    }
    case 'picture':
      return `${note.image.name}: ${pictureNoteText(note.note)}`;
    case 'document': {
      const { name, pages, complete, note: why } = note.document;
      return `${name}: ${why}${complete || pages === null ? '' : ' --doc-pages chooses pages.'}`;
    }
    case 'standIn':
      return (
        `a tiny stand-in answered, which reads small, clean pictures at best: ${note.missing.join(', ')} of the ` +
        'embedded model is missing. The next run tries to fetch it; --model and --mmproj give another model'
      );
    case 'toolCallBroken':
      return 'the model began the call of a tool that is none, or was ended in it; more tokens may help';
    case 'repetition':
      return 'the answer went in circles and was ended; --allow-loops lets it go on';
    case 'reasoningCut':
      return (
        `the reasoning was ended after ${note.tokens} tokens, before the model ended it; ` +
        '--max-reasoning-tokens allows more, --reasoning off none'
      );
    case 'cut':
      return `the answer ends here because ${note.by === 'length' ? 'of --max-tokens' : 'the context is full'}`;
  }
}

function turnReport(result: AskResult) {
  return { ...result, tokensPerSecond: result.ms.decode > 0 ? (result.tokens * 1000) / result.ms.decode : 0 };
}
