/**
 * Stands in for VS Code in tests that run without it: what our code uses, as plainly as it can be done. Everything else
 * is an empty class, because vscode-languageclient extends many that the tests never touch.
 */
'use strict';

class Disposable {
  constructor(end) {
    this.end = end;
  }

  static from(...parts) {
    return new Disposable(() => {
      for (const part of parts) part.dispose();
    });
  }

  dispose() {
    this.end?.();
  }
}

class EventEmitter {
  listeners = new Set();
  event = (listener) => {
    this.listeners.add(listener);
    return new Disposable(() => {
      this.listeners.delete(listener);
    });
  };

  fire(value) {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose() {
    this.listeners.clear();
  }
}

class CancellationTokenSource {
  cancelled = new EventEmitter();
  token = { isCancellationRequested: false, onCancellationRequested: this.cancelled.event };

  cancel() {
    this.token.isCancellationRequested = true;
    this.cancelled.fire();
  }

  dispose() {
    this.cancelled.dispose();
  }
}

/** An address that is told by its parts, as they are. */
class Uri {
  /** Paths of Windows as VS Code has them: /C:/a in an address, C:\a in the file system. */
  static from({ scheme, path: given }) {
    const isDrive = process.platform === 'win32' && /^\/?[a-z]:/i.test(given);
    const path = isDrive ? `/${given.replaceAll('\\', '/').replace(/^\//, '')}` : given;
    return Object.assign(new Uri(), { scheme, path, fsPath: isDrive ? path.slice(1).replaceAll('/', '\\') : path });
  }

  static file(path) {
    return Uri.from({ scheme: 'file', path });
  }

  static parse(text) {
    const [scheme, path] = text.split(/:\/\/(.*)/s);
    return Uri.from({ scheme, path });
  }

  static joinPath({ scheme, path }, ...parts) {
    return Uri.from({ scheme, path: [path, ...parts].join('/') });
  }

  toString() {
    return `${this.scheme}://${this.path}`;
  }
}

/** What a tab shows: a file, in whichever editor. */
class TabInput {
  constructor(uri) {
    this.uri = uri;
  }
}

/**
 * A part of the API in which every other event never happens and every other function does nothing. It has no `then`:
 * who awaits it would wait for ever.
 */
function area(known) {
  const never = () => new Disposable();
  const missing = (name) => (/^on[A-Z]/.test(String(name)) ? never : () => undefined);
  return new Proxy(known, {
    get: (target, name) => target[name] ?? (name === 'then' ? undefined : missing(name)),
    has: () => true,
  });
}

const known = {
  Disposable,
  EventEmitter,
  CancellationTokenSource,
  Uri,
  Location: class {},
  TabInputText: class extends TabInput {},
  TabInputCustom: class extends TabInput {},
  TabInputNotebook: class extends TabInput {},
  FileSystemError: class extends Error {},
  FileType: { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 },
  version: '1.106.0',
  LogLevel: { Off: 0, Trace: 1, Debug: 2, Info: 3, Warning: 4, Error: 5 },
  ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
  UIKind: { Desktop: 1, Web: 2 },
  StatusBarAlignment: { Left: 1, Right: 2 },
  RelativePattern: class {},
  ThemeIcon: class {},
  QuickPickItemKind: { Separator: -1, Default: 0 },
  ConfigurationTarget: { Global: 1, Workspace: 2, WorkspaceFolder: 3 },
  l10n: { t: (message, ...args) => message.replace(/\{(\d+)\}/g, (_, index) => String(args[Number(index)])) },
  env: { language: 'en', appName: 'test', uiKind: 1 },
  workspace: area({
    isTrusted: true,
    workspaceFolders: [],
    textDocuments: [],
    notebookDocuments: [],
    getConfiguration: () => ({ get: (_, fallback) => fallback, inspect: () => undefined }),
  }),
  window: area({ visibleTextEditors: [], tabGroups: area({ all: [], activeTabGroup: {} }) }),
  commands: area({}),
  lm: area({ registerTool: () => new Disposable() }),
  chat: area({ createChatParticipant: () => new Disposable() }),
  languages: area({}),
};

module.exports = new Proxy(known, {
  // The helpers of compiled modules copy the names that they find, and there are none to find.
  get: (target, name) => (name === '__esModule' ? true : (target[name] ??= class {})),
});
