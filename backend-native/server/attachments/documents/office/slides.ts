import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import type { DocumentContent, DocumentPage, DocumentPicture } from '../documentContent.js';
import { pictureMark } from '../pictureMarks.js';
import { markdownTable } from '../web/markdownTable.js';
import { Archive } from './archive.js';
import { chartTables } from './charts.js';
import { relationshipsOf, type Relationship } from './relationships.js';
import { SlideMasters } from './slideMasters.js';
import { paragraphs, tableText } from './slideText.js';
import { child, childElements, descendants, parseXml, textIn, type XmlElement } from './xml.js';
import { damagedFile } from '../../damagedFile.js';

/**
 * A presentation of PowerPoint, slide by slide: title, texts, tables, charts as tables, pictures, and the speaker's
 * notes.
 */
export async function readSlides(
  name: string,
  bytes: Buffer,
  onProgress: (done: number, total: number) => void,
): Promise<DocumentContent> {
  const archive = await Archive.open(name, bytes);
  const main = 'ppt/presentation.xml';
  const presentation = await archive.read(main);
  if (!presentation) throw damagedFile('corrupt_document', name, 'pptx file', `it has no ${main}`);
  const parts = await relationshipsOf(name, archive, main);
  const ids = descendants(parseXml(name, main, presentation), new Set(['p:sldId']));
  const pictures: DocumentPicture[] = [];
  const pages: DocumentPage[] = [];
  const hidden: string[] = [];
  const masters = new SlideMasters(name, archive);
  const counts = { comments: 0, charts: 0, media: 0, embedded: 0, linked: 0 };
  for (const id of ids) {
    const part = parts.get(id.attributes['r:id'] ?? '')?.target ?? '';
    const content = await archive.read(part);
    const page = pages.length + 1;
    if (!content) {
      pages.push({ page, text: '', damaged: true });
      continue;
    }
    const root = parseXml(name, part, content);
    const relationships = await relationshipsOf(name, archive, part);
    const slide = new SlideReader(name, archive, relationships, part, pictures, masters, counts);
    pages.push({ page, ...(await slide.read(root)) });
    if (root.attributes['show'] === '0') hidden.push(String(page));
    onProgress(page, ids.length);
  }
  if (pages.every(({ text }) => text === '')) throw new BackendError('file_empty', { kind: 'noText', file: name });
  const notes: (DocumentNote | false)[] = [
    hidden.length > 0 && { kind: 'hiddenParts', what: 'slides', names: hidden },
    counts.comments > 0 && { kind: 'comments', count: counts.comments },
    counts.charts + masters.charts > 0 && {
      kind: 'objectsNotRead',
      what: 'charts',
      count: counts.charts + masters.charts,
    },
    counts.media > 0 && { kind: 'objectsNotRead', what: 'media', count: counts.media },
    counts.embedded > 0 && { kind: 'objectsNotRead', what: 'embedded', count: counts.embedded },
    masters.pictures > 0 && { kind: 'picturesLeftOut', count: masters.pictures, reason: 'master' },
    counts.linked > 0 && { kind: 'picturesLeftOut', count: counts.linked, reason: 'remote' },
  ];
  return { unit: 'slide', count: pages.length, pages, notes: notes.filter((note) => note !== false), pictures };
}

/** Groups inside of groups; deeper ones are read as one text. */
const maxDepth = 50;

class SlideReader {
  private title = '';

  constructor(
    private readonly name: string,
    private readonly archive: Archive,
    private readonly relationships: ReadonlyMap<string, Relationship>,
    private readonly part: string,
    private readonly pictures: DocumentPicture[],
    private readonly masters: SlideMasters,
    private readonly counts: { comments: number; charts: number; media: number; embedded: number; linked: number },
  ) {}

  async read(root: XmlElement): Promise<{ readonly text: string; readonly title?: string }> {
    const tree = descendants(root, new Set(['p:spTree']))[0];
    const ground = descendants(root, new Set(['p:bg']))[0];
    const blocks = [ground ? await this.picture(ground) : '', ...(tree ? await this.shapes(tree, 0) : [])];
    for (const { type, target } of this.relationships.values()) {
      if (type.endsWith('/notesSlide')) blocks.push(...(await this.speakerNotes(target)));
      if (/\/comments?$/i.test(type)) blocks.push(...(await this.comments(target)));
      if (/\/(?:video|audio)$/.test(type)) this.counts.media += 1;
    }
    blocks.push(...(await this.masters.under(root, this.relationships)));
    const text = [this.title === '' ? '' : `# ${this.title}`, ...blocks].filter((block) => block !== '').join('\n\n');
    return { text, ...(this.title === '' ? {} : { title: this.title }) };
  }

