import path from 'node:path';
import * as vscode from 'vscode';
import { conversationMarkdown } from './conversationMarkdown.js';
import type { Conversations } from './conversations.js';

export interface ConversationServices {
  readonly conversations: Pick<Conversations, 'get' | 'delete'>;
  /** Whoever answers. */
  readonly asking: { readonly running: { readonly conversationId: string } | null; stop(): void };
}

/** Deletes a conversation and stops its answer. The panel has asked whether that is meant. */
export async function deleteConversation({ conversations, asking }: ConversationServices, id: string): Promise<void> {
  if (asking.running?.conversationId === id) asking.stop();
  await conversations.delete(id);
}

/** Saves a conversation as Markdown where the user wants it, and opens that. */
export async function exportConversation(
  { conversations }: Pick<ConversationServices, 'conversations'>,
  id: string,
): Promise<void> {
  const conversation = conversations.get(id);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${
    conversation.title
      .replace(/[^\p{L}\p{N} ._-]/gu, '')
      .trim()
      .slice(0, 60) || 'conversation'
  }.md`;
  const uri = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { Markdown: ['md'] },
    title: vscode.l10n.t('Export Conversation'),
  });
  if (!uri) return;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(conversationMarkdown(conversation)));
  await vscode.window.showTextDocument(uri, { preview: true });
  vscode.window.setStatusBarMessage(vscode.l10n.t('Exported to {0}', path.posix.basename(uri.path)), 3000);
}
