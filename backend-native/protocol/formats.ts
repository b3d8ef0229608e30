/**
 * The one table of formats that can be attached: what they are called, how their files are named, how their bytes
 * begin. Menus, pickers, globs and the readers of the backend all derive from it. Imports nothing but its own helper.
 */
import { isSvg, latin1 } from './svgHead.js';

export interface FormatRow {
  readonly kind: 'image' | 'document';
  /** Such as "Word document", for people. */
  readonly label: string;
  /** Without the dot, lower case, the usual one first. Names are a hint for menus; the bytes decide. */
  readonly extensions: readonly string[];
  readonly mimes: readonly string[];
  /**
   * Whether a file that begins with these bytes (one character a byte) is of this format. Left out where more than the
   * head decides.
   */
  readonly starts?: (head: string) => boolean;
}

const row = <T extends FormatRow>(entry: T): T => entry;

export const imageTable = {
  png: row({
    kind: 'image',
    label: 'PNG',
    extensions: ['png', 'apng'],
    mimes: ['image/png', 'image/apng'],
    starts: (head) => head.startsWith('\x89PNG\r\n\x1a\n'),
  }),
  jpeg: row({
    kind: 'image',
    label: 'JPEG',
    extensions: ['jpg', 'jpeg'],
    mimes: ['image/jpeg'],
    starts: (head) => head.startsWith('\xff\xd8\xff'),
  }),
  webp: row({
    kind: 'image',
    label: 'WebP',
    extensions: ['webp'],
    mimes: ['image/webp'],
    starts: (head) => head.startsWith('RIFF') && head.startsWith('WEBP', 8),
  }),
  gif: row({
    kind: 'image',
    label: 'GIF',
    extensions: ['gif'],
    mimes: ['image/gif'],
    starts: (head) => head.startsWith('GIF8'),
  }),
  bmp: row({
    kind: 'image',
    label: 'BMP',
    extensions: ['bmp'],
    mimes: ['image/bmp'],
    // "BM" begins words too; the head of a bitmap has a reserved field of zeros.
    starts: (head) => /^BM....\0\0\0\0/s.test(head) || (head.startsWith('BM') && head.slice(0, 26).includes('\0')),
  }),
  tiff: row({
    kind: 'image',
    label: 'TIFF',
    extensions: ['tif', 'tiff'],
    mimes: ['image/tiff'],
    // 42 is TIFF, 43 BigTIFF.
    starts: (head) => /^(?:II[*+]\0|MM\0[*+])/.test(head),
  }),
  avif: row({
    kind: 'image',
    label: 'AVIF',
    extensions: ['avif'],
    mimes: ['image/avif'],
    starts: (head) => brandsOf(head).some((brand) => brand === 'avif' || brand === 'avis'),
  }),
  svg: row({
    kind: 'image',
    label: 'SVG',
    extensions: ['svg'],
    mimes: ['image/svg+xml'],
    starts: isSvg,
  }),
} as const satisfies Record<string, FormatRow>;

/**
 * The order is that of pickers. Which text is which of the text formats is told by its beginning and, failing that, its
 * name.
 */
