/// <reference lib="dom" />
/** The panel in Chromium, under its own security policy, with this process in the place of the extension. */
import fs from 'node:fs';
import path from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import type { HostMessage, PanelMethod, PanelRequest, PanelRequests } from '../../webview/protocol/messages.js';
import { pageHtml } from '../../webview/protocol/page.js';
import type { PanelState, RunningView } from '../../webview/protocol/state.js';

export const themes = ['dark', 'light', 'hc-dark', 'hc-light'] as const;
export type Theme = (typeof themes)[number];

const root = process.cwd();
const origin = 'https://panel.test';
const chromiumPath = '/usr/bin/chromium';

/** Why the tests cannot run here; false when they can. */
export const skip = fs.existsSync(chromiumPath) ? false : `there is no Chromium at ${chromiumPath}`;

/** How the extension answers: with a result, or with nothing at all when the test answers by itself. */
export type Answers = {
  [M in PanelMethod]?: (
    params: PanelRequests[M]['params'],
  ) => PanelRequests[M]['result'] | Promise<PanelRequests[M]['result']>;
};

export interface PanelPageOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** 2 for a zoom of 200 %: half as many CSS pixels on the same screen. */
  readonly zoom?: number;
  readonly reducedMotion?: boolean;
  readonly state: PanelState;
  readonly running?: RunningView | null;
  readonly l10n?: Readonly<Record<string, string>> | null;
  readonly answers?: Answers;
  /** What vscode.getState gives: the draft of a panel that was hidden. */
  readonly kept?: unknown;
}

