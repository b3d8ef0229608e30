import type { DocumentPicture } from '../documentContent.js';
import type { Archive } from './archive.js';
import { relationshipsOf } from './relationships.js';
import { descendants, parseXml } from './xml.js';

/** What of an Excel workbook the library that reads it does not tell. */
export interface SheetParts {
  readonly pictures: readonly DocumentPicture[];
  /** By the name of the sheet: which of them lie on it. */
  readonly picturesOn: ReadonlyMap<string, readonly number[]>;
  /** By the name of the sheet: cells such as "B7" whose formula nobody has calculated. */
  readonly uncalculated: ReadonlyMap<string, ReadonlySet<string>>;
}

export const noParts: SheetParts = { pictures: [], picturesOn: new Map(), uncalculated: new Map() };

/** @returns noParts for a workbook of OpenDocument */
export async function sheetParts(name: string, archive: Archive): Promise<SheetParts> {
  const pictures: DocumentPicture[] = [];
  const picturesOn = new Map<string, number[]>();
  const uncalculated = new Map<string, ReadonlySet<string>>();
  const workbook = 'xl/workbook.xml';
  const bytes = archive.has(workbook) ? await archive.read(workbook) : undefined;
  if (!bytes) return noParts;
  const sheets = await relationshipsOf(name, archive, workbook);
  for (const { attributes } of descendants(parseXml(name, workbook, bytes), new Set(['sheet']))) {
    const part = sheets.get(attributes['r:id'] ?? '')?.target ?? '';
    const title = attributes['name'] ?? '';
    const sheet = await archive.read(part);
    if (sheet) uncalculated.set(title, formulasWithoutValues(sheet.toString('utf8')));
    for (const drawing of (await relationshipsOf(name, archive, part)).values()) {
      if (!drawing.type.endsWith('/drawing')) continue;
      for (const { type, target } of (await relationshipsOf(name, archive, drawing.target)).values()) {
        const picture = type.endsWith('/image') ? await archive.read(target) : undefined;
        if (!picture) continue;
        pictures.push({ name: target.split('/').at(-1) ?? '', alt: '', bytes: picture });
        picturesOn.set(title, [...(picturesOn.get(title) ?? []), pictures.length - 1]);
      }
    }
  }
  return { pictures, picturesOn, uncalculated };
}

/** As programs write them that do not calculate: <c r="A1"><f>SUM(B1:B9)</f><v/></c>. */
function formulasWithoutValues(xml: string): ReadonlySet<string> {
  const cells =
    /<c\b[^>]*\br="([A-Z]{1,3}\d{1,7})"[^>]*><f\b[^>]*(?:\/>|>[^<]*<\/f>)\s*(?:<v\s*\/>|<v><\/v>)?\s*<\/c>/g;
  return new Set(Array.from(xml.matchAll(cells), ([, cell]) => cell ?? ''));
}
