import * as vscode from 'vscode';
import type { KvMap } from '../../backend-native/protocol/kvMap.js';
import type { PanelMethod, PanelRequests } from '../../webview/protocol/messages.js';
import { runAction, type ActionServices } from '../actions.js';
import type { Asking } from '../asking/asking.js';
import { readAllCost, type ReadAllServices } from '../asking/readAllCost.js';
import type { Picture } from '../asking/turnParams.js';
import type { Draft } from '../attachments/draft.js';
import { droppedUri } from '../attachments/droppedUri.js';
import {
  deleteConversation,
  exportConversation,
  type ConversationServices,
} from '../conversation/conversationCommands.js';
import type { Conversations } from '../conversation/conversations.js';
import type { Notices } from '../notices.js';
import { userError } from '../userError.js';

export interface HandlerServices extends ActionServices {
  readonly backend: ActionServices['backend'] & ReadAllServices['backend'];
  readonly settings: ActionServices['settings'];
  readonly asking: ActionServices['asking'] &
    ConversationServices['asking'] &
    Pick<Asking, 'start' | 'startAgain' | 'withdraw'>;
  readonly conversations: ConversationServices['conversations'] &
    Pick<Conversations, 'open' | 'openNew' | 'openSaved' | 'rename' | 'search' | 'setPages' | 'readMap'>;
  readonly draft: Pick<
    Draft,
    | 'settled'
    | 'take'
    | 'putBack'
    | 'pick'
    | 'addUris'
    | 'addBytes'
    | 'remove'
    | 'move'
    | 'setPages'
    | 'setPart'
    | 'open'
    | 'thumbnail'
    | 'picture'
    | 'imageText'
  >;
  readonly notices: ActionServices['notices'] & Pick<Notices, 'dismiss'>;
}

export type PanelHandlers = {
  readonly [M in Exclude<PanelMethod, 'ready'>]: (
    params: PanelRequests[M]['params'],
  ) => PanelRequests[M]['result'] | Promise<PanelRequests[M]['result']>;
};

/** What the panel may ask for, but for `ready`, which is between the panel and its page. */
export function panelHandlers(services: HandlerServices): PanelHandlers {
  const { asking, conversations, draft, notices } = services;
  /** Of questions whose attachments are still being read. */
  let waiting = new AbortController();
  return {
    ask: async ({ question, compare }) => {
      if (!(await draft.settled(waiting.signal))) return false;
      const attachments = await draft.take();
      try {
        // The reply says that the question was taken; the answer is in the state.
        await asking.start({ question, attachments, compare });
      } catch (error) {
        draft.putBack(attachments);
        throw error;
      }
      return true;
    },
    stop: () => {
      waiting.abort();
      waiting = new AbortController();
      asking.stop();
      return null;
    },
    regenerate: ({ turnId }) => {
      asking.startAgain(turnId);
      return null;
    },
    readAllCost: ({ turnId }) => readAllCost(services, turnId),
    readAll: ({ turnId }) => {
      asking.startAgain(turnId, { readAll: true });
      return null;
    },
    readLess: ({ turnId, tokens }) => {
      asking.startAgain(turnId, { documentTokens: tokens });
      return null;
    },
    shrinkImages: ({ turnId }) => {
      asking.startAgain(turnId, { shrinkImages: true });
      return null;
    },
    editAndAsk: ({ turnId, question }) => {
      asking.startAgain(turnId, { question });
      return null;
    },
    withdraw: ({ turnId, to }) => {
      const turn = asking.withdraw(turnId, to === 'edit' ? 'keep' : 'drop');
      if (turn && to === 'edit') draft.putBack(turn.attachments);
      return turn ? { question: turn.question } : null;
    },
    newConversation: () => {
      conversations.openNew();
      return null;
    },
    openConversation: ({ id }) => {
      conversations.openSaved(id);
      return null;
    },
    renameConversation: ({ id, title }) => {
      conversations.rename(id, title);
      return null;
    },
    deleteConversation: async ({ id }) => {
      await deleteConversation(services, id);
      return null;
    },
    exportConversation: async ({ id }) => {
      await exportConversation(services, id);
      return null;
    },
    searchConversations: ({ text }) => conversations.search(text),
    attachFiles: async () => {
      await draft.pick();
      return null;
    },
    attachUris: async ({ uris }) => {
      await draft.addUris(uris.map(droppedUri));
      return null;
    },
    attachBytes: async ({ name, mime, base64 }) => {
      await draft.addBytes(name, mime, base64);
      return null;
    },
    removeAttachment: ({ id }) => {
      draft.remove(id);
      return null;
    },
    moveAttachment: ({ id, to }) => {
      draft.move(id, to);
      return null;
    },
    setAttachmentPages: ({ id, pages, readAs }) => {
      if (!conversations.setPages(id, pages, readAs)) draft.setPages(id, pages, readAs);
      return null;
    },
    setAttachmentPart: ({ id, part }) => {
      draft.setPart(id, part);
      return null;
    },
    openAttachment: async ({ id }) => {
      await draft.open(id);
      return null;
    },
    thumbnail: ({ id }) => draft.thumbnail(id),
    picture: ({ id, page, whole }) =>
      draft.picture(id, { ...(page !== undefined && { page }), ...(whole !== undefined && { whole }) }),
    imageText: ({ id, page }) => draft.imageText(id, page),
    setKvRatio: ({ ratio }) => {
      asking.setRatio(ratio);
      return null;
    },
    kvMap: async ({ turnId, answerIndex }) => {
      const json = await conversations.readMap(conversations.open, turnId, answerIndex);
      return json === undefined ? null : (JSON.parse(json) as { map: KvMap; pictures: Picture[] });
    },
    copy: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return null;
    },
    insertAtCursor: async ({ text }) => {
      await insertAtCursor(text);
      return null;
    },
    openLink: async ({ href }) => {
      await vscode.env.openExternal(vscode.Uri.parse(href, true));
      return null;
    },
    dismissNotice: ({ id }) => {
      notices.dismiss(id);
      return null;
    },
    runAction: async ({ action }) => {
      await runAction(services, action);
      return null;
    },
  };
}

/**
 * While the panel is an editor there is no active text editor, but there are visible ones. A selection stays: it may be
 * what was asked about, and nobody said that it should go.
 */
async function insertAtCursor(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  const inserted = await editor?.edit((edit) => {
    for (const { end } of editor.selections) edit.insert(end, text);
  });
  // The inserted text is no part of the selection: what is typed next follows it, and replaces nothing.
  if (editor && inserted === true)
    editor.selections = editor.selections.map(({ end }) => new vscode.Selection(end, end));
  if (inserted !== true)
    throw userError(
      'invalid_argument',
      vscode.l10n.t('There is no editor to insert into.'),
      vscode.l10n.t('Open a file and put the cursor where the text shall go.'),
    );
}
