/** Words for what is worth knowing about a document that was read: the backend tells facts. */
import { env, l10n } from 'vscode';
import type {
  DocumentNote,
  DocumentUnit,
  HiddenHow,
  LeftOutReason,
  PictureReason,
} from '../../backend-native/protocol/documentNotes.js';
import type { PartContent } from '../../backend-native/protocol/readAll.js';

/** @param unit what the parts of the document are called. @returns one sentence */
export function documentNoteText(note: DocumentNote, unit: DocumentUnit): string {
  switch (note.kind) {
    case 'cut': {
      const share = Math.floor((100 * note.characters) / Math.max(1, note.of));
      const [read, all, budget] = [count(note.characters), count(note.of), count(note.budget)];
      return note.page === 0
        ? l10n.t(
            'Only the first {0} of {1} characters ({2} %) fit into the {3} tokens for documents.',
            read,
            all,
            share,
            budget,
          )
        : l10n.t(
            'Of {0} only the first {1} of {2} characters ({3} %) fit into the {4} tokens for documents.',
            partsText(unit, String(note.page)),
            read,
            all,
            share,
            budget,
          );
    }
    case 'pagesLeftOut': {
      const why = leftOutReason(note.reason, note.budget);
      return note.pages === ''
        ? l10n.t('It was left out: {0}.', why)
        : l10n.t('Left out: {0} ({1}).', partsText(unit, note.pages), why);
    }
    case 'pagesChosen': {
      const chosen = partsText(note.unit, ranges(note.chosen));
      return note.why === 'user'
        ? l10n.t('Chosen by you: {0} of {1}.', chosen, count(note.of))
        : l10n.t('Chosen for your question: {0} of {1}.', chosen, count(note.of));
    }
    case 'readInParts':
      return l10n.t('It was read in {0} parts, each by itself, and the answers were put together.', count(note.parts));
    case 'picturesLeftOut':
      return l10n.t('Pictures in it that were not read: {0} ({1}).', count(note.count), pictureReason(note.reason));
    case 'picturesLinked':
      return l10n.t(
        'It shows pictures of other files, which are read when they are attached too: {0}.',
        list(note.names),
      );
    case 'encodingGuessed':
      return l10n.t('Its encoding was taken for {0}.', note.encoding);
    case 'noPagesToDraw':
      return l10n.t('It has no pages to draw and was read as text.');
    case 'trackedChanges':
      return l10n.t(
        'It holds tracked changes (insertions: {0}, deletions: {1}, moves: {2}) and was read as if they were accepted.',
        count(note.inserted),
        count(note.deleted),
        count(note.moved),
      );
    case 'comments':
      return l10n.t('Comments in it that were read too, each marked as one: {0}.', count(note.count));
    case 'headersDiffer':
      return l10n.t(
        'Its sections have {0} different headers and footers, which are named at the beginning and the end.',
        count(note.count),
      );
    case 'hiddenText':
      return l10n.t(
        'Left out of {0}: {1} characters that nobody sees ({2}).',
        partsText('page', note.pages),
        count(note.characters),
        note.how.map(hiddenWay).join(', '),
      );
    case 'hiddenElements':
      return l10n.t('Elements that the page hides and that were left out: {0}.', count(note.count));
    case 'framesNotRead':
      return l10n.t('It shows other pages or files in itself, which were not read: {0}.', list(note.names));
    case 'hiddenCells':
      return l10n.t(
        'Hidden rows ({0}) and columns ({1}) in it, which were read too: {2}.',
        count(note.rows),
        count(note.columns),
        list(note.sheets),
      );
    case 'hiddenParts':
      return note.what === 'sheets'
        ? l10n.t('Hidden sheets in it, which were read too: {0}.', list(note.names))
        : l10n.t('Hidden slides in it, which were read too: {0}.', list(note.names));
    case 'recognisedText':
      return l10n.t(
        'The text of {0} was recognised by whoever scanned it and may hold mistakes.',
        partsText('page', note.pages),
      );
    case 'scannedPages':
      return l10n.t('Scanned, so that what is on the picture is not in the text: {0}.', partsText('page', note.pages));
    case 'garbledText':
      return l10n.t('The text of {0} has no usable encoding.', partsText('page', note.pages));
    case 'dynamicForm':
      return l10n.t(
        'It is a dynamic form (XFA): what was filled in shows in Adobe Acrobat only. Print it to PDF there and attach that.',
      );
    case 'attachedFiles':
      return l10n.t('Files inside it were not read: {0}.', list(note.names));
    case 'embeddedData':
      return l10n.t(
        'Data inside it that was left out: {0} pieces, {1} characters.',
        count(note.count),
        count(note.characters),
      );
    case 'rowsLeftOut':
      return l10n.t('Sheet {0}: {1} of {2} rows were read.', note.sheet, count(note.rows), count(note.of));
    case 'formulasWithoutValues':
      return l10n.t('Formulas in it without a calculated value, read as they are: {0}.', count(note.count));
    case 'objectsNotRead':
      return objectsNotRead(note);
  }
}

