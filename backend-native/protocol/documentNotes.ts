/**
 * What is worth knowing about a document that was read: what was left out, what was guessed, what is otherwise than it
 * looks. Facts only; each client has its words, and documentNoteText those of the command line.
 */
export type DocumentNote =
  /** What did not fit. `share` is of the only page that was read, from 0 to 1. */
  | {
      readonly kind: 'cut';
      readonly page: number;
      readonly characters: number;
      readonly of: number;
      readonly budget: number;
    }
  | {
      readonly kind: 'pagesLeftOut';
      readonly pages: string;
      readonly count: number;
      readonly reason: LeftOutReason;
      readonly budget: number;
    }
  /** The pages were chosen for the question out of more than fit. */
  | {
      readonly kind: 'pagesChosen';
      readonly chosen: readonly number[];
      readonly of: number;
      readonly why: 'question' | 'user';
      readonly unit: DocumentUnit;
    }
  /** Every part was read, each by itself. */
  | { readonly kind: 'readInParts'; readonly parts: number }
  /** Pictures inside the document that the model does not see. */
  | { readonly kind: 'picturesLeftOut'; readonly count: number; readonly reason: PictureReason }
  | { readonly kind: 'picturesLinked'; readonly names: readonly string[] }
  | { readonly kind: 'encodingGuessed'; readonly encoding: string }
  | { readonly kind: 'noPagesToDraw' }
  | {
      readonly kind: 'trackedChanges';
      readonly inserted: number;
      readonly deleted: number;
      readonly moved: number;
    }
  | { readonly kind: 'comments'; readonly count: number }
  | { readonly kind: 'headersDiffer'; readonly count: number }
  /** Text of a PDF that nobody sees. */
  | {
      readonly kind: 'hiddenText';
      readonly pages: string;
      readonly characters: number;
      readonly how: readonly HiddenHow[];
    }
  /** Elements of a web page that are not shown. */
  | { readonly kind: 'hiddenElements'; readonly count: number }
  /** Other pages and files that a web page shows in itself, by their addresses. */
  | { readonly kind: 'framesNotRead'; readonly names: readonly string[] }
  /** With something in them. @property sheets that they are in */
  | {
      readonly kind: 'hiddenCells';
      readonly rows: number;
      readonly columns: number;
      readonly sheets: readonly string[];
    }
  | { readonly kind: 'hiddenParts'; readonly what: 'sheets' | 'slides'; readonly names: readonly string[] }
  | { readonly kind: 'recognisedText'; readonly pages: string }
  | { readonly kind: 'scannedPages'; readonly pages: string }
  | { readonly kind: 'garbledText'; readonly pages: string }
  | { readonly kind: 'dynamicForm' }
  | { readonly kind: 'attachedFiles'; readonly names: readonly string[] }
  | { readonly kind: 'embeddedData'; readonly count: number; readonly characters: number }
  | { readonly kind: 'rowsLeftOut'; readonly sheet: string; readonly rows: number; readonly of: number }
  | { readonly kind: 'formulasWithoutValues'; readonly count: number }
  | {
      readonly kind: 'objectsNotRead';
      readonly what: 'charts' | 'diagrams' | 'embedded' | 'media' | 'symbols';
      readonly count: number;
    };

export type LeftOutReason = 'damaged' | 'noText' | 'noVision' | 'tooManyImages' | 'budget' | 'notChosen';
export type PictureReason =
  'asText' | 'noVision' | 'tooMany' | 'budget' | 'unreadable' | 'remote' | 'header' | 'master';
export type HiddenHow = 'invisible' | 'sameColour' | 'offPage' | 'clipped' | 'tiny' | 'covered';

/** What the parts of a document are called; 'whole' for one without parts. */
export const documentUnits = ['page', 'slide', 'sheet', 'section', 'cell', 'whole'] as const;
export type DocumentUnit = (typeof documentUnits)[number];

