/** The models that VS Code's chat, and other extensions, may ask: those that Choose Model… knows. */
import path from 'node:path';
import * as vscode from 'vscode';
import { turnsOf, type ChatMessage } from '../../backend-native/client/chatTurns.js';
import type { LoadParams } from '../../backend-native/protocol/model.js';
import type { Backend } from '../backend/backend.js';
import { errorView } from '../errors.js';
import { askModel, type ChatServices } from './askModel.js';
import { ChatNotes, notesMime } from './chatNotes.js';
import { chatPartOf, toolCallPart, toolOfferOf } from './chatParts.js';
import { countTokens } from './countTokens.js';

interface Model extends vscode.LanguageModelChatInformation {
  /** Undefined for the model of the settings. */
  readonly load: LoadParams | undefined;
}

/** Of `languageModelChatProviders` in package.json. */
export const vendor = 'look-once';
/** The model of the settings, whichever that is. */
export const settingsId = 'settings';
/** The models that take tools, by their paths. */
const toolModelsKey = 'lookOnce.chat.toolModels';
const mostToolModels = 100;
/** Where nothing better is known: the window is the setting's, or as large as the prompt needs. */
const usualContext = 8192;

export class ChatModels implements vscode.LanguageModelChatProvider<Model>, vscode.Disposable {
  private readonly notes = new ChatNotes();
  private readonly changed = new vscode.EventEmitter<void>();
  /** What the model of the settings can do has become known. */
  readonly onDidChangeLanguageModelChatInformation = this.changed.event;
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly services: ChatServices & {
      readonly settings: { readonly current: { readonly load: LoadParams; readonly modelFolders: readonly string[] } };
      readonly backend: Pick<Backend, 'model' | 'onDidChange'>;
      readonly context: Pick<vscode.ExtensionContext, 'globalState'>;
    },
  ) {
    const { backend, settings } = services;
    this.listener = backend.onDidChange(() => {
      const { load } = settings.current;
      if (backend.model && backend.holds(load)) this.learn(load, backend.model.tools);
    });
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  /** No process is started for a chat that is only opened: until one runs, the model of the settings is all. */
  async provideLanguageModelChatInformation({ silent }: { readonly silent: boolean }): Promise<Model[]> {
    const { backend, settings, log } = this.services;
    const { load, modelFolders } = settings.current;
    const name = load.modelPath === undefined ? vscode.l10n.t('Look Once (embedded)') : nameOf(load.modelPath);
    const own = () =>
      this.information(settingsId, name, undefined, { imageInput: true, toolCalling: this.takesTools(load) });
    if (silent && backend.view.status === 'stopped') return [own()];
    try {
      const { models } = await backend.request('lookOnce/models', {
        folders: modelFolders,
        ...(load.modelPath === undefined ? {} : { files: [{ modelPath: load.modelPath }] }),
      });
      const variants = models.flatMap((model) => model.variants.map((variant) => ({ model, variant })));
      const ofSettings = variants.find(({ model, variant }) =>
        load.modelPath === undefined ? model.source === 'embedded' : variant.modelPath === load.modelPath,
      );
      if (ofSettings) this.learn(load, ofSettings.variant.tools ?? false);
      const found = variants
        .filter(({ model }) => model.source !== 'embedded' || load.modelPath !== undefined)
        .filter(({ variant }) => variant.modelPath !== load.modelPath)
        .map(({ model, variant: { modelPath, mmprojPath, quantisation, tools = false } }) =>
          this.information(
            modelPath,
            [model.name, quantisation].filter((part) => part !== '').join(' '),
            { modelPath, ...(mmprojPath === null ? {} : { mmprojPath }), ...engineOf(load) },
            { imageInput: mmprojPath !== null, toolCalling: tools },
          ),
        );
      return [own(), ...found];
    } catch (error) {
      log.warn('The models for the chat could not be listed', String(error));
      return [own()];
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
      const tools = toolOfferOf(options);
      const answered = await askModel(
        this.services,
        { ...turnsOf(messages.map(messageOf)), ...(tools && { tools }), ...(load && { load }) },
        token,
        (text) => {
          progress.report(new vscode.LanguageModelTextPart(text));
        },
      );
      if (!answered) return;
      const { notes, result } = answered;
      for (const call of result.toolCalls ?? []) progress.report(toolCallPart(call));
      if (notes.length === 0) return;
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

  /** As it was when the model was last seen: nothing is started to find out. */
  private takesTools(load: LoadParams): boolean {
    return this.toolModels().includes(keyOf(load));
  }

  private toolModels(): readonly string[] {
    return this.services.context.globalState.get<readonly string[]>(toolModelsKey) ?? [];
  }

  private learn(load: LoadParams, tools: boolean): void {
    if (tools === this.takesTools(load)) return;
    const others = this.toolModels().filter((key) => key !== keyOf(load));
    const known = tools ? [...others, keyOf(load)].slice(-mostToolModels) : others;
    void this.services.context.globalState.update(toolModelsKey, known);
    this.changed.fire();
  }

  private information(
    id: string,
    name: string,
    load: LoadParams | undefined,
    capabilities: vscode.LanguageModelChatCapabilities,
  ): Model {
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
      capabilities,
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

function keyOf({ modelPath = '' }: LoadParams): string {
  return modelPath;
}

function messageOf({ role, content }: vscode.LanguageModelChatRequestMessage): ChatMessage {
  return { role: roleOf(role), parts: content.map(chatPartOf) };
}

/** 3 is the system's, which the public types do not name. */
function roleOf(role: number): ChatMessage['role'] {
  return role === 1 ? 'user' : role === 2 ? 'assistant' : 'system';
}