function objectsNotRead({ what, count: several }: Extract<DocumentNote, { kind: 'objectsNotRead' }>): string {
  switch (what) {
    case 'charts':
      return l10n.t('Charts in it that were not read: {0}. Save it as PDF to have them too.', count(several));
    case 'diagrams':
      return l10n.t('Diagrams in it that were not read: {0}. Save it as PDF to have them too.', count(several));
    case 'embedded':
      return l10n.t('Embedded files in it that were not read: {0}. Save it as PDF to have them too.', count(several));
    case 'media':
      return l10n.t('Sounds and films in it that were not read: {0}.', count(several));
    case 'symbols':
      return l10n.t('Symbols in it of a font of their own that were not read: {0}.', count(several));
  }
}

/** What one part of many holds, such as "plan.pptx, slides 1-3". */
export function partText({ documents, piece }: PartContent): string {
  const names = documents
    .map(({ name, unit, pages }) => (pages === '' ? name : `${name}, ${partsText(unit, pages)}`))
    .join('; ');
  return piece ? l10n.t('{0} ({1} of {2})', names, piece.number, piece.of) : names;
}

/** @param range such as "1-3,7". @returns such as "pages 1-3, 7" */
export function partsText(unit: DocumentUnit, range: string): string {
  const several = !/^\d+$/.test(range);
  const which = range.replace(/,\s*/g, ', ');
  switch (unit) {
    case 'slide':
      return several ? l10n.t('slides {0}', which) : l10n.t('slide {0}', which);
    case 'sheet':
      return several ? l10n.t('sheets {0}', which) : l10n.t('sheet {0}', which);
    case 'section':
      return several ? l10n.t('sections {0}', which) : l10n.t('section {0}', which);
    case 'cell':
      return several ? l10n.t('cells {0}', which) : l10n.t('cell {0}', which);
    case 'whole':
      return several ? l10n.t('parts {0}', which) : l10n.t('part {0}', which);
    case 'page':
      return several ? l10n.t('pages {0}', which) : l10n.t('page {0}', which);
  }
}

function leftOutReason(reason: LeftOutReason, budget: number): string {
  switch (reason) {
    case 'budget':
      return l10n.t('no room in the {0} tokens for documents', count(budget));
    case 'tooManyImages':
      return l10n.t('no more may be read as images');
    case 'noVision':
      return l10n.t('no text in it, and the model reads no images');
    case 'noText':
      return l10n.t('no text in it, only what can be read as images');
    case 'damaged':
      return l10n.t('damaged');
    case 'notChosen':
      return l10n.t('other parts have more to do with the question');
  }
}

function pictureReason(reason: PictureReason): string {
  switch (reason) {
    case 'asText':
      return l10n.t('it was to be read as text');
    case 'noVision':
      return l10n.t('the model reads no images');
    case 'tooMany':
      return l10n.t('no more may be read as images');
    case 'budget':
      return l10n.t('no room was left');
    case 'unreadable':
      return l10n.t('damaged, or of a format that is not read');
    case 'remote':
      return l10n.t('nothing is fetched from the network');
    case 'header':
      return l10n.t('in headers or footers');
    case 'master':
      return l10n.t('on the masters and layouts that slides share');
  }
}

function hiddenWay(how: HiddenHow): string {
  switch (how) {
    case 'invisible':
      return l10n.t('drawn invisibly');
    case 'sameColour':
      return l10n.t('in the colour of the ground');
    case 'offPage':
      return l10n.t('outside of the page');
    case 'clipped':
      return l10n.t('cut off by a frame');
    case 'tiny':
      return l10n.t('too small to see');
    case 'covered':
      return l10n.t('covered, or on a layer that is switched off');
  }
}

/** In their order, neighbours put together. */
function ranges(numbers: readonly number[]): string {
  const parts: [first: number, last: number][] = [];
  for (const n of numbers) {
    const last = parts.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else parts.push([n, n]);
  }
  return parts.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? l10n.t('{0} and {1} more', shown, names.length - 5) : shown;
}

/** With the separators of the display language. */
function count(value: number): string {
  return value.toLocaleString(env.language);
}
