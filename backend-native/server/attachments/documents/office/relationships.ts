import path from 'node:path';
import type { Archive } from './archive.js';
import { childElements, parseXml } from './xml.js';

export interface Relationship {
  readonly id: string;
  readonly type: string;
  /** The path of the part in the archive; an address when it is external. */
  readonly target: string;
  readonly external: boolean;
}

/** What a part of an Office file refers to, by id. @param part '' for the file itself */
export async function relationshipsOf(
  name: string,
  archive: Archive,
  part: string,
): Promise<ReadonlyMap<string, Relationship>> {
  const folder = path.posix.dirname(part);
  const rels = path.posix.join(part === '' ? '' : folder, '_rels', `${path.posix.basename(part)}.rels`);
  const bytes = await archive.read(rels);
  if (!bytes) return new Map();
  return new Map(
    childElements(parseXml(name, rels, bytes)).map(({ attributes }) => {
      const external = attributes['TargetMode'] === 'External';
      const target = attributes['Target'] ?? '';
      const id = attributes['Id'] ?? '';
      const path_ = target.startsWith('/') ? target.slice(1) : path.posix.join(part === '' ? '' : folder, target);
      return [id, { id, type: attributes['Type'] ?? '', target: external ? target : path_, external }];
    }),
  );
}