let browser: Promise<Browser> | undefined;

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/** One panel on one page. */
export class PanelPage {
  /** Requests of the panel, the oldest first, without 'ready', thumbnails and pictures. */
  readonly requests: PanelRequest[] = [];
  /** Everything that would have left the page: addresses other than its own files, and violations of its policy. */
  readonly leaks: string[] = [];
  /** Errors and warnings in the page's console. */
  readonly problems: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly answers: Answers,
  ) {}

  static async open(options: PanelPageOptions): Promise<PanelPage> {
    const { theme = 'dark', width = 420, height = 720, zoom = 1 } = options;
    browser ??= chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
    });
    const context = await (
      await browser
    ).newContext({
      viewport: { width: Math.floor(width / zoom), height: Math.floor(height / zoom) },
      deviceScaleFactor: zoom,
      reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
      forcedColors: 'none',
    });
    const panel = new PanelPage(await context.newPage(), options.answers ?? {});
    await panel.load(theme, options);
    return panel;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** Sends what the extension sends, and waits until the panel has drawn it. */
  async send(message: HostMessage): Promise<void> {
    await this.page.evaluate(async (data) => {
      window.postMessage(data, '*');
      await new Promise((resolve) => {
        setTimeout(resolve, 0);
      });
      await new Promise((resolve) => {
        requestAnimationFrame(() => {
          resolve(undefined);
        });
      });
    }, message);
  }

  /** The params of the requests for a method. */
  sent<M extends PanelMethod>(method: M): PanelRequests[M]['params'][] {
    return this.requests
      .filter((request) => request.method === method)
      .map((request) => request.params as PanelRequests[M]['params']);
  }

  /** Waits until the panel has asked for a method. */
  async asked<M extends PanelMethod>(method: M, count = 1): Promise<PanelRequests[M]['params'][]> {
    const deadline = Date.now() + 10_000;
    while (this.sent(method).length < count) {
      if (Date.now() > deadline)
        throw new Error(
          `Expected ${count} requests for ${method} but received ${this.sent(method).length}; problems: ` +
            this.problems.join('; '),
        );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.sent(method);
  }

  /** Keeps a picture for people to look at, in dist/test/webview/pictures. */
  async picture(name: string): Promise<void> {
    const folder = path.join(root, 'dist', 'test', 'webview', 'pictures');
    fs.mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  private async load(theme: Theme, { state, running = null, l10n = null, kept }: PanelPageOptions): Promise<void> {
    const { page } = this;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.problems.push(message.text());
    });
    page.on('pageerror', (error) => {
      this.problems.push(String(error));
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) this.leaks.push(request.url());
    });
    await page.route('**/*', async (route) => {
      const { pathname } = new URL(route.request().url());
      const body = route.request().url().startsWith(`${origin}/`) ? this.file(pathname, theme) : undefined;
      if (body) await route.fulfill(body);
      else await route.abort();
    });
    await page.exposeFunction('receiveFromPanel', (request: PanelRequest) =>
      this.receive(request, { type: 'init', l10n, state, running }),
    );
    await page.exposeFunction('reportLeak', (what: string) => {
      this.leaks.push(what);
    });
    await page.addInitScript((keptState: unknown) => {
      interface TestWindow {
        receiveFromPanel(request: unknown): void;
        reportLeak(what: string): void;
        acquireVsCodeApi: unknown;
        keptState: unknown;
      }
      const test = window as unknown as TestWindow;
      document.addEventListener('securitypolicyviolation', (event) => {
        test.reportLeak(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
      });
      test.keptState = keptState;
      test.acquireVsCodeApi = () => ({
        postMessage: (message: unknown) => {
          test.receiveFromPanel(message);
        },
        getState: () => test.keptState,
        setState: (value: unknown) => {
          test.keptState = value;
        },
      });
    }, kept);
    await page.goto(`${origin}/`);
    await page.waitForSelector('look-once-panel .frame');
  }

  private file(pathname: string, theme: Theme): { contentType: string; body: string | Buffer } | undefined {
    const built = (name: string): Buffer => fs.readFileSync(path.join(root, 'dist', 'webview', name));
    switch (pathname) {
      case '/':
        return { contentType: 'text/html', body: this.html(theme) };
      case '/main.js':
        return { contentType: 'text/javascript', body: built('main.js') };
      case '/main.css':
        return { contentType: 'text/css', body: built('main.css') };
      case '/codicon.ttf':
        return { contentType: 'font/ttf', body: built('codicon.ttf') };
      default:
        return /^\/[\w-]+\.woff2$/.test(pathname)
          ? { contentType: 'font/woff2', body: built(pathname.slice(1)) }
          : undefined;
    }
  }

  /** The extension's page, with what VS Code puts in front of every webview's own styles. */
  private html(theme: Theme): string {
    const html = pageHtml({
      language: 'en',
      nonce: 'dGVzdA',
      cspSource: origin,
      script: '/main.js',
      style: '/main.css',
    });
    const variables = fs.readFileSync(path.join(root, 'test', 'webview', 'themes', `${theme}.css`), 'utf8');
    const kind = {
      'dark': 'vscode-dark',
      'light': 'vscode-light',
      'hc-dark': 'vscode-high-contrast',
      'hc-light': 'vscode-high-contrast-light',
    }[theme];
    return html
      .replace(
        '<head>',
        `<head><style>${variables} html { background: var(--vscode-sideBar-background); } ${defaultStyles}</style>`,
      )
      .replace('<body>', `<body class="${kind}">`);
  }

  private async receive(request: PanelRequest, init: HostMessage): Promise<void> {
    if (request.method !== 'ready' && request.method !== 'thumbnail' && request.method !== 'picture')
      this.requests.push(request);
    const answer = this.answers[request.method] as ((params: unknown) => unknown) | undefined;
    try {
      const result = answer ? await answer(request.params) : request.method === 'ask' ? true : null;
      await this.send({ type: 'response', id: request.id, ok: true, result });
    } catch (error) {
      const data = error as { code?: 'busy'; message: string; nextStep?: string };
      await this.send({
        type: 'response',
        id: request.id,
        ok: false,
        error: { code: data.code ?? 'internal', message: data.message, nextStep: data.nextStep ?? '' },
      });
    }
    if (request.method === 'ready') await this.send(init);
  }
}

/** As in VS Code's own page for webviews. */
const defaultStyles = `@layer vscode-default {
  body {
    background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size); margin: 0; padding: 0 20px;
  }
  img, video { max-width: 100%; max-height: 100%; }
  a, a code { color: var(--vscode-textLink-foreground); }
  a:focus, input:focus, select:focus, textarea:focus {
    outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px;
  }
  code {
    font-family: var(--monaco-monospace-font); color: var(--vscode-textPreformat-foreground);
    background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px;
  }
  pre code { padding: 0; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
}`;
