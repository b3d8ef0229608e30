/** `@lookonce` in VS Code's chat: asks the model of the settings about what is attached to the message. */
import * as vscode from 'vscode';
import { chatId } from '../../backend-native/client/chatTurns.js';
import type { HistoryTurn, ImageSource } from '../../backend-native/protocol/ask.js';
import { hasImageExtension } from '../../backend-native/protocol/formats.js';
import type { AttachmentSource } from '../../backend-native/protocol/inspect.js';
import { activeTabUri } from '../attachments/activeTab.js';
import { findScreenshots } from '../attachments/screenshots/findScreenshots.js';
import type { Screenshot } from '../attachments/screenshots/screenshot.js';
import { comparedRatio } from '../asking/asking.js';
import { escapeInline } from '../conversation/conversationMarkdown.js';
import { errorView } from '../errors.js';
import { askModel, type Answered, type ChatQuestion, type ChatServices } from './askModel.js';
import { referredOf, sourceOf, type Referred } from './chatSources.js';
import { userError } from '../userError.js';

/** Of `chatParticipants` in package.json. */
export const participantId = 'look-once.lookonce';
/** Of the workspace, for /screenshots. */
const newestScreenshots = 8;

type Request = Pick<vscode.ChatRequest, 'prompt' | 'command' | 'references'>;

export function registerParticipant(services: ChatServices): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant(participantId, (request, context, stream, token) =>
    answerChat(services, request, context, stream, token),
  );
  participant.iconPath = new vscode.ThemeIcon('eye');
  participant.followupProvider = {
    // Nothing is shown where VS Code itself could not ask.
    provideFollowups: ({ errorDetails }) =>
      errorDetails ? [] : [{ prompt: '', label: vscode.l10n.t('Where is that shown?'), command: 'where' }],
  };
  return participant;
}

/** Kept by VS Code with an answer: the picture that was in view, which later messages are about as well. */
interface Kept {
  readonly inView?: string;
}

/** Streams the answer; what goes wrong is said in it, with what to do. */
export async function answerChat(
  services: ChatServices,
  request: Request,
  context: vscode.ChatContext,
  stream: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult & { readonly metadata?: Kept }> {
  try {
    const { question, inView } = await questionOf(request, context, stream, token);
    if (request.command === 'compare') {
      for (const ratio of [1, comparedRatio(services.asking.ratio)]) {
        stream.markdown(`**${vscode.l10n.t('KV ratio {0}', ratio)}**\n\n`);
        await answerOnce({ ...services, asking: { ratio } }, question, request.command, stream, token);
        stream.markdown('\n\n');
      }
    } else await answerOnce(services, question, request.command, stream, token);
    if (![question, ...(question.conversation?.history ?? [])].some(hasAttachments)) {
      const how = vscode.l10n.t('Nothing is attached: add a picture or a document by its name, after a #.');
      stream.markdown(`\n\n*${how}*\n\n`);
    }
    stream.button({ command: 'lookOnce.openPanel', title: vscode.l10n.t('Open the Panel') });
    return inView ? { metadata: { inView: inView.toString() } } : {};
  } catch (error) {
    const { message, nextStep } = errorView(error);
    stream.markdown(`${message} ${nextStep}`.trim());
    return {};
  }
}

async function answerOnce(
  services: ChatServices,
  question: ChatQuestion,
  command: string | undefined,
  stream: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<void> {
  stream.progress(vscode.l10n.t('Looking'));
  const answered = await askModel(services, question, token, (text) => {
    stream.markdown(text);
  });
  if (!answered) return;
  if (command === 'where') showWhere(answered.result, stream);
  for (const note of answered.notes) stream.markdown(`\n\n*${escapeInline(note)}*`);
}

function showWhere({ where }: Answered['result'], stream: vscode.ChatResponseStream): void {
  const lines = where.map(({ text }) => `- ${escapeInline(text)}`);
  stream.markdown(
    lines.length > 0
      ? `\n\n${vscode.l10n.t('Lines of the pictures that it rests on:')}\n\n${lines.join('\n')}`
      : `\n\n${vscode.l10n.t('The words of the answer are in none of the pictures.')}`,
  );
}

/** Pictures of earlier messages stay part of the chat. */
async function questionOf(
  { prompt, command, references }: Request,
  { history }: vscode.ChatContext,
  stream: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<{ readonly question: ChatQuestion; readonly inView: vscode.Uri | undefined }> {
  const asked = prompt.trim();
  if (asked === '') throw userError('invalid_argument', vscode.l10n.t('The question is empty.'));
  const referred: Referred[] = command === 'screenshots' ? await newest(token) : referredOf(references);
  const earlier = await turnsOf(history);
  const inView = referred.length === 0 && !earlier.some(hasAttachments) ? openToLookAt(command) : undefined;
  if (inView) referred.push(inView);
  for (const one of referred) if (one instanceof vscode.Uri) stream.reference(one);
  const question = {
    question: asked,
    ...split(await Promise.all(referred.map(sourceOf))),
    conversation: { id: chatId(firstPrompt(history) ?? asked), history: earlier },
  };
  return { question, inView };
}

/** What is asked about when nothing is attached: a picture that is open, or with /document whatever is. */
function openToLookAt(command: string | undefined): vscode.Uri | undefined {
  const uri = activeTabUri();
  return uri && (command === 'document' || hasImageExtension(uri.path)) ? uri : undefined;
}

function hasAttachments({ images = [], documents = [] }: Pick<ChatQuestion, 'images' | 'documents'>): boolean {
  return images.length + documents.length > 0;
}

async function turnsOf(history: vscode.ChatContext['history']): Promise<HistoryTurn[]> {
  const turns: HistoryTurn[] = [];
  let asked: vscode.ChatRequestTurn | undefined;
  for (const turn of history) {
    if (turn instanceof vscode.ChatRequestTurn) asked = turn;
    else if (asked && turn.participant === participantId) {
      const answer = turn.response
        .map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : ''))
        .join('');
      const { inView } = (turn.result.metadata ?? {}) as Kept;
      const referred = [...referredOf(asked.references), ...(inView === undefined ? [] : [vscode.Uri.parse(inView)])];
      const sources = await Promise.all(referred.map(sourceOf));
      turns.push({ question: asked.prompt, answer, ...split(sources) });
      asked = undefined;
    }
  }
  return turns;
}

function firstPrompt(history: vscode.ChatContext['history']): string | undefined {
  return history.find((turn) => turn instanceof vscode.ChatRequestTurn)?.prompt;
}

function split(sources: readonly AttachmentSource[]): Pick<ChatQuestion, 'documents'> & { images: ImageSource[] } {
  return {
    images: sources.flatMap((one) => (one.kind === 'image' ? [one.source] : [])),
    documents: sources.flatMap((one) => (one.kind === 'document' ? [one.source] : [])),
  };
}

async function newest(token: vscode.CancellationToken): Promise<vscode.Uri[]> {
  const found: Screenshot[] = [];
  await findScreenshots(vscode.workspace.workspaceFolders ?? [], token, (screenshot) => found.push(screenshot));
  return found
    .sort((a, b) => b.modified - a.modified)
    .slice(0, newestScreenshots)
    .map(({ uri }) => vscode.Uri.parse(uri))
    .reverse();
}
