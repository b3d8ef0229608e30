/** Tools for agents: to look at files of the workspace, to read their words, and to find among them. */
import path from 'node:path';
import * as vscode from 'vscode';
import { withPages } from '../../backend-native/client/attachmentAt.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import { askModel, signalOf, type ChatServices } from './askModel.js';
import { FindTool } from './findTool.js';
import { sourceOf, told } from './toolAnswer.js';

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
    vscode.lm.registerTool('lookonce_find', new FindTool(services)),
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
        throw new BackendError('invalid_argument', { kind: 'expected', expected: 'a question' });
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
      const report = await this.services.backend.request(
        'lookOnce/showInput',
        { attachment },
        { signal: signalOf(token) },
      );
      if (!report) return 'cancelled';
      return [
        ...report.notes,
        ...report.pages.map(({ page, text }) => (report.pages.length > 1 ? `-- page ${page}\n${text}` : text)),
      ].join('\n');
    });
  }
}

function filesOf({ files }: Partial<LookInput>): readonly string[] {
  const given: unknown = files;
  return Array.isArray(given) ? given.filter((file) => typeof file === 'string') : [];
}

/** What an agent gives is not always what it was asked for. */
function nameOf(file: unknown): string {
  return typeof file === 'string' ? path.basename(file) : '';
}

function ignored(): void {
  return undefined;
}
