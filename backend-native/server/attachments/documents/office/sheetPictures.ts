import type { DocumentPicture } from '../documentContent.js';
import type { Archive } from './archive.js';
import { relationshipsOf } from './relationships.js';
import { descendants, parseXml } from './xml.js';

export interface SheetPictures {
  readonly stored: readonly DocumentPicture[];
  /** By the name of the sheet: which of them lie on it. */
  readonly bySheet: ReadonlyMap<string, readonly number[]>;
}

/** The pictures that lie on the sheets of an Excel workbook; none for one of OpenDocument. */
export async function sheetPictures(name: string, archive: Archive): Promise<SheetPictures> {
  const stored: DocumentPicture[] = [];
  const bySheet = new Map<string, number[]>();
  const workbook = 'xl/workbook.xml';
  const bytes = archive.has(workbook) ? await archive.read(workbook) : undefined;
  if (!bytes) return { stored, bySheet };
  const sheets = await relationshipsOf(name, archive, workbook);
  for (const { attributes } of descendants(parseXml(name, workbook, bytes), new Set(['sheet']))) {
    const part = sheets.get(attributes['r:id'] ?? '')?.target ?? '';
    for (const drawing of (await relationshipsOf(name, archive, part)).values()) {
      if (!drawing.type.endsWith('/drawing')) continue;
      for (const { type, target } of (await relationshipsOf(name, archive, drawing.target)).values()) {
        const picture = type.endsWith('/image') ? await archive.read(target) : undefined;
        if (!picture) continue;
        stored.push({ name: target.split('/').at(-1) ?? '', alt: '', bytes: picture });
        const title = attributes['name'] ?? '';
        bySheet.set(title, [...(bySheet.get(title) ?? []), stored.length - 1]);
      }
    }
  }
  return { stored, bySheet };
}
