import * as vscode from 'vscode';
import type { HostMessage, PanelRequest, PanelResponse } from '../../webview/protocol/messages.js';
import { errorView } from '../errors.js';
import type { Asking } from '../asking/asking.js';
import type { Draft } from '../attachments/draft.js';
import type { Backend } from '../backend/backend.js';
import type { Conversations } from '../conversation/conversations.js';
import type { Notices } from '../notices.js';
import type { Settings } from '../settings/settings.js';
import { panelHandlers, type HandlerServices, type PanelHandlers } from './panelHandlers.js';
import { panelHtml, panelRoot } from './panelHtml.js';
import { panelRequestFrom, requestId } from './panelRequest.js';
import { panelState, type StateServices } from './panelState.js';

export const viewId = 'lookOnce.panel';
export const editorPanelType = 'lookOnce.editorPanel';

/** So long are changes gathered into one message. */
const stateMs = 30;

/** What the panel shows, does, and hears of. */
export type PanelServices = StateServices &
  HandlerServices & {
    readonly context: Pick<vscode.ExtensionContext, 'extensionUri'>;
    readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
    readonly backend: Pick<Backend, 'onDidChange'>;
    readonly conversations: Pick<Conversations, 'onDidChange' | 'ready'>;
    readonly draft: Pick<Draft, 'onDidChange'>;
    readonly asking: Pick<Asking, 'onDidChangeRatio' | 'onDidProgress' | 'running'>;
    readonly settings: Pick<Settings, 'onDidChange'>;
    readonly notices: Pick<Notices, 'onDidChange'>;
  };

interface Page {
  readonly webview: vscode.Webview;
  /** It asked for `init`: what is sent before would be lost. */
  ready: boolean;
}

/** The panel, in the secondary side bar, in an editor, or in both with the same state. */
export class Panel implements vscode.Disposable, vscode.WebviewViewProvider, vscode.WebviewPanelSerializer {
  private readonly pages = new Set<Page>();
  private readonly handlers: PanelHandlers;
  private readonly subscriptions: vscode.Disposable[];
  private view: vscode.WebviewView | undefined;
  private editorPanel: vscode.WebviewPanel | undefined;
  private stateDue = false;
  /** Waits for a page that is not up yet. */
  private focus: Extract<HostMessage, { type: 'focusQuestion' }> | undefined;

  constructor(private readonly services: PanelServices) {
    this.handlers = panelHandlers(services);
    const { backend, conversations, draft, asking, settings, notices } = services;
    const changed = () => {
      this.stateChanged();
    };
    this.subscriptions = [
      vscode.window.registerWebviewViewProvider(viewId, this),
      vscode.window.registerWebviewPanelSerializer(editorPanelType, this),
      ...[
        backend.onDidChange,
        conversations.onDidChange,
        draft.onDidChange,
        asking.onDidChangeRatio,
        settings.onDidChange,
        notices.onDidChange,
      ].map((event) => event(changed)),
      vscode.workspace.onDidGrantWorkspaceTrust(changed),
      asking.onDidProgress((running) => {
        // The end of an answer comes after the state that holds it.
        if (running === null) this.sendState();
        this.send({ type: 'running', running });
      }),
    ];
  }

  /** Shows the panel: the one that is there, or else the view. `text` is put into the question. */
  async reveal({
    focusQuestion = false,
    text,
  }: { readonly focusQuestion?: boolean; readonly text?: string } = {}): Promise<void> {
    if (this.editorPanel && !this.view?.visible) this.editorPanel.reveal(undefined, !focusQuestion);
    else await vscode.commands.executeCommand(`${viewId}.focus`, { preserveFocus: !focusQuestion });
    if (!focusQuestion && text === undefined) return;
    const message = { type: 'focusQuestion', ...(text === undefined ? {} : { text }) } as const;
    if ([...this.pages].some(({ ready }) => ready)) this.send(message);
    else this.focus = message;
  }

  /** Opens the panel as an editor, beside the view if that is open too. */
  openInEditor(): void {
    if (this.editorPanel) {
      this.editorPanel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      editorPanelType,
      'Look Once',
      vscode.ViewColumn.Active,
      this.webviewOptions(),
    );
    this.takeEditorPanel(panel);
  }

