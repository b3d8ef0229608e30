import os from 'node:os';
import * as vscode from 'vscode';
import type { Notices } from '../notices.js';
import { settingsFrom, type CurrentSettings } from './currentSettings.js';
import {
  checkSetting,
  nearestSetting,
  nullableSettings,
  restrictedSettings,
  schemaOf,
  wordForNull,
  type Expectation,
  type SettingsSchema,
} from './schema.js';
import { absolutePath } from './userPath.js';

export type { CurrentSettings } from './currentSettings.js';

const section = 'lookOnce';
const problemsNotice = 'settings.problems';

/**
 * The settings of VS Code, read again whenever one changes. What is wrong with a value is a notice and a line of the
 * log.
 */
export class Settings implements vscode.Disposable {
  private readonly schema: SettingsSchema;
  /** Those that a workspace may only set once it is trusted. */
  readonly restricted: ReadonlySet<string>;
  private readonly changed = new vscode.EventEmitter<CurrentSettings>();
  private readonly subscriptions: vscode.Disposable[];
  /** Hears the settings as they are now. */
  readonly onDidChange = this.changed.event;
  private now: CurrentSettings;

  /**
   * @param manifest our package.json, which declares the settings
   * @param cacheFolder where the backend may keep what it looked at
   */
  constructor(
    manifest: unknown,
    private readonly cacheFolder: string,
    private readonly notices: Notices,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.schema = schemaOf(manifest);
    this.restricted = restrictedSettings(manifest);
    this.now = this.read();
    this.subscriptions = [
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(section)) this.readAgain();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.readAgain();
      }),
    ];
  }

  get current(): CurrentSettings {
    return this.now;
  }

  /**
   * Writes settings where they are set now: into the workspace when it has a value of its own, else for the user.
   * Undefined removes the value.
   */
  async write(values: Readonly<Record<string, unknown>>): Promise<void> {
    const configuration = vscode.workspace.getConfiguration();
    const inWorkspace =
      vscode.workspace.isTrusted &&
      Object.keys(values).some((name) => configuration.inspect(name)?.workspaceValue !== undefined);
    const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    for (const [name, value] of Object.entries(values)) await configuration.update(name, value, target);
  }

  /**
   * Takes out the word for an empty box where the user wrote it for an earlier version: the settings editor shows a box
   * for numbers only. In a workspace nothing would let the user's own number count, so null stands there.
   */
  async migrate(): Promise<void> {
    const configuration = vscode.workspace.getConfiguration();
    for (const name of nullableSettings(this.schema)) {
      const found = configuration.inspect(name);
      if (found?.globalValue === wordForNull)
        await configuration.update(name, undefined, vscode.ConfigurationTarget.Global);
      if (found?.workspaceValue === wordForNull)
        await configuration.update(name, null, vscode.ConfigurationTarget.Workspace);
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private readAgain(): void {
    this.now = this.read();
    this.changed.fire(this.now);
  }

  private read(): CurrentSettings {
    const configuration = vscode.workspace.getConfiguration();
    const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
    const problems = this.unknownSettings();
    const readSetting = (name: string): unknown => {
      const schema = this.schema.get(name);
      if (!schema) throw new RangeError(`Expected ${name} to be declared in package.json`);
      const given = this.allowed(configuration, name);
      const { value, expected } = checkSetting(schema, given);
      if (expected)
        problems.push(
          vscode.l10n.t(
            '{0} has the value {1}, but needs {2}: {3} is used.',
            name,
            short(given),
            expectation(expected),
            short(value),
          ),
        );
      return value;
    };
    const current = settingsFrom(readSetting, (path) => absolutePath(path, os.homedir(), folder), this.cacheFolder);
    const { imageMinTokens, imageMaxTokens } = { imageMinTokens: 0, imageMaxTokens: 0, ...current.load.engine };
    const crossed = imageMaxTokens > 0 && imageMinTokens > imageMaxTokens;
    if (crossed) {
      problems.push(
        vscode.l10n.t(
          '{0} is {1}, more than {2} allows: {3} is used.',
          'lookOnce.model.imageMinTokens',
          imageMinTokens,
          'lookOnce.model.imageMaxTokens',
          imageMaxTokens,
        ),
      );
    }
    this.tell(problems);
    return crossed
      ? { ...current, load: { ...current.load, engine: { ...current.load.engine, imageMinTokens: imageMaxTokens } } }
      : current;
  }

  /** VS Code withholds restricted values of workspaces that are not trusted; this does not rely on it. */
  private allowed(configuration: vscode.WorkspaceConfiguration, name: string): unknown {
    if (vscode.workspace.isTrusted || !this.restricted.has(name)) return configuration.get(name);
    const found = configuration.inspect(name);
    return found?.globalValue ?? found?.defaultValue;
  }

  private unknownSettings(): string[] {
    return namesIn(vscode.workspace.getConfiguration(section), section)
      .filter((name) => ![...this.schema.keys()].some((known) => known === name || name.startsWith(`${known}.`)))
      .map((name) => {
        const nearest = nearestSetting(this.schema, name);
        return nearest === undefined
          ? vscode.l10n.t('{0} is no setting of Look Once and has no effect.', name)
          : vscode.l10n.t('{0} is no setting of Look Once and has no effect; did you mean {1}?', name, nearest);
      });
  }

  private tell(problems: readonly string[]): void {
    for (const problem of problems) this.log.warn(problem);
    if (problems.length === 0) {
      this.notices.dismiss(problemsNotice);
      return;
    }
    this.notices.show({
      id: problemsNotice,
      severity: 'warning',
      message: problems.join('\n'),
      actions: [{ label: vscode.l10n.t('Open Settings'), action: 'openSettings' }],
    });
  }
}

function expectation(expected: Expectation): string {
  switch (expected.kind) {
    case 'boolean':
      return vscode.l10n.t('true or false');
    case 'string':
      return vscode.l10n.t('a text');
    case 'strings':
      return vscode.l10n.t('a list of texts');
    case 'enum':
      return vscode.l10n.t('one of {0}', expected.values.join(', '));
    case 'range': {
      const { empty, integer, minimum, maximum } = expected;
      const [from, to] = [minimum ?? '−∞', maximum ?? '∞'];
      if (empty) return vscode.l10n.t('a number from {0} to {1}, or nothing', from, to);
      return integer
        ? vscode.l10n.t('a whole number from {0} to {1}', from, to)
        : vscode.l10n.t('a number from {0} to {1}', from, to);
    }
  }
}

/** The whole names of all values below a section, those that nobody declared included. */
function namesIn(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [name];
  return Object.entries(value)
    .filter(([, item]) => typeof item !== 'function')
    .flatMap(([key, item]) => namesIn(item, `${name}.${key}`));
}

function short(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? String(value) : text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
