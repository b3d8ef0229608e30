/** The picture that a link shows, as far as this machine has it. */
import * as vscode from 'vscode';
import type { ImageSource } from '../../backend-native/protocol/ask.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import { extensionOf, hasImageExtension } from '../../backend-native/protocol/formats.js';
import { sourceOfUri } from '../chat/chatSources.js';
import { imageLinksOf, type ImageLink } from './imageLinks.js';
import { userError } from '../userError.js';

/** Of languages whose links are looked at. */
export const linkLanguages = ['markdown', 'html'];

/** A longer text is generated, and not described by hand. Characters. */
const longestText = 2_000_000;
const known = new WeakMap<vscode.TextDocument, { readonly version: number; readonly links: readonly ImageLink[] }>();

/** The links of a document as it is now; none in a language that has none, or in one that cannot be written. */
export function linksIn(document: vscode.TextDocument): readonly ImageLink[] {
  const kept = known.get(document);
  if (kept?.version === document.version) return kept.links;
  const text = linkLanguages.includes(document.languageId) && canChange(document.uri) ? document.getText() : '';
  const links = text.length <= longestText ? imageLinksOf(text, document.languageId) : [];
  known.set(document, { version: document.version, links });
  return links;
}

/** The other side of a comparison, or a page of the documentation, is shown and not written. */
function canChange({ scheme }: vscode.Uri): boolean {
  return scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(scheme) === true;
}

/** Whether the bytes are here: in the link itself, or in a file that VS Code reads. */
export function isHere(link: ImageLink, document: vscode.Uri): boolean {
  return dataOf(link.target) !== undefined || uriOfLink(link.target, document) !== undefined;
}

/** @returns undefined for what is no picture, lies elsewhere (https:), or is in the link itself */
export function uriOfLink(target: string, document: vscode.Uri): vscode.Uri | undefined {
  const [place = ''] = target.split(/[?#]/);
  if (!hasImageExtension(place)) return undefined;
  if (/^file:/i.test(place)) return vscode.Uri.parse(place);
  if (/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(place)) return undefined;
  const relative = decoded(place).split('\\').join('/');
  const folder = vscode.workspace.getWorkspaceFolder(document)?.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  // Sites and readmes mean their own top by it.
  if (relative.startsWith('/')) return folder && vscode.Uri.joinPath(folder, relative);
  if (document.scheme === 'untitled') return folder && vscode.Uri.joinPath(folder, relative);
  return vscode.Uri.joinPath(document, '..', relative);
}

/** @throws BackendError for one that is not here, or cannot be read */
export async function pictureOf({ target }: ImageLink, document: vscode.Uri): Promise<ImageSource> {
  const data = dataOf(target);
  if (data) return data;
  const uri = uriOfLink(target, document);
  if (!uri)
    throw userError(
      'file_not_found',
      vscode.l10n.t('{0} is not a picture on this machine', shortOf(target)),
      vscode.l10n.t('Save it beside the document and link to that.'),
    );
  const read = await sourceOfUri(uri);
  if (read.kind !== 'image')
    throw new BackendError('unsupported_image', { kind: 'noImage', file: shortOf(target), is: 'unknown' });
  return read.source;
}

/** As it is told to people. */
export function shortOf(target: string): string {
  return target.length > 80 ? `${target.slice(0, 79)}…` : target;
}

function dataOf(target: string): ImageSource | undefined {
  const comma = target.indexOf(',');
  const [, mime] = /^data:(image\/[\w.+-]+);base64$/i.exec(target.slice(0, Math.max(0, comma))) ?? [];
  if (mime === undefined) return undefined;
  return { name: `picture.${extensionOf(mime)}`, base64: target.slice(comma + 1) };
}

function decoded(place: string): string {
  try {
    return decodeURIComponent(place);
  } catch {
    return place;
  }
}
