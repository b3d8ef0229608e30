/**
 * Opens a real VS Code workbench: code-server and Chromium, with folders of its own, ended with all that it started.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { type BrowserContext, type Page, chromium } from 'playwright-core';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';

export interface WorkbenchOptions {
  /** A folder or a .code-workspace file, used as it is. */
  readonly workspace: string;
  /** Given to the workbench's server, its extension hosts, and the processes that they start. */
  readonly env?: NodeJS.ProcessEnv;
  /** User settings beside those that keep the workbench quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Asks whether the workspace is trusted, as a fresh VS Code does; otherwise every workspace is. */
  readonly workspaceTrust?: boolean;
  /**
   * Runs the extension of a folder and, in its host, the tests of a file. It takes the driver of VS Code's own smoke
   * tests, under which notifications never show and modal dialogs are refused.
   */
  readonly development?: { readonly extension: string; readonly tests: string };
  /** Installs this packed extension first. */
  readonly vsix?: string;
  /** Where all that is kept between two windows is, to open the same workbench again; one of its own otherwise. */
  readonly profile?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Pixels of a picture for each of the viewport. */
  readonly deviceScaleFactor?: number;
  /** The server's log, the browser's console and the last picture go here. */
  readonly logs: string;
}

export interface Workbench {
  readonly page: Page;
  /** The exit code of the tests; rejects when the page crashes or the server ends before them. */
  readonly testsEnded: Promise<number>;
  close(): Promise<void>;
}

interface Installed {
  readonly node: string;
  readonly codeServer: string;
  readonly chromium: string;
}

let found: Installed | { missing: string } | undefined;

/**
 * Why there is no workbench on this machine, for the `skip` of a test; false when there is one. Installs it where it
 * can.
 */
