/** "Which screenshot shows …" over all pictures of the workspace: their words are read once, and then searched. */
import path from 'node:path';
import * as vscode from 'vscode';
import { mostFoundIn, type FindResult } from '../../../backend-native/protocol/find.js';
import type { Backend } from '../../backend/backend.js';
import type { Settings } from '../../settings/settings.js';
import { findScreenshots } from './findScreenshots.js';
import { describeScreenshot, type Screenshot } from './screenshot.js';

export interface FindServices {
  readonly backend: Pick<Backend, 'request'>;
  readonly settings: Pick<Settings, 'current'>;
  readonly log: Pick<vscode.LogOutputChannel, 'info'>;
}

export interface FoundScreenshots {
  readonly query: string;
  readonly uris: readonly vscode.Uri[];
}

/** How many are offered: a list of more is read by nobody. */
const mostOffered = 50;

/** @returns those that the user chose; undefined when there are none, or the user gave up. @throws BackendError */
export async function findByWords(services: FindServices): Promise<FoundScreenshots | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder to search its screenshots.'));
    return undefined;
  }
  const query = await vscode.window.showInputBox({
    title: vscode.l10n.t('Find a Screenshot'),
    prompt: vscode.l10n.t('Which screenshot shows … All of the workspace are searched, by the words in them.'),
    ignoreFocusOut: true,
  });
  if (query === undefined || query.trim() === '') return undefined;
  const read = await search(services, query);
  if (!read) return undefined;
  for (const { file, error } of read.result.notRead) services.log.info(`${file} was not searched: ${error.message}`);
  if (read.isStopped) services.log.info('The search of screenshots was stopped before all were read');
  const others = read.all - read.screenshots.size;
  if (others > 0)
    services.log.info(`Not searched, as not on this machine or not among the newest ${mostFoundIn}: ${others}`);
  const uris = await choose(query, read);
  return uris.length > 0 ? { query, uris } : undefined;
}

interface Searched {
  readonly screenshots: ReadonlyMap<string, Screenshot>;
  readonly result: FindResult;
  /** How many there are: more than were read when some are too many, not on this machine, or not to be read. */
  readonly all: number;
  readonly isStopped: boolean;
}

/**
 * With progress in a notification, beside all else. What was read is kept for the next time, also when it is stopped.
 * @returns undefined when it was stopped before anything was found
 */
async function search({ backend, settings }: FindServices, query: string): Promise<Searched | undefined> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Reading the words of screenshots'),
      cancellable: true,
    },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => {
        abort.abort();
      });
      const found: Screenshot[] = [];
      await findScreenshots(vscode.workspace.workspaceFolders ?? [], token, (one) => found.push(one));
      const screenshots = found
        .filter(({ uri }) => vscode.Uri.parse(uri).scheme === 'file')
        .sort((a, b) => b.modified - a.modified)
        .slice(0, mostFoundIn);
      const byPath = new Map(screenshots.map((one) => [vscode.Uri.parse(one.uri).fsPath, one]));
      const cache = settings.current.load.engine?.cache;
      let shown = 0;
      const result = await backend.request(
        'lookOnce/find',
        {
          query,
          attachments: [...byPath.keys()].map((file) => ({ kind: 'image' as const, source: { path: file } })),
          limit: mostOffered,
          partial: true,
          ...(cache ? { cache } : {}),
        },
        {
          signal: abort.signal,
          onProgress: ({ done, total, file }) => {
            const percent = (100 * done) / Math.max(1, total);
            const message = vscode.l10n.t('{0} of {1}: {2}', done + 1, total, path.basename(file));
            progress.report({ message, increment: Math.max(0, percent - shown) });
            shown = Math.max(shown, percent);
          },
        },
      );
      const isStopped = abort.signal.aborted;
      if (!result || (isStopped && result.found.length === 0)) return undefined;
      return { screenshots: byPath, result, all: found.length, isStopped };
    },
  );
}

async function choose(query: string, searched: Searched): Promise<readonly vscode.Uri[]> {
  const { screenshots, all, isStopped } = searched;
  const { found, filesRead: readCount } = searched.result;
  const leftOut = all - readCount;
  const notSearched = isStopped
    ? vscode.l10n.t('Stopped. Not searched: {0}; what was read is kept for the next time.', leftOut)
    : vscode.l10n.t('Not searched: {0}. The log says why.', leftOut);
  if (found.length === 0) {
    const none = vscode.l10n.t('None of the {0} screenshots that were read has words of “{1}”.', readCount, query);
    void vscode.window.showInformationMessage(leftOut > 0 ? `${none} ${notSearched}` : none);
    return [];
  }
  const items = found.flatMap(({ file, excerpt }) => {
    const screenshot = screenshots.get(file);
    if (!screenshot) return [];
    return [
      {
        label: path.posix.basename(screenshot.path),
        description: describeScreenshot(screenshot, Date.now(), vscode.env.language, false),
        detail: excerpt,
        uri: vscode.Uri.parse(screenshot.uri),
      },
    ];
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Find a Screenshot: {0} of {1} that were read', found.length, readCount),
    placeHolder: leftOut > 0 ? notSearched : vscode.l10n.t('Select the images to ask about'),
    canPickMany: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return chosen?.map(({ uri }) => uri) ?? [];
}
