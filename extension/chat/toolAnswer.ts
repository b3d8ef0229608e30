/** What the tools for agents share: whose files they read, and how they say what went wrong. */
import * as vscode from 'vscode';
import { attachmentAt } from '../../backend-native/client/attachmentAt.js';
import { Roots } from '../../backend-native/client/roots.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import type { AttachmentSource } from '../../backend-native/protocol/inspect.js';
import { errorView } from '../errors.js';

/** What went wrong is the tool's answer: the agent can do what it says. */
export async function told(work: () => Promise<string>): Promise<vscode.LanguageModelToolResult> {
  let text: string;
  try {
    text = await work();
  } catch (error) {
    const { code, message, nextStep } = errorView(error);
    text = `error: ${code}: ${message} — ${nextStep}`;
  }
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}

/** The folders of the workspace that are on this machine. */
export function workspaceRoots(): Promise<Roots> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return Roots.of(folders.map(({ uri }) => uri.fsPath));
}

/**
 * @param file absolute, or relative to the first folder of the workspace
 * @throws BackendError for a file outside of the workspace, or one that cannot be read
 */
export async function sourceOf(file: unknown): Promise<AttachmentSource> {
  if (typeof file !== 'string' || file === '')
    throw new BackendError('invalid_argument', { kind: 'expected', expected: 'the path of a file' });
  return attachmentAt(await (await workspaceRoots()).resolve(file));
}
