import os from 'node:os';
import * as vscode from 'vscode';
import type { BackendInfo } from '../backend-native/protocol/model.js';
import { asBackendError } from '../backend-native/protocol/errors.js';
import type { Backend } from './backend/backend.js';

export interface DiagnosticServices {
  readonly context: Pick<vscode.ExtensionContext, 'extension'>;
  readonly backend: Pick<Backend, 'request'>;
}

const infoScheme = 'look-once-info';

/** What goes into a report: facts about the program and the machine, nothing of what was asked or attached. */
export interface DiagnosticFacts {
  readonly extension: string;
  readonly vscode: string;
  readonly platform: string;
  readonly node: string;
  readonly remote: string;
  readonly trusted: boolean;
  readonly memory: string;
  /** Or why there is none. */
  readonly backend: BackendInfo | string;
  /** Settings that are not the default. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly log: readonly string[];
}

/** Puts a report for an issue onto the clipboard. */
export async function copyDiagnostics(services: DiagnosticServices, recentLog: readonly string[]): Promise<void> {
  await vscode.env.clipboard.writeText(diagnosticsText(await factsOf(services, recentLog), os.homedir()));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Diagnostics copied'), 3000);
}

/** Shows what the backend is and which devices it sees, in an editor that cannot be edited. */
export async function showBackendInfo({ backend }: Pick<DiagnosticServices, 'backend'>): Promise<void> {
  const info = await backend.request('lookOnce/info', undefined);
  const shown = vscode.workspace.registerTextDocumentContentProvider(infoScheme, {
    provideTextDocumentContent: () => `${JSON.stringify(info, null, 2)}\n`,
  });
  try {
    // Another address every time: VS Code asks for the content of each only once.
    const uri = vscode.Uri.from({
      scheme: infoScheme,
      path: `/${vscode.l10n.t('Look Once Backend')}.json`,
      query: String(Date.now()),
    });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  } finally {
    shown.dispose();
  }
}

/** @param home is shortened to ~ wherever it appears */
export function diagnosticsText(facts: DiagnosticFacts, home: string): string {
  const { settings, log, backend, ...program } = facts;
  const lines = [
    '### Look Once',
    ...Object.entries(program).map(([name, value]) => `- ${name}: ${String(value)}`),
    '',
    '### Backend',
    '```json',
    typeof backend === 'string' ? backend : JSON.stringify(backend, null, 2),
    '```',
    '',
    '### Settings',
    '```json',
    JSON.stringify(settings, null, 2),
    '```',
    '',
    '### Log',
    '```',
    ...log,
    '```',
  ];
  return lines.map((line) => withoutHome(line, home)).join('\n');
}

async function factsOf({ context, backend }: DiagnosticServices, log: readonly string[]): Promise<DiagnosticFacts> {
  return {
    extension: String((context.extension.packageJSON as { version: unknown }).version),
    vscode: `${vscode.version} (${vscode.env.appName})`,
    platform: `${os.platform()} ${os.release()} ${os.arch()}, ${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}`,
    node: process.version,
    remote: vscode.env.remoteName ?? 'none',
    trusted: vscode.workspace.isTrusted,
    memory: `${(os.freemem() / 2 ** 30).toFixed(1)} of ${(os.totalmem() / 2 ** 30).toFixed(1)} GB free`,
    backend: await backend.request('lookOnce/info', undefined).catch((error: unknown) => {
      // English, as all of this: it is for those who mend it.
      const { code, message } = asBackendError(error);
      return `${code}: ${message}`;
    }),
    settings: changedSettings(),
    log,
  };
}

/** The system prompt is the user's own words, and only its length is told. */
function changedSettings(): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration('lookOnce');
  const changed: Record<string, unknown> = {};
  for (const section of ['kv', 'model', 'generation', 'documents', 'backend', 'cache']) {
    for (const name of Object.keys(configuration.get<Record<string, unknown>>(section, {}))) {
      const found = configuration.inspect(`${section}.${name}`);
      const value: unknown = configuration.get(`${section}.${name}`);
      if (JSON.stringify(value) === JSON.stringify(found?.defaultValue)) continue;
      changed[`${section}.${name}`] = name === 'systemPrompt' ? `${String(value).length} characters` : value;
    }
  }
  return changed;
}

/** Inside of JSON the home folder of Windows has its backslashes doubled. */
function withoutHome(line: string, home: string): string {
  if (home.length <= 1) return line;
  return [home, JSON.stringify(home).slice(1, -1)].reduce((text, form) => text.split(form).join('~'), line);
}