/** One English sentence. @param unit what the parts of the document are called */
export function documentNoteText(note: DocumentNote, unit: DocumentUnit = 'page'): string {
  switch (note.kind) {
    case 'cut': {
      const of = note.page === 0 ? '' : ` of ${pagesText(String(note.page), unit)}`;
      const share = Math.floor((100 * note.characters) / Math.max(1, note.of));
      return (
        `Only the first ${note.characters} of ${note.of} characters${of} (${share} %) fit into the ` +
        `${note.budget} tokens for documents.`
      );
    }
    case 'pagesLeftOut':
      return leftOut(note, unit);
    case 'pagesChosen':
      return (
        `${capital(units(note.unit, note.chosen.length))} ${ranges(note.chosen)} of ${note.of}, chosen ` +
        `${note.why === 'user' ? 'by you' : 'for your question'}.`
      );
    case 'readInParts':
      return `It was read in ${count(note.parts, 'part')}, each by itself, and the answers were put together.`;
    case 'picturesLeftOut':
      return `${count(note.count, 'picture')} in it ${wasWere(note.count)} not read: ${pictureReasons[note.reason]}.`;
    case 'picturesLinked':
      return `It shows pictures of other files, which are read when they are attached too: ${list(note.names)}.`;
    case 'encodingGuessed':
      return `Its encoding was taken for ${note.encoding}.`;
    case 'noPagesToDraw':
      return 'It has no pages to draw and was read as text.';
    case 'trackedChanges':
      return `It holds tracked changes (${changes(note)}) and was read as if they were accepted.`;
    case 'comments':
      return `${count(note.count, 'comment')} in it ${wasWere(note.count)} read too, each marked as one.`;
    case 'headersDiffer':
      return (
        `Its sections have different headers and footers; all ${note.count} are named at the beginning and the ` +
        'end.'
      );
    case 'hiddenText':
      return (
        `${count(note.characters, 'character')} that nobody sees ` +
        `(${note.how.map((how) => hiddenWays[how]).join(', ')}) on ${pages(note.pages)} ` +
        `${wasWere(note.characters)} left out.`
      );
    case 'hiddenElements':
      return `${count(note.count, 'element')} that the page hides ${wasWere(note.count)} left out.`;
    case 'framesNotRead':
      return `It shows other pages or files in itself, which were not read: ${list(note.names)}.`;
    case 'hiddenCells': {
      const [rows, columns] = [count(note.rows, 'row'), count(note.columns, 'column')];
      const what = [...(note.rows > 0 ? [rows] : []), ...(note.columns > 0 ? [columns] : [])].join(' and ');
      const one = note.rows + note.columns === 1;
      return `${what} in it ${one ? 'is' : 'are'} hidden and ${one ? 'was' : 'were'} read too: ${list(note.sheets)}.`;
    }
    case 'hiddenParts':
      return (
        `${count(note.names.length, note.what === 'sheets' ? 'sheet' : 'slide')} in it ` +
        `${note.names.length === 1 ? 'is' : 'are'} hidden and ${wasWere(note.names.length)} read too: ` +
        `${list(note.names)}.`
      );
    case 'recognisedText':
      return `The text of ${pages(note.pages)} was recognised by whoever scanned it and may hold mistakes.`;
    case 'scannedPages':
      return `${capital(pages(note.pages))} ${isAre(note.pages)} scanned: what is on the picture is not in the text.`;
    case 'garbledText':
      return `The text of ${pages(note.pages)} has no usable encoding.`;
    case 'dynamicForm':
      return (
        'It is a dynamic form (XFA): what was filled in shows in Adobe Acrobat only. Print it to PDF there and ' +
        'attach that.'
      );
    case 'attachedFiles':
      return `Files inside it were not read: ${list(note.names)}.`;
    case 'embeddedData':
      return (
        `${count(note.count, 'piece')} of data inside it (${note.characters} characters) ${wasWere(note.count)} ` +
        'left out.'
      );
    case 'rowsLeftOut':
      return `Sheet ${note.sheet}: ${note.rows} of ${note.of} rows were read.`;
    case 'formulasWithoutValues':
      return (
        `${count(note.count, 'formula')} in it ${note.count === 1 ? 'has' : 'have'} no calculated value: the ` +
        'formula was read.'
      );
    case 'objectsNotRead':
      return (
        `${count(note.count, objectNames[note.what])} in it ${wasWere(note.count)} not read; save it as PDF to ` +
        `have ${note.count === 1 ? 'it' : 'them'} too.`
      );
  }
}

