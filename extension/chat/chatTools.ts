/** Tools for agents: to look at files of the workspace, and to read their words. */
import path from 'node:path';
import * as vscode from 'vscode';
import { readHead } from '../../backend-native/client/readHead.js';
import { Roots } from '../../backend-native/client/roots.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import { attachmentKind } from '../../backend-native/protocol/formats.js';
import type { AttachmentSource } from '../../backend-native/protocol/inspect.js';
import { errorView } from '../errors.js';
import { askModel, type ChatServices } from './askModel.js';

interface LookInput {
  readonly question: string;
  readonly files: readonly string[];
}

interface ReadInput {
  readonly file: string;
  readonly pages?: string;
}

/** As `languageModelTools` in package.json names them. */
export function registerChatTools(services: ChatServices): vscode.Disposable[] {
  return [
    vscode.lm.registerTool('lookonce_look', new LookTool(services)),
    vscode.lm.registerTool('lookonce_readText', new ReadTextTool(services)),
  ];
}

class LookTool implements vscode.LanguageModelTool<LookInput> {
  constructor(private readonly services: ChatServices) {}

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<LookInput>) {
    const names = filesOf(input)
      .map((file) => path.basename(file))
      .join(', ');
    return {
      invocationMessage: vscode.l10n.t('Looking at {0}', names),
      confirmationMessages: {
        title: vscode.l10n.t('Look at Files'),
        message: vscode.l10n.t('Have the model on this machine look at {0}?', names),
      },
    };
  }

  invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<LookInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    return told(async () => {
      if (typeof (input as Partial<LookInput>).question !== 'string' || input.question.trim() === '')
        throw new BackendError('invalid_argument', 'Expected a question');
      const sources = await Promise.all(filesOf(input).map(sourceOf));
      const images = sources.flatMap((one) => (one.kind === 'image' ? [one.source] : []));
      const documents = sources.flatMap((one) => (one.kind === 'document' ? [one.source] : []));
      const answered = await askModel(this.services, { question: input.question, images, documents }, token, ignored);
      if (!answered) return 'cancelled';
      const { answer, where } = answered.result;
      const list = (head: string, lines: readonly string[]) =>
        lines.length > 0 ? ['', head, ...lines.map((line) => `- ${line}`)] : [];
      return [
        answer,
        ...list(
          'Lines of the pictures that it rests on:',
          where.map(({ text }) => text),
        ),
        ...list('Notes:', answered.notes),
      ].join('\n');
    });
  }
}

class ReadTextTool implements vscode.LanguageModelTool<ReadInput> {
  constructor(private readonly services: ChatServices) {}

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<ReadInput>) {
    const name = nameOf(input.file);
    return {
      invocationMessage: vscode.l10n.t('Reading {0}', name),
      confirmationMessages: {
        title: vscode.l10n.t('Read the Text of a File'),
        message: vscode.l10n.t('Read the words of {0} on this machine?', name),
      },
    };
  }

  invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<ReadInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    return told(async () => {
      const attachment = withPages(await sourceOf(input.file), input.pages);
      const report = await this.services.backend.request('lookOnce/showInput', { attachment });
      if (!report || token.isCancellationRequested) return 'cancelled';
      return [
        ...report.notes,
        ...report.pages.map(({ page, text }) => (report.pages.length > 1 ? `-- page ${page}\n${text}` : text)),
      ].join('\n');
    });
  }
}

/** What went wrong is the tool's answer: the agent can do what it says. */
async function told(work: () => Promise<string>): Promise<vscode.LanguageModelToolResult> {
  let text: string;
  try {
    text = await work();
  } catch (error) {
    const { code, message, nextStep } = errorView(error);
    text = `error: ${code}: ${message} — ${nextStep}`;
  }
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}

function filesOf({ files }: Partial<LookInput>): readonly string[] {
  const given: unknown = files;
  return Array.isArray(given) ? given.filter((file) => typeof file === 'string') : [];
}

/**
 * @param file absolute, or relative to the first folder of the workspace
 * @throws BackendError for a file outside of the workspace, or one that cannot be read
 */
async function sourceOf(file: unknown): Promise<AttachmentSource> {
  if (typeof file !== 'string' || file === '')
    throw new BackendError('invalid_argument', 'Expected the path of a file');
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const real = await (await Roots.of(folders.map(({ uri }) => uri.fsPath))).resolve(file);
  return { kind: attachmentKind(real, await readHead(real)), source: { path: real } };
}

/** What an agent gives is not always what it was asked for. */
function nameOf(file: unknown): string {
  return typeof file === 'string' ? path.basename(file) : '';
}

function withPages(attachment: AttachmentSource, pages: string | undefined): AttachmentSource {
  if (pages === undefined || attachment.kind === 'image') return attachment;
  return { kind: 'document', source: { ...attachment.source, pages } };
}

function ignored(): void {
  return undefined;
}