export function whyNoWorkbench(): string | false {
  found ??= JSON.parse(
    execFileSync(process.execPath, [path.join(packageRoot(), 'backend-native/scripts/workbench.mjs')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  ) as Installed | { missing: string };
  return 'missing' in found ? `no VS Code workbench here: ${found.missing}` : false;
}

export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const missing = whyNoWorkbench();
  if (missing !== false || found === undefined || 'missing' in found) throw new Error(String(missing));
  const installed = found;
  fs.mkdirSync(options.logs, { recursive: true });
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'look-once-workbench-'));
  const profile = options.profile ?? path.join(scratch, 'profile');
  const env = environment(scratch, options.env);
  const places = writeProfile(profile, options.settings);
  if (options.vsix !== undefined) {
    execFileSync(
      installed.node,
      [path.join(installed.codeServer, 'out/node/entry.js'), ...places, '--install-extension', options.vsix],
      { env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
  }

  const port = await portOf(profile);
  const log = path.join(options.logs, 'server.log');
  const server = startServer(installed, [...places, ...serverFlags(port, options)], env, log);
  const browser = await whileServerLives(server, log, async () => {
    while (!(await answers(port))) await sleep(100);
    // The browser keeps a part of the workbench's state.
    return chromium.launchPersistentContext(path.join(profile, 'browser'), {
      executablePath: installed.chromium,
      viewport: options.viewport ?? { width: 1400, height: 900 },
      deviceScaleFactor: options.deviceScaleFactor ?? 1,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  const close = async () => {
    await Promise.race([browser.close(), sleep(5000)]);
    await endGroup(server);
    fs.cpSync(path.join(profile, 'data/logs'), path.join(options.logs, 'logs'), { recursive: true, force: true });
    fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const { page, testsEnded } = await openPage(browser, options);
    const ended = whileServerLives(server, log, () => testsEnded);
    // Only a run with tests waits for it.
    ended.catch(() => undefined);
    await page.goto(address(port, options));
    await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 120_000 });
    return { page, testsEnded: ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns the command line that makes the server use the profile */
function writeProfile(profile: string, settings: WorkbenchOptions['settings']): string[] {
  for (const folder of ['data/User', 'data/Machine', 'data/logs', 'extensions'])
    fs.mkdirSync(path.join(profile, folder), { recursive: true });
  fs.writeFileSync(path.join(profile, 'config.yaml'), '');
  fs.writeFileSync(
    path.join(profile, 'data/User/settings.json'),
    JSON.stringify({ ...quietSettings, ...settings }, null, 2),
  );
  // Settings of the scope "machine", such as paths of models, are read from here and nowhere else.
  fs.writeFileSync(path.join(profile, 'data/Machine/settings.json'), JSON.stringify(settings ?? {}, null, 2));
  return [
    '--config',
    path.join(profile, 'config.yaml'),
    '--user-data-dir',
    path.join(profile, 'data'),
    '--extensions-dir',
    path.join(profile, 'extensions'),
  ];
}

/** Nothing that asks, suggests, fetches or covers what is looked at. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.colorTheme': 'Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
};

/** HOME and what else a program writes into lie in a folder of this workbench; nothing of an outer VS Code comes in. */
function environment(scratch: string, more: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  const home = path.join(scratch, 'home');
  const temporary = path.join(scratch, 'tmp');
  for (const folder of [home, temporary]) fs.mkdirSync(folder, { recursive: true });
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:VSCODE_|CODE_SERVER_|NODE_TEST_|PORT$|PASSWORD$|NODE_OPTIONS$)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_RUNTIME_DIR: temporary,
    TMPDIR: temporary,
    EXTENSIONS_GALLERY: '{}',
    ...more,
  };
}

function serverFlags(port: number, options: WorkbenchOptions): string[] {
  return [
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--auth',
    'none',
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--vscode-option',
    'force-disable-user-env',
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    // Without it a built workbench ignores the extension and the tests of the address, and no test ever runs.
    ...(options.development ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

/** A process group of its own, so that ending it ends the extension hosts and what they started. */
function startServer(installed: Installed, args: readonly string[], env: NodeJS.ProcessEnv, log: string): ChildProcess {
  const output = fs.openSync(log, 'a');
  const server = spawn(installed.node, [path.join(installed.codeServer, 'out/node/entry.js'), ...args], {
    cwd: env['HOME'],
    env,
    detached: true,
    stdio: ['ignore', output, output],
  });
  fs.closeSync(output);
  return server;
}

async function whileServerLives<T>(server: ChildProcess, log: string, work: () => Promise<T>): Promise<T> {
  let stop: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    const tell = () => {
      reject(new Error(`The workbench's server ended early:\n${fs.readFileSync(log, 'utf8')}`));
    };
    if (server.exitCode !== null) tell();
    server.once('exit', tell);
    stop = () => server.off('exit', tell);
  });
  try {
    return await Promise.race([work(), ended]);
  } finally {
    stop?.();
  }
}

async function openPage(
  browser: BrowserContext,
  options: WorkbenchOptions,
): Promise<Pick<Workbench, 'page' | 'testsEnded'>> {
  const page = await browser.newPage();
  const console = fs.createWriteStream(path.join(options.logs, 'console.log'), { flags: 'a' });
  page.on('console', (message) => console.write(`[${message.type()}] ${message.text()}\n`));
  page.on('pageerror', (error) => console.write(`[error] ${String(error)}\n`));
  const testsEnded = new Promise<number>((resolve, reject) => {
    page.on('crash', () => {
      reject(new Error('The page of the workbench crashed.'));
    });
    void page.exposeFunction('codeAutomationExit', (code: number) => {
      resolve(code);
    });
  });
  // What the tests write to their console, as they run.
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    console.write(`[${type}] ${format(...args)}\n`);
  });
  return { page, testsEnded };
}

function address(port: number, options: WorkbenchOptions): string {
  const host = `127.0.0.1:${port}`;
  const url = new URL(`http://${host}/`);
  url.searchParams.set(options.workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', options.workspace);
  if (options.development) {
    const remote = (place: string) => `vscode-remote://${host}${place}`;
    url.searchParams.set(
      'payload',
      JSON.stringify([
        ['extensionDevelopmentPath', remote(options.development.extension)],
        ['extensionTestsPath', remote(options.development.tests)],
      ]),
    );
  }
  return url.href;
}

/** A workspace is another one under another port: the port belongs to the profile. */
async function portOf(profile: string): Promise<number> {
  const file = path.join(profile, 'port');
  if (fs.existsSync(file)) return Number(fs.readFileSync(file, 'utf8'));
  const port = await freePort();
  fs.writeFileSync(file, String(port));
  return port;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    http
      .get(`http://127.0.0.1:${port}/healthz`, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      })
      .on('error', () => {
        resolve(false);
      });
  });
}

async function endGroup(server: ChildProcess): Promise<void> {
  const { pid } = server;
  if (pid === undefined) return;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!signalGroup(pid, signal)) return;
    for (let tries = 0; tries < 50; tries++) {
      await sleep(100);
      if (!signalGroup(pid, 0)) return;
    }
  }
}

/** @returns whether there was a process of the group */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