  /** For a view of what was kept of an image. */
  showKvMap(turnId: string, answerIndex: number, image: number): void {
    this.send({ type: 'showKvMap', turnId, answerIndex, image });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const page = this.addPage(view.webview);
    view.onDidChangeVisibility(() => {
      page.ready &&= view.visible;
    });
    view.onDidDispose(() => {
      this.pages.delete(page);
      if (this.view === view) this.view = undefined;
    });
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = this.webviewOptions();
    this.takeEditorPanel(panel);
    return Promise.resolve();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.editorPanel?.dispose();
  }

  private takeEditorPanel(panel: vscode.WebviewPanel): void {
    this.editorPanel = panel;
    // A tab draws its icon as it is: the colour of the theme has to be in the file.
    const icon = (kind: string) =>
      vscode.Uri.joinPath(this.services.context.extensionUri, 'media', 'icons', `look-once-${kind}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const page = this.addPage(panel.webview);
    panel.onDidChangeViewState(() => {
      page.ready &&= panel.visible;
    });
    panel.onDidDispose(() => {
      this.pages.delete(page);
      if (this.editorPanel === panel) this.editorPanel = undefined;
    });
  }

  private addPage(webview: vscode.Webview): Page {
    const page = { webview, ready: false };
    this.pages.add(page);
    webview.options = this.webviewOptions();
    webview.onDidReceiveMessage((message: unknown) => {
      void this.receive(page, message);
    });
    webview.html = panelHtml(webview, this.services.context.extensionUri);
    return page;
  }

  private webviewOptions(): vscode.WebviewOptions {
    return {
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      localResourceRoots: [panelRoot(this.services.context.extensionUri)],
    };
  }

  private async receive(page: Page, message: unknown): Promise<void> {
    const response = await this.respondTo(message, page);
    if (response) void page.webview.postMessage(response);
  }

  /** Every message that has an id gets a reply, whatever is wrong with it. */
  async respondTo(message: unknown, page?: Page): Promise<PanelResponse | undefined> {
    const id = requestId(message);
    if (id === undefined) {
      this.services.log.warn('The panel sent something that is no request');
      return undefined;
    }
    try {
      const request = panelRequestFrom(message);
      const result = request.method === 'ready' ? page && (await this.init(page)) : await this.handle(request);
      return { type: 'response', id, ok: true, result };
    } catch (error) {
      const shown = errorView(error);
      this.services.log.warn(`A request of the panel was refused: ${shown.message}`);
      return { type: 'response', id, ok: false, error: shown };
    }
  }

  private handle(request: Exclude<PanelRequest, { method: 'ready' }>): unknown {
    const handler = this.handlers[request.method] as (params: unknown) => unknown;
    return handler(request.params);
  }

  private async init(page: Page): Promise<null> {
    await this.services.conversations.ready();
    page.ready = true;
    const { asking } = this.services;
    const message: HostMessage = {
      type: 'init',
      l10n: await panelStrings(),
      state: panelState(this.services),
      running: asking.running,
    };
    await page.webview.postMessage(message);
    if (this.focus) {
      void page.webview.postMessage(this.focus);
      this.focus = undefined;
    }
    return null;
  }

  /** Many changes in one go are one message. */
  private stateChanged(): void {
    if (this.stateDue) return;
    this.stateDue = true;
    setTimeout(() => {
      if (this.stateDue) this.sendState();
    }, stateMs);
  }

  private sendState(): void {
    this.stateDue = false;
    if ([...this.pages].some(({ ready }) => ready)) this.send({ type: 'state', state: panelState(this.services) });
  }

  private send(message: HostMessage): void {
    for (const { webview, ready } of this.pages) if (ready) void webview.postMessage(message);
  }
}

/** The strings of the display language, for the page; null for English. */
async function panelStrings(): Promise<Readonly<Record<string, string>> | null> {
  const { bundle, uri } = vscode.l10n;
  if (bundle) return bundle;
  if (!uri) return null;
  return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))) as Record<string, string>;
}
