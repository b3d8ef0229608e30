import type { DocumentNote } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import type { DocumentContent, DocumentPage, DocumentPicture } from '../documentContent.js';
import { pictureMark, withoutSigns } from '../pictureMarks.js';
import { markdownOf } from '../web/markdownOf.js';
import { withoutDataUris } from './dataUris.js';
import { decodeText } from './decodeText.js';
import { damagedFile } from '../../damagedFile.js';

/**
 * A Jupyter notebook, cell by cell: text, code, what the code printed, and the pictures that it drew at their place.
 */
export function readNotebook(name: string, bytes: Buffer): DocumentContent {
  const notebook = parsed(name, decodeText(name, bytes).text);
  const language =
    stringAt(notebook, 'metadata', 'kernelspec', 'language') ??
    stringAt(notebook, 'metadata', 'language_info', 'name') ??
    '';
  const reader = new CellReader(language);
  const pages = cellsOf(notebook).map((cell, i): DocumentPage => ({ page: i + 1, text: reader.read(cell) }));
  if (pages.every(({ text }) => text === '')) throw new BackendError('file_empty', { kind: 'noCells', file: name });
  return { unit: 'cell', count: pages.length, pages, notes: reader.notes(), pictures: reader.pictures };
}

type Json = Readonly<Record<string, unknown>>;

class CellReader {
  readonly pictures: DocumentPicture[] = [];
  private data = { count: 0, characters: 0 };
  private charts = 0;
  private others = 0;

  constructor(private readonly language: string) {}

  read(cell: Json): string {
    const source = this.clean(linesOf(cell['source']));
    if (cell['cell_type'] !== 'code') return this.withAttachments(source, cell['attachments']);
    const count = typeof cell['execution_count'] === 'number' ? ` ${cell['execution_count']}` : '';
    const code = source.trim() === '' ? '' : `In${count}:\n${fenced(source, this.language)}`;
    const outputs = arrayOf(cell['outputs'])
      .map((output) => this.output(output))
      .filter((text) => text !== '');
    return [code, ...(outputs.length > 0 ? [`Out${count}:`, ...outputs] : [])].filter((part) => part !== '').join('\n');
  }

  notes(): DocumentNote[] {
    const notes: (DocumentNote | false)[] = [
      this.data.count > 0 && { kind: 'embeddedData', ...this.data },
      this.charts > 0 && { kind: 'objectsNotRead', what: 'charts', count: this.charts },
      this.others > 0 && { kind: 'objectsNotRead', what: 'embedded', count: this.others },
    ];
    return notes.filter((note) => note !== false);
  }

  private output(output: Json): string {
    switch (output['output_type']) {
      case 'stream':
        return fenced(withoutColours(this.clean(linesOf(output['text']))), '');
      case 'error':
      case 'pyerr':
        return fenced(
          withoutColours(
            this.clean(linesOf(output['traceback']) || `${text(output['ename'])}: ${text(output['evalue'])}`),
          ),
          '',
        );
      default:
        return this.richest(isJson(output['data']) ? output['data'] : dataOfVersion3(output));
    }
  }

  /** An output in several types is one thing: the first that can be read says most. */
  private richest(data: Json): string {
    for (const type of ['image/png', 'image/jpeg', 'image/webp', 'image/gif']) {
      const base64 = linesOf(data[type]);
      if (base64 !== '') return this.picture(Buffer.from(base64, 'base64'), type, linesOf(data['text/plain']));
    }
    const svg = linesOf(data['image/svg+xml']);
    if (svg !== '') return this.picture(Buffer.from(svg), 'image/svg', linesOf(data['text/plain']));
    if (data['text/latex'] !== undefined) return this.clean(linesOf(data['text/latex']));
    if (data['text/markdown'] !== undefined) return this.clean(linesOf(data['text/markdown']));
    const html = linesOf(data['text/html']);
    if (/<table/i.test(html)) return markdownOf(html, { collapse: true }).text;
    const plain = linesOf(data['text/plain']);
    if (plain !== '') return fenced(this.clean(plain), '');
    const words = html === '' ? '' : markdownOf(html, { collapse: true }).text;
    if (words !== '') return words;
    if (data['application/json'] !== undefined)
      return fenced(JSON.stringify(data['application/json'], null, 1), 'json');
    const types = Object.keys(data);
    if (types.some((type) => /plotly|vega|bokeh|chart/.test(type))) this.charts += 1;
    else if (types.length > 0) this.others += 1;
    return '';
  }

