/** What slides show of the layouts and masters that they share: their own words, not what a placeholder asks for. */
import type { Archive } from './archive.js';
import { relationshipsOf, type Relationship } from './relationships.js';
import { paragraphs, tableText } from './slideText.js';
import { childElements, descendants, parseXml, type XmlElement } from './xml.js';

export class SlideMasters {
  /** That are on the layouts and masters which were met. */
  pictures = 0;
  charts = 0;
  private readonly said = new Set<string>();
  private readonly parts = new Map<string, Promise<Part | undefined>>();

  constructor(
    private readonly name: string,
    private readonly archive: Archive,
  ) {}

  /** @returns the words that this slide shows and no slide before it, as blocks of text */
  async under(slide: XmlElement, relationships: ReadonlyMap<string, Relationship>): Promise<string[]> {
    if (hidesMaster(slide)) return [];
    const layout = await this.part(relationships, '/slideLayout');
    const master = layout && !layout.hidesMaster ? await this.part(layout.relationships, '/slideMaster') : undefined;
    return [...(layout?.blocks ?? []), ...(master?.blocks ?? [])]
      .filter((block) => this.isNew(block))
      .map((block) => `Slide master: ${block}`);
  }

  /** Whether nobody has asked for this text before. */
  isNew(text: string): boolean {
    const before = this.said.size;
    return this.said.add(text).size > before;
  }

  private async part(relationships: ReadonlyMap<string, Relationship>, kind: string): Promise<Part | undefined> {
    const target = [...relationships.values()].find(({ type }) => type.endsWith(kind))?.target ?? '';
    const known = this.parts.get(target) ?? this.read(target);
    this.parts.set(target, known);
    return known;
  }

  private async read(target: string): Promise<Part | undefined> {
    const bytes = await this.archive.read(target);
    if (!bytes) return undefined;
    const root = parseXml(this.name, target, bytes);
    const shapes = outsideOfPlaceholders(descendants(root, new Set(['p:spTree']))[0]);
    const grounds = descendants(root, new Set(['p:bg']));
    for (const part of [...shapes, ...grounds]) this.pictures += descendants(part, new Set(['a:blip'])).length;
    for (const shape of shapes) this.charts += descendants(shape, new Set(['c:chart'])).length;
    const blocks = shapes.flatMap((shape) =>
      shape.name === 'p:graphicFrame' ? descendants(shape, new Set(['a:tbl'])).map(tableText) : [paragraphs(shape)],
    );
    return {
      // The number of a slide is no text of its own.
      blocks: blocks.filter((block) => block.replace(/\u2039[^\u203a]{0,20}\u203a/g, '').trim() !== ''),
      relationships: await relationshipsOf(this.name, this.archive, target),
      hidesMaster: hidesMaster(root),
    };
  }
}

interface Part {
  readonly blocks: readonly string[];
  readonly relationships: ReadonlyMap<string, Relationship>;
  readonly hidesMaster: boolean;
}

function hidesMaster({ attributes }: XmlElement): boolean {
  return /^(?:0|false)$/.test(attributes['showMasterSp'] ?? '');
}

/** The shapes themselves, those in groups included. Iterative: depth is no matter. */
function outsideOfPlaceholders(tree: XmlElement | undefined): XmlElement[] {
  const found: XmlElement[] = [];
  const left = tree ? [tree] : [];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.name === 'p:spTree' || node.name === 'p:grpSp') left.push(...childElements(node).reverse());
    else if (node.name === 'mc:AlternateContent') {
      const meant = childElements(node).find(({ children }) => children.length > 0);
      left.push(...(meant ? childElements(meant).reverse() : []));
    } else if (shapeNames.has(node.name) && descendants(node, new Set(['p:ph'])).length === 0) found.push(node);
  }
  return found;
}

const shapeNames = new Set(['p:sp', 'p:cxnSp', 'p:pic', 'p:graphicFrame']);
