import * as vscode from 'vscode';
import { attachmentAt } from '../../backend-native/client/attachmentAt.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import { mostFound, mostFoundIn, type FindResult } from '../../backend-native/protocol/find.js';
import type { AttachmentSource } from '../../backend-native/protocol/inspect.js';
import { findScreenshots } from '../attachments/screenshots/findScreenshots.js';
import { folderGlob } from '../attachments/screenshots/imageGlob.js';
import { signalOf, type ChatServices } from './askModel.js';
import { told, workspaceRoots } from './toolAnswer.js';

interface FindInput {
  readonly query: string;
  readonly folder?: string;
  readonly limit?: number;
}

/** Of files that could not be read: the rest is a number. */
const mostNotReadNamed = 10;

/** Tells an agent which screenshots and pages of the workspace have to do with some words. */
export class FindTool implements vscode.LanguageModelTool<FindInput> {
  constructor(private readonly services: ChatServices) {}

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<FindInput>) {
    const query = String((input as Partial<FindInput>).query).slice(0, 100);
    return {
      invocationMessage: vscode.l10n.t('Looking for "{0}"', query),
      confirmationMessages: {
        title: vscode.l10n.t('Find in Pictures and Documents'),
        message: vscode.l10n.t(
          'Read the pictures and documents of the workspace on this machine, to find "{0}"?',
          query,
        ),
      },
    };
  }

  invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<FindInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    return told(async () => {
      const { query, folder, limit } = checked(input);
      const { found, notRead } = await filesOf(folder, token);
      const { cache } = this.services.settings.current.load.engine ?? {};
      const result = await this.services.backend.request(
        'lookOnce/find',
        {
          attachments: found.slice(0, mostFoundIn),
          query,
          ...(limit === undefined ? {} : { limit }),
          ...(cache === undefined ? {} : { cache }),
        },
        { signal: signalOf(token) },
      );
      if (!result) return 'cancelled';
      return [...linesOf(result), ...notReadLines(result, notRead, found.length)].join('\n');
    });
  }
}

/** What an agent gives is not always what it was asked for. */
function checked(input: { readonly [K in keyof FindInput]?: unknown }): FindInput {
  const { query, folder, limit } = input;
  if (typeof query !== 'string' || query.trim() === '')
    throw new BackendError('invalid_argument', { kind: 'expected', expected: 'words to look for' });
  if (folder !== undefined && typeof folder !== 'string')
    throw new BackendError('invalid_argument', { kind: 'expected', expected: 'the path of a folder' });
  if (limit !== undefined && !(Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= mostFound))
    throw new BackendError('invalid_argument', { kind: 'expected', expected: `a limit from 1 to ${mostFound}` });
  return {
    query,
    ...(folder === undefined || folder === '' ? {} : { folder }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}

/** As VS Code's search finds them: nothing that git ignores or the settings leave out, and no source code. Sorted. */
async function filesOf(
  folder: string | undefined,
  token: vscode.CancellationToken,
): Promise<{ found: AttachmentSource[]; notRead: number }> {
  const roots = await workspaceRoots();
  const workspace = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const searched =
    folder === undefined ? workspace : [{ uri: vscode.Uri.file(await roots.resolve(folder)), name: folder }];
  if (searched.length === 0) throw new BackendError('path_not_allowed', { kind: 'noFolderOpen' });
  const paths: string[] = [];
  await findScreenshots(
    searched,
    token,
    ({ uri }) => {
      paths.push(vscode.Uri.parse(uri).fsPath);
    },
    folderGlob(),
  );
  // A link that leads out of the workspace is refused as one that an agent names.
  const sources = await Promise.all(
    paths.sort().map(async (file) => {
      try {
        return await attachmentAt(await roots.resolve(file));
      } catch (error) {
        if (error instanceof BackendError) return undefined;
        throw error;
      }
    }),
  );
  const found = sources.filter((source) => source !== undefined);
  return { found, notRead: sources.length - found.length };
}

function linesOf({ found }: FindResult): string[] {
  if (found.length === 0) return ['Nothing was found.'];
  return found.map(({ file, page, excerpt }) => `- ${file}, page ${page}: ${excerpt}`);
}

/** @param files that were found, of which some may be more than are read */
function notReadLines({ filesRead, notRead }: FindResult, refused: number, files: number): string[] {
  const failed = notRead
    .slice(0, mostNotReadNamed)
    .map(({ file, error }) => `- not read: ${file}: ${error.code}: ${error.message}`);
  const more = notRead.length - failed.length + refused;
  return [
    '',
    `${filesRead} files were read.`,
    ...failed,
    ...(more > 0 ? [`- ${more} more could not be read or lie outside of the workspace`] : []),
    ...(files > mostFoundIn ? [`- ${files - mostFoundIn} files more than ${mostFoundIn} were not read`] : []),
  ];
}