  private picture(bytes: Buffer, type: string, alt: string): string {
    const name = `output ${this.pictures.length + 1}.${type.slice('image/'.length)}`;
    this.pictures.push({ name, alt: alt.split('\n', 1)[0] ?? '', bytes });
    return pictureMark(this.pictures.length - 1);
  }

  /** Pictures that were pasted into a cell: `![name](attachment:name)`. */
  private withAttachments(source: string, attachments: unknown): string {
    if (!isJson(attachments)) return source;
    return source.replace(/!\[([^\]]*)\]\(attachment:([^)\s]+)\)/g, (whole, alt: string, file: string) => {
      const entry = attachments[file] ?? attachments[decodeURIComponentSafely(file)];
      if (!isJson(entry)) return whole;
      const [type, data] = Object.entries(entry).find(([key]) => key.startsWith('image/')) ?? [];
      return type === undefined ? whole : this.picture(Buffer.from(linesOf(data), 'base64'), type, alt);
    });
  }

  private clean(words: string): string {
    const { text: shorter, count, characters } = withoutDataUris(withoutSigns(words));
    this.data = { count: this.data.count + count, characters: this.data.characters + characters };
    return shorter;
  }
}

function parsed(name: string, json: string): Json {
  try {
    const value: unknown = JSON.parse(json);
    if (isJson(value)) return value;
  } catch (error) {
    throw damagedFile('corrupt_document', name, 'notebook', error);
  }
  throw damagedFile('corrupt_document', name, 'notebook', 'it is no object with cells');
}

/** Version 3 keeps the cells in worksheets, and the code of a cell under another name. */
function cellsOf(notebook: Json): Json[] {
  const sheets = arrayOf(notebook['worksheets']).flatMap((sheet) => arrayOf(sheet['cells']));
  return [...arrayOf(notebook['cells']), ...sheets].map((cell) => {
    if (cell['cell_type'] === 'heading')
      return { ...cell, source: `${'#'.repeat(Math.min(6, Number(cell['level']) || 1))} ${linesOf(cell['source'])}` };
    const code = cell['source'] === undefined && cell['input'] !== undefined;
    return code ? { ...cell, source: cell['input'], execution_count: cell['prompt_number'] } : cell;
  });
}

/** Version 3 names the types of an output shortly, beside what kind of output it is. */
function dataOfVersion3(output: Json): Json {
  const types = {
    png: 'image/png',
    jpeg: 'image/jpeg',
    svg: 'image/svg+xml',
    latex: 'text/latex',
    html: 'text/html',
    text: 'text/plain',
    json: 'application/json',
  };
  return Object.fromEntries(
    Object.entries(types).flatMap(([short, type]) => (output[short] === undefined ? [] : [[type, output[short]]])),
  );
}

function fenced(words: string, language: string): string {
  const inner = words.replace(/\s+$/, '');
  return inner === '' ? '' : `\`\`\`${language}\n${inner}\n\`\`\``;
}

/** Notebooks hold texts as they are or line by line. */
function linesOf(value: unknown): string {
  return Array.isArray(value)
    ? value.map(text).join(value.some((line) => String(line).endsWith('\n')) ? '' : '\n')
    : text(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function arrayOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringAt(value: unknown, ...keys: readonly string[]): string | undefined {
  let at = value;
  for (const key of keys) at = isJson(at) ? at[key] : undefined;
  return typeof at === 'string' && /^[\w+#-]{1,30}$/.test(at) ? at : undefined;
}

function withoutColours(words: string): string {
  // eslint-disable-next-line no-control-regex -- the escape sequences of terminals
  return words.replace(/\x1b\[[\d;]*[A-Za-z]/g, '');
}

function decodeURIComponentSafely(file: string): string {
  try {
    return decodeURIComponent(file);
  } catch {
    return file;
  }
}
