/** What of the styles of an OpenDocument file changes what its text says. */
import { withoutSigns } from '../pictureMarks.js';
import { child, childElements, descendants, type XmlElement } from './xml.js';

export interface OdfStyles {
  /** Names of styles whose text nobody sees. */
  readonly hidden: ReadonlySet<string>;
  /** By the name of the style. */
  readonly raised: ReadonlyMap<string, '^' | '_'>;
  /** By the name of the list's style and the level, from 1: what stands before and after the number, and its start. */
  readonly numbers: ReadonlyMap<string, NumberedLevel>;
}

export interface NumberedLevel {
  readonly before: string;
  readonly after: string;
  readonly start: number;
}

/** @param roots of the parts of the file, those that count most last */
export function odfStylesOf(roots: readonly XmlElement[]): OdfStyles {
  const hidden = new Set<string>();
  const raised = new Map<string, '^' | '_'>();
  const numbers = new Map<string, NumberedLevel>();
  for (const style of roots.flatMap((root) => descendants(root, new Set(['style:style', 'text:list-style'])))) {
    const name = style.attributes['style:name'] ?? '';
    const text = child(style, 'style:text-properties')?.attributes;
    if (text?.['text:display'] === 'none') hidden.add(name);
    const position = text?.['style:text-position'] ?? '';
    if (/^(?:super|[1-9])/.test(position)) raised.set(name, '^');
    else if (/^(?:sub|-)/.test(position)) raised.set(name, '_');
    for (const level of childElements(style)) {
      const { attributes } = level;
      // Letters and Roman figures are counted in figures: a reader can tell which item is meant.
      if (level.name !== 'text:list-level-style-number' || (attributes['style:num-format'] ?? '') === '') continue;
      numbers.set(levelKey(name, Number(attributes['text:level'] ?? 1)), {
        before: withoutSigns(attributes['style:num-prefix'] ?? ''),
        after: withoutSigns(attributes['style:num-suffix'] ?? ''),
        start: Number(attributes['text:start-value'] ?? 1) || 1,
      });
    }
  }
  return { hidden, raised, numbers };
}

export function levelKey(style: string, level: number): string {
  return `${style} ${level}`;
}
