/** The models that VS Code's chat, and other extensions, may ask: those that Choose Model… knows. */
import path from 'node:path';
import * as vscode from 'vscode';
import { turnsOf, type ChatMessage, type ChatPart } from '../../backend-native/client/chatTurns.js';
import type { LoadParams } from '../../backend-native/protocol/model.js';
import { errorView } from '../errors.js';
import { askModel, type ChatServices } from './askModel.js';
import { ChatNotes, notesMime } from './chatNotes.js';
import { countTokens } from './countTokens.js';

interface Model extends vscode.LanguageModelChatInformation {
  /** Undefined for the model of the settings. */
  readonly load: LoadParams | undefined;
}

/** Of `languageModelChatProviders` in package.json. */
export const vendor = 'look-once';
/** The model of the settings, whichever that is. */
const settingsId = 'settings';
/** Where nothing better is known: the window is the setting's, or as large as the prompt needs. */
const usualContext = 8192;

export class ChatModels implements vscode.LanguageModelChatProvider<Model> {
  private readonly notes = new ChatNotes();

  constructor(
    private readonly services: ChatServices & {
      readonly settings: { readonly current: { readonly load: LoadParams; readonly modelFolders: readonly string[] } };
    },
  ) {}

  /** No process is started for a chat that is only opened: until one runs, the model of the settings is all. */
  async provideLanguageModelChatInformation({ silent }: { readonly silent: boolean }): Promise<Model[]> {
    const { backend, settings, log } = this.services;
    const { load, modelFolders } = settings.current;
    const name = load.modelPath === undefined ? vscode.l10n.t('Look Once (embedded)') : nameOf(load.modelPath);
    const own = this.information(settingsId, name, undefined, true);
    if (silent && backend.view.status === 'stopped') return [own];
    try {
      const { models } = await backend.request('lookOnce/models', { folders: modelFolders });
      const found = models
        .filter(({ source }) => source !== 'embedded' || load.modelPath !== undefined)
        .flatMap((model) => model.variants.map((variant) => ({ model, variant })))
        .filter(({ variant }) => variant.modelPath !== load.modelPath)
        .map(({ model, variant: { modelPath, mmprojPath, quantisation } }) =>
          this.information(
            modelPath,
            [model.name, quantisation].filter((part) => part !== '').join(' '),
            { modelPath, ...(mmprojPath === null ? {} : { mmprojPath }), ...engineOf(load) },
            mmprojPath !== null,
          ),
        );
      return [own, ...found];
    } catch (error) {
      log.warn('The models for the chat could not be listed', String(error));
      return [own];
    }
  }

  async provideLanguageModelChatResponse(
    { load }: Model,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    try {
      if (options.toolMode === vscode.LanguageModelChatToolMode.Required)
        throw new Error(vscode.l10n.t('The models of Look Once call no tools.'));
      const { conversation, ...turn } = turnsOf(messages.map(messageOf));
      const answered = await askModel(
        this.services,
        { ...turn, conversation, ...(load === undefined ? {} : { load }) },
        token,
        (text) => {
          progress.report(new vscode.LanguageModelTextPart(text));
        },
      );
      if (!answered || answered.notes.length === 0) return;
      const { notes, result } = answered;
      progress.report(vscode.LanguageModelDataPart.json({ notes, kvRatio: result.kv.ratio }, notesMime));
      this.notes.tell(notes);
    } catch (error) {
      const { message, nextStep } = errorView(error);
      throw new Error(`${message} ${nextStep}`.trim(), { cause: error });
    }
  }

  /** Counted by the model while it is loaded; otherwise an estimate. */
  provideTokenCount({ load }: Model, text: string | vscode.LanguageModelChatRequestMessage): Promise<number> {
    const { backend, settings } = this.services;
    return countTokens(
      backend,
      load ?? settings.current.load,
      typeof text === 'string' ? [{ text }] : messageOf(text).parts,
    );
  }

  private information(id: string, name: string, load: LoadParams | undefined, imageInput: boolean): Model {
    const { sampling, load: own } = this.services.settings.current;
    const context = own.engine?.contextSize;
    return {
      id,
      name,
      family: vendor,
      version: '1',
      tooltip: vscode.l10n.t('Answers on this machine; the KV ratio of Look Once holds.'),
      maxInputTokens: context === undefined || context === 0 ? usualContext : context,
      maxOutputTokens: sampling.maxTokens,
      capabilities: { imageInput },
      load,
    };
  }
}

function engineOf({ engine }: LoadParams): Pick<LoadParams, 'engine'> {
  return engine === undefined ? {} : { engine };
}

function nameOf(modelPath: string): string {
  return path.basename(modelPath, '.gguf');
}

function messageOf({ role, content }: vscode.LanguageModelChatRequestMessage): ChatMessage {
  return {
    role: roleOf(role),
    parts: content.map((part): ChatPart => {
      if (part instanceof vscode.LanguageModelTextPart) return { text: part.value };
      if (part instanceof vscode.LanguageModelDataPart)
        return { mime: part.mimeType, base64: Buffer.from(part.data).toString('base64') };
      return { other: (part as object | null)?.constructor.name ?? String(part) };
    }),
  };
}

/** 3 is the system's, which the public types do not name. */
function roleOf(role: number): ChatMessage['role'] {
  return role === 1 ? 'user' : role === 2 ? 'assistant' : 'system';
}
