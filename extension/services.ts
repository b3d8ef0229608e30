/** What the features of the extension share. Built once by `activate`; a feature takes what it needs of it. */
import type * as vscode from 'vscode';
import type { Asking } from './asking.js';
import type { Draft } from './attachments/draft.js';
import type { Backend } from './backend/backend.js';
import type { Conversations } from './conversation/conversations.js';
import type { Notices } from './notices.js';
import type { Panel } from './panel/panel.js';
import type { Settings } from './settings/settings.js';

export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly settings: Settings;
  readonly notices: Notices;
  readonly backend: Backend;
  /** The attachments of the next question. */
  readonly draft: Draft;
  readonly conversations: Conversations;
  readonly asking: Asking;
  readonly panel: Panel;
}

/*
 * What the core takes of attachments/: of `Draft`
 *   attachments: readonly Attachment[]      what is attached now
 *   view: DraftView                         for the panel
 *   onDidChange: vscode.Event<void>
 *   take(): Promise<readonly Attachment[]>  what the question takes along, once all of it was looked at; the draft is empty then.
 *                                           Rejects with the BackendError of an attachment that failed, and keeps all
 *   pick(): Promise<void>                   the file dialog
 *   addUris(uris: readonly vscode.Uri[]): Promise<void>
 *   addBytes(name, mime, base64): Promise<void>
 *   remove(id), move(id, to), setPages(id, pages, readAs), open(id), clear()
 *   thumbnail(id), picture(id, page?): Promise<string | null>, for the draft's and for those of conversations.attachment(id)
 * of attachments/attachment.ts the type `Attachment` {id, kind, …}, `viewOf`, and `sourcesOf(attachments) -> {images, documents}`
 * with images in the order of attachments of the kind 'image', documents in the order of all others;
 * of attachments/commands.ts `attachmentCommands(services): Record<string, (...args: never[]) => unknown>` with
 *   askAboutImage, askAboutDocument, askAboutSelection, askAboutWorkspaceScreenshots, askAboutClipboardImage, askAboutSample.
 */
