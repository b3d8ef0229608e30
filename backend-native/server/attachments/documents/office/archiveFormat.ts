import { BackendError } from '../../../../protocol/errors.js';
import type { DocumentFormat } from '../../../../protocol/formats.js';
import { Archive } from './archive.js';

/**
 * What a ZIP archive is, by the parts that it holds. @throws BackendError `unsupported_document`, `corrupt_document`
 */
export async function archiveFormat(name: string, bytes: Buffer): Promise<DocumentFormat> {
  const archive = await Archive.open(name, bytes);
  if (archive.has('mimetype') || archive.has('META-INF/manifest.xml')) {
    const type = (await archive.read('mimetype'))?.toString('latin1').trim() ?? '';
    const found = byType.find(([mark]) => type.startsWith(mark));
    if (found) return found[1];
  }
  if (archive.has('META-INF/container.xml')) return 'epub';
  if (archive.has('[Content_Types].xml')) {
    if (archive.holds('word/')) return 'docx';
    if (archive.holds('xl/')) return 'xlsx';
    if (archive.holds('ppt/')) return 'pptx';
  }
  const is = archive.has('content.xml') && archive.has('META-INF/manifest.xml') ? 'otherOpenDocument' : 'zip';
  throw new BackendError('unsupported_document', { kind: 'noDocument', file: name, is });
}

const byType: readonly (readonly [string, DocumentFormat])[] = [
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/epub+zip', 'epub'],
];
