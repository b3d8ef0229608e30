import type { Archive } from './archive.js';
import { paragraph, paragraphsIn, type DocxSimplifier } from './docxSimplifier.js';
import { relationshipsOf } from './relationships.js';
import { child, childElements, descendants, parseXml, type XmlElement } from './xml.js';

/** Puts every header before the body and every footer after it, each text once and named as what it is. */
export async function mergedHeaders(
  name: string,
  archive: Archive,
  part: string,
  root: XmlElement,
  simplifier: DocxSimplifier,
): Promise<void> {
  const body = child(root, 'w:body');
  if (!body) return;
  const relationships = await relationshipsOf(name, archive, part);
  const texts = { 'w:headerReference': new Set<string>(), 'w:footerReference': new Set<string>() };
  let pictures = 0;
  for (const section of descendants(root, new Set(['w:sectPr']))) {
    for (const { name: kind, attributes } of childElements(section)) {
      if (kind !== 'w:headerReference' && kind !== 'w:footerReference') continue;
      // Without this switch the first page looks like the others.
      if (attributes['w:type'] === 'first' && !child(section, 'w:titlePg')) continue;
      const target = relationships.get(attributes['r:id'] ?? '')?.target ?? '';
      const bytes = await archive.read(target);
      if (!bytes) continue;
      const content = parseXml(name, target, bytes);
      pictures += descendants(content, new Set(['a:blip', 'v:imagedata'])).length;
      simplifier.simplify(content);
      const words = paragraphsIn(content).join(' ').replace(/\s+/g, ' ').trim();
      if (words !== '') texts[kind].add(words);
    }
  }
  const [headers, footers] = [texts['w:headerReference'], texts['w:footerReference']];
  body.children.unshift(...[...headers].map((words) => paragraph(`Header: ${words}`)));
  body.children.push(...[...footers].map((words) => paragraph(`Footer: ${words}`)));
  if (headers.size > 1 || footers.size > 1)
    simplifier.headerNotes.push({ kind: 'headersDiffer', count: headers.size + footers.size });
  if (pictures > 0) simplifier.headerNotes.push({ kind: 'picturesLeftOut', count: pictures, reason: 'header' });
}