const objectNames = {
  charts: 'chart',
  diagrams: 'diagram',
  embedded: 'embedded file',
  media: 'sound or film',
  symbols: 'symbol of a font of its own',
} as const;

const pictureReasons: Readonly<Record<PictureReason, string>> = {
  asText: 'it was to be read as text',
  noVision: 'the model reads no images',
  tooMany: 'no more images may be read',
  budget: 'no room was left',
  unreadable: 'they are damaged or of a format that is not read',
  remote: 'nothing is fetched from the network',
  header: 'they are in headers or footers',
  master: 'they are on the masters and layouts that slides share',
};

const hiddenWays: Readonly<Record<HiddenHow, string>> = {
  invisible: 'drawn invisibly',
  sameColour: 'in the colour of the ground',
  offPage: 'outside of the page',
  clipped: 'cut off by a frame',
  tiny: 'too small to see',
  covered: 'covered, or on a layer that is switched off',
};

function leftOut(
  { pages: which, count: several, reason, budget }: Extract<DocumentNote, { kind: 'pagesLeftOut' }>,
  unit: DocumentUnit,
): string {
  const many = several > 1;
  const subject = which === '' ? 'It' : capital(pagesText(which, unit));
  const they = many ? 'they' : 'it';
  const reasons: Readonly<Record<LeftOutReason, string>> = {
    budget: `${they} did not fit into the ${budget} tokens for documents`,
    tooManyImages: `no more ${units(unit, 2)} may be read as images`,
    noVision: `${they} ${many ? 'hold' : 'holds'} no text, and the model reads no images`,
    noText: `${they} ${many ? 'hold' : 'holds'} no text, only what can be read as images`,
    damaged: `${they} ${many ? 'are' : 'is'} damaged`,
    notChosen: `other parts have more to do with the question`,
  };
  return `${subject} ${many ? 'were' : 'was'} left out: ${reasons[reason]}.`;
}

function changes({ inserted, deleted, moved }: Extract<DocumentNote, { kind: 'trackedChanges' }>): string {
  return [
    [inserted, 'insertion'],
    [deleted, 'deletion'],
    [moved, 'move'],
  ]
    .filter(([n]) => Number(n) > 0)
    .map(([n, word]) => count(Number(n), String(word)))
    .join(', ');
}

function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

function wasWere(n: number): string {
  return n === 1 ? 'was' : 'were';
}

function pages(range: string): string {
  return pagesText(range, 'page');
}

/** @param range such as "1-3,7". @returns such as "slides 1-3,7" */
export function pagesText(range: string, unit: DocumentUnit): string {
  return `${units(unit, /^\d+$/.test(range) ? 1 : 2)} ${range}`;
}

function isAre(range: string): string {
  return /^\d+$/.test(range) ? 'is' : 'are';
}

function units(unit: DocumentUnit, n: number): string {
  return count(n, unit === 'whole' ? 'part' : unit).replace(/^\d+ /, '');
}

function ranges(numbers: readonly number[]): string {
  let text = '';
  for (const [i, n] of numbers.entries()) {
    const [before, next] = [numbers[i - 1], numbers[i + 1]];
    if (before === n - 1 && next === n + 1) continue;
    text += `${i === 0 ? '' : before === n - 1 ? '-' : ', '}${n}`;
  }
  return text;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
