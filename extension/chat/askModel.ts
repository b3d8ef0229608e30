/** One question of VS Code's chat, of an agent's tool or of another extension, put to the backend. */
import type * as vscode from 'vscode';
import type { AskParams, AskProgress, AskResult } from '../../backend-native/protocol/ask.js';
import type { LoadParams, ModelInfo } from '../../backend-native/protocol/model.js';
import type { Backend } from '../backend/backend.js';
import { notesOn } from '../asking/answerNotes.js';
import type { Settings } from '../settings/settings.js';

export interface ChatServices {
  readonly settings: Pick<Settings, 'current'>;
  readonly backend: Pick<Backend, 'ensureLoaded' | 'holds' | 'request' | 'view'>;
  readonly asking: { readonly ratio: 'auto' | number };
  readonly log: Pick<vscode.LogOutputChannel, 'warn' | 'error'>;
}

/** What the settings do not say. */
export type ChatQuestion = Pick<
  AskParams,
  'question' | 'toolResults' | 'tools' | 'conversation' | 'images' | 'documents'
> & {
  /** Comes after the system text of the settings. */
  readonly system?: string;
  readonly maxTokens?: number;
  /** Another model than that of the settings. */
  readonly load?: LoadParams;
};

export interface Answered {
  readonly result: AskResult;
  readonly model: ModelInfo;
  /** What a reader of the answer alone would not know, a line each. */
  readonly notes: readonly string[];
}

/**
 * @param onText hears what is new of the answer, as it comes
 * @returns undefined when it was cancelled before the model was loaded
 * @throws BackendError as the backend does
 */
export async function askModel(
  { settings, backend, asking }: ChatServices,
  {
    question,
    toolResults = [],
    tools,
    conversation,
    images = [],
    documents = [],
    system,
    maxTokens,
    load,
  }: ChatQuestion,
  token: vscode.CancellationToken,
  onText: (text: string) => void,
  onProgress: (progress: Exclude<AskProgress, { phase: 'answer' }>) => void = ignored,
): Promise<Answered | undefined> {
  const signal = signalOf(token);
  const model = await backend.ensureLoaded(signal, load);
  if (!model) return undefined;
  const { kv, sampling, imageText, systemPrompt, documents: limits } = settings.current;
  const told = [systemPrompt, system].filter((text) => text !== undefined && text !== '').join('\n\n');
  let written = '';
  const write = (text: string) => {
    // A snapshot holds the whole answer so far.
    if (text.startsWith(written)) onText(text.slice(written.length));
    written = text;
  };
  const result = await backend.request(
    'lookOnce/ask',
    {
      question,
      ...(toolResults.length > 0 ? { toolResults } : {}),
      ...(tools ? { tools } : {}),
      ...(conversation === undefined ? {} : { conversation }),
      ...(told === '' ? {} : { system: told }),
      images,
      documents,
      documentLimits: { maxTokens: limits.maxTokens, maxImagePages: limits.maxImagePages },
      imageText,
      kv: { ...kv, ratio: asking.ratio },
      sampling: { ...sampling, ...(maxTokens === undefined ? {} : { maxTokens }) },
    },
    {
      signal,
      onProgress: (progress) => {
        if (progress.phase === 'answer') write(progress.text);
        else onProgress(progress);
      },
    },
  );
  write(result.answer);
  const asked = {
    kv: { ...kv, ratio: asking.ratio },
    engine: (load ?? settings.current.load).engine ?? {},
    turnsLeftOut: 0,
    earlier: [],
  };
  return { result, model, notes: notesOn(result, model, asked).map(({ text }) => text) };
}

/** For a request that ends when the token is cancelled. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}

function ignored(): void {
  return undefined;
}
