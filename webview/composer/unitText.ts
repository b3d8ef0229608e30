/** Words for the parts of a document, by what they are called there: pages, slides, sheets. */
import * as l10n from '@vscode/l10n';
import type { DocumentUnit } from '../../backend-native/protocol/documentNotes.js';
import { formatCount } from '../format.js';

/** Such as "12 slides". */
export function partCount(unit: DocumentUnit, count: number): string {
  const one = count === 1;
  const n = formatCount(count);
  switch (unit) {
    case 'slide':
      return one ? l10n.t('1 slide') : l10n.t('{0} slides', n);
    case 'sheet':
      return one ? l10n.t('1 sheet') : l10n.t('{0} sheets', n);
    case 'section':
      return one ? l10n.t('1 section') : l10n.t('{0} sections', n);
    case 'cell':
      return one ? l10n.t('1 cell') : l10n.t('{0} cells', n);
    case 'page':
    case 'whole':
      return one ? l10n.t('1 page') : l10n.t('{0} pages', n);
  }
}

/** Such as "slides 2-3 of 12". */
export function chosenParts(unit: DocumentUnit, chosen: string, count: number): string {
  const n = formatCount(count);
  switch (unit) {
    case 'slide':
      return l10n.t('slides {0} of {1}', chosen, n);
    case 'sheet':
      return l10n.t('sheets {0} of {1}', chosen, n);
    case 'section':
      return l10n.t('sections {0} of {1}', chosen, n);
    case 'cell':
      return l10n.t('cells {0} of {1}', chosen, n);
    case 'page':
    case 'whole':
      return l10n.t('pages {0} of {1}', chosen, n);
  }
}

/** What chooses among them, such as "Slides of plan.pptx". */
export function partsOf(unit: DocumentUnit, name: string): string {
  switch (unit) {
    case 'slide':
      return l10n.t('Slides of {0}', name);
    case 'sheet':
      return l10n.t('Sheets of {0}', name);
    case 'section':
      return l10n.t('Sections of {0}', name);
    case 'cell':
      return l10n.t('Cells of {0}', name);
    case 'page':
    case 'whole':
      return l10n.t('Pages of {0}', name);
  }
}

/** Of the button that opens it. */
export function chooseParts(unit: DocumentUnit, name: string): string {
  switch (unit) {
    case 'slide':
      return l10n.t('Choose slides of {0}', name);
    case 'sheet':
      return l10n.t('Choose sheets of {0}', name);
    case 'section':
      return l10n.t('Choose sections of {0}', name);
    case 'cell':
      return l10n.t('Choose cells of {0}', name);
    case 'page':
      return l10n.t('Choose pages of {0}', name);
    case 'whole':
      return l10n.t('Choose how {0} is read', name);
  }
}

/** One of them, such as "plan.pptx, slide 3". */
export function partOf(unit: DocumentUnit, name: string, part: number): string {
  switch (unit) {
    case 'slide':
      return l10n.t('{0}, slide {1}', name, part);
    case 'sheet':
      return l10n.t('{0}, sheet {1}', name, part);
    case 'section':
      return l10n.t('{0}, section {1}', name, part);
    case 'cell':
      return l10n.t('{0}, cell {1}', name, part);
    case 'page':
    case 'whole':
      return l10n.t('{0}, page {1}', name, part);
  }
}