  private async shapes(parent: XmlElement, depth: number): Promise<string[]> {
    const blocks: string[] = [];
    for (const shape of childElements(parent)) {
      if (depth > maxDepth) blocks.push(paragraphs(shape));
      else if (shape.name === 'p:grpSp') blocks.push(...(await this.shapes(shape, depth + 1)));
      else if (shape.name === 'mc:AlternateContent') {
        const meant = childElements(shape).find(({ children }) => children.length > 0);
        if (meant) blocks.push(...(await this.shapes(meant, depth + 1)));
      } else if (shape.name === 'p:pic') blocks.push(await this.picture(shape));
      else if (shape.name === 'p:graphicFrame') blocks.push(...(await this.frame(shape)));
      else if (shape.name === 'p:sp' || shape.name === 'p:cxnSp') blocks.push(...(await this.shape(shape)));
    }
    return blocks.filter((block) => block !== '');
  }

  private async shape(shape: XmlElement): Promise<string[]> {
    const text = paragraphs(shape);
    const kind = descendants(shape, new Set(['p:ph']))[0]?.attributes['type'] ?? '';
    if ((kind === 'title' || kind === 'ctrTitle') && this.title === '' && text !== '') {
      this.title = text.replace(/\s+/g, ' ');
      return [];
    }
    // Numbers and dates of the slide's frame are the same everywhere.
    if (kind === 'sldNum' || kind === 'dt' || (kind === 'ftr' && !this.masters.isNew(text))) return [];
    const filled = child(child(shape, 'p:spPr'), 'a:blipFill');
    return [text, filled ? await this.picture(shape) : ''];
  }

  private async frame(frame: XmlElement): Promise<string[]> {
    const tables = descendants(frame, new Set(['a:tbl'])).map(tableText);
    const ids = descendants(frame, new Set(['c:chart', 'dgm:relIds'])).map(
      ({ attributes }) => attributes['r:id'] ?? attributes['r:dm'] ?? '',
    );
    const charts = await chartTables(this.name, this.archive, this.part, ids);
    this.counts.charts += charts.filter((chart) => chart === undefined).length;
    const written = charts.map((chart) => (chart ? `Chart: ${chart.title}\n\n${markdownTable(chart.rows)}` : ''));
    const objects = descendants(frame, new Set(['p:oleObj'])).length;
    // An object of another program comes with a picture of itself.
    const [shown] = objects > 0 ? descendants(frame, new Set(['p:pic'])) : [];
    if (objects > 0) this.counts.embedded += 1;
    return [...tables, ...written, shown ? await this.picture(shown) : ''];
  }

  private async picture(shape: XmlElement): Promise<string> {
    const blip = descendants(shape, new Set(['a:blip']))[0];
    if (blip?.attributes['r:link'] !== undefined && blip.attributes['r:embed'] === undefined) this.counts.linked += 1;
    const target = this.relationships.get(blip?.attributes['r:embed'] ?? '')?.target ?? '';
    const bytes = await this.archive.read(target);
    if (!bytes) return '';
    const alt = descendants(shape, new Set(['p:cNvPr']))[0]?.attributes['descr'] ?? '';
    this.pictures.push({ name: target.split('/').at(-1) ?? '', alt, bytes });
    return pictureMark(this.pictures.length - 1);
  }

  private async speakerNotes(part: string): Promise<string[]> {
    const bytes = await this.archive.read(part);
    if (!bytes) return [];
    const bodies = descendants(parseXml(this.name, part, bytes), new Set(['p:sp'])).filter(
      (shape) => descendants(shape, new Set(['p:ph']))[0]?.attributes['type'] === 'body',
    );
    const text = bodies.map(paragraphs).join('\n').trim();
    return text === '' ? [] : [`Speaker notes: ${text}`];
  }

  private async comments(part: string): Promise<string[]> {
    const bytes = await this.archive.read(part);
    if (!bytes) return [];
    const found = descendants(parseXml(this.name, part, bytes), new Set(['p:text', 'p188:txBody']));
    this.counts.comments += found.length;
    return found.map((comment) => `[comment: ${comment.name === 'p:text' ? textIn(comment) : paragraphs(comment)}]`);
  }
}