export const documentTable = {
  pdf: row({
    kind: 'document',
    label: 'PDF',
    extensions: ['pdf'],
    mimes: ['application/pdf'],
    // Readers of PDF take a head that comes late: mail and web servers put bytes before it.
    starts: (head) => head.slice(0, 1024).includes('%PDF-'),
  }),
  docx: row({
    kind: 'document',
    label: 'Word document',
    extensions: ['docx', 'docm', 'dotx', 'dotm'],
    mimes: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  }),
  xlsx: row({
    kind: 'document',
    label: 'Excel workbook',
    extensions: ['xlsx', 'xlsm', 'xltx', 'xlsb', 'xls'],
    mimes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.ms-excel'],
  }),
  pptx: row({
    kind: 'document',
    label: 'PowerPoint presentation',
    extensions: ['pptx', 'pptm', 'ppsx', 'potx'],
    mimes: ['application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  }),
  odt: row({
    kind: 'document',
    label: 'OpenDocument text',
    extensions: ['odt', 'ott', 'fodt'],
    mimes: ['application/vnd.oasis.opendocument.text'],
  }),
  ods: row({
    kind: 'document',
    label: 'OpenDocument spreadsheet',
    extensions: ['ods', 'fods'],
    mimes: ['application/vnd.oasis.opendocument.spreadsheet'],
  }),
  odp: row({
    kind: 'document',
    label: 'OpenDocument presentation',
    extensions: ['odp', 'fodp'],
    mimes: ['application/vnd.oasis.opendocument.presentation'],
  }),
  epub: row({
    kind: 'document',
    label: 'EPUB book',
    extensions: ['epub'],
    mimes: ['application/epub+zip'],
  }),
  notebook: row({
    kind: 'document',
    label: 'Jupyter notebook',
    extensions: ['ipynb'],
    mimes: ['application/x-ipynb+json'],
  }),
  html: row({
    kind: 'document',
    label: 'Web page',
    extensions: ['html', 'htm', 'xhtml'],
    mimes: ['text/html', 'application/xhtml+xml'],
  }),
  email: row({
    kind: 'document',
    label: 'E-mail',
    extensions: ['eml'],
    mimes: ['message/rfc822'],
  }),
  csv: row({
    kind: 'document',
    label: 'Table (CSV)',
    extensions: ['csv', 'tsv'],
    mimes: ['text/csv', 'text/tab-separated-values'],
  }),
  markdown: row({
    kind: 'document',
    label: 'Markdown',
    extensions: ['md', 'markdown', 'mdx', 'qmd', 'rmd'],
    mimes: ['text/markdown'],
  }),
  text: row({
    kind: 'document',
    label: 'Text or source code',
    // prettier-ignore
    extensions: [
      'txt', 'log', 'rst', 'adoc', 'tex', 'bib', 'org', 'srt', 'vtt', 'diff', 'patch', 'json', 'jsonc', 'jsonl',
      'json5', 'yaml', 'yml', 'toml', 'xml', 'ini', 'cfg', 'conf', 'properties', 'env', 'c', 'h', 'cc', 'cpp', 'cxx',
      'hpp', 'cs', 'java', 'kt', 'kts', 'scala', 'groovy', 'gradle', 'go', 'rs', 'zig', 'swift', 'm', 'mm', 'js',
      'jsx', 'mjs', 'cjs', 'ts', 'tsx', 'mts', 'cts', 'vue', 'svelte', 'css', 'scss', 'less', 'py', 'pyi', 'rb',
      'php', 'pl', 'lua', 'r', 'jl', 'dart', 'ex', 'exs', 'erl', 'hs', 'ml', 'clj', 'fs', 'sql', 'graphql', 'proto',
      'sh', 'bash', 'zsh', 'fish', 'ps1', 'bat', 'cmd', 'cmake', 'make', 'mk', 'tf', 'cu',
    ],
    mimes: ['text/plain'],
  }),
} as const satisfies Record<string, FormatRow>;

export type ImageFormat = keyof typeof imageTable;
export type DocumentFormat = keyof typeof documentTable;

export const imageFormats = Object.keys(imageTable) as ImageFormat[];
export const documentFormats = Object.keys(documentTable) as DocumentFormat[];

export const imageExtensions: readonly string[] = Object.values(imageTable).flatMap(({ extensions }) => extensions);
export const documentExtensions: readonly string[] = Object.values(documentTable).flatMap(
  ({ extensions }) => extensions,
);

/** As many bytes of a file as attachmentKind wants to see: the comment before an SVG's first tag may be long. */
export const headBytes = 64 * 1024;

/**
 * Whether a file is an image or a document: by its first bytes, else by its name. What is neither is called a document,
 * and the backend says why it cannot be read.
 */
export function attachmentKind(name: string, head: Uint8Array): 'image' | 'document' {
  const start = latin1(head.subarray(0, headBytes));
  if (documentTable.pdf.starts(start) || start.startsWith('PK')) return 'document';
  if (imageFormatOf(start) !== undefined || isHeic(start)) return 'image';
  return hasImageExtension(name) ? 'image' : 'document';
}

/** @param head the first bytes, one character each */
export function imageFormatOf(head: string): ImageFormat | undefined {
  return imageFormats.find((name) => imageTable[name].starts(head));
}

/** Pictures of phones, which are known and not read. */
export function isHeic(head: string): boolean {
  return (
    imageFormatOf(head) === undefined && brandsOf(head).some((brand) => /^(?:hei[cxms]|hev[cx]|mif1)$/.test(brand))
  );
}

export function hasImageExtension(name: string): boolean {
  return imageExtensions.includes(extensionOfName(name));
}

/** Pictures and documents, but no source code: a folder may hold thousands of such files. */
export const folderExtensions: readonly string[] = [
  ...imageExtensions,
  ...documentFormats
    .filter((format) => format !== 'text')
    .flatMap((format): readonly string[] => documentTable[format].extensions),
  'txt',
];

/** Whether a file is attached when the folder that it is in is. */
export function isAttachedWithFolder(name: string): boolean {
  return folderExtensions.includes(extensionOfName(name));
}

/** The document format that a name speaks for; undefined for one that says nothing. */
export function documentFormatOfName(name: string): DocumentFormat | undefined {
  const extension = extensionOfName(name);
  return documentFormats.find((format) => (documentTable[format].extensions as readonly string[]).includes(extension));
}

/** The extension of a type such as "image/png"; "bin" for a type that is not known here. */
export function extensionOf(mime: string): string {
  const type = mime.toLowerCase().split(';')[0]?.trim() ?? '';
  const rows: FormatRow[] = [...Object.values(imageTable), ...Object.values(documentTable)];
  return rows.find(({ mimes }) => mimes.includes(type))?.extensions[0] ?? 'bin';
}

/** What stands between the slashes of `resourceExtname =~ /…/i` in the `when` clauses of package.json. */
export function menuPattern(kind: FormatRow['kind']): string {
  return `^\\.(${(kind === 'image' ? imageExtensions : documentExtensions).join('|')})$`;
}

function extensionOfName(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Of an ISO media file: the major one and those that it is compatible with. */
function brandsOf(head: string): string[] {
  if (!head.startsWith('ftyp', 4)) return [];
  const size = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + head.charCodeAt(i), 0);
  return head.slice(8, Math.min(64, size)).match(/.{4}/gs) ?? [];
}
