import * as vscode from 'vscode';

const linesKept = 200;

export interface Log {
  readonly channel: vscode.LogOutputChannel;
  /** The last lines that were logged, the newest last: VS Code does not give back what a channel holds. */
  readonly recent: () => readonly string[];
}

/** The output channel "Look Once", which remembers its last lines for the diagnostics. */
export function createLog(): Log {
  const channel = vscode.window.createOutputChannel('Look Once', { log: true });
  const lines: string[] = [];
  const remembering = (level: 'error' | 'warn' | 'info' | 'debug') => ({
    value: (message: string | Error, ...args: unknown[]) => {
      if (message instanceof Error && level === 'error') channel.error(message, ...args);
      else channel[level](String(message), ...args);
      lines.push([`[${level}]`, ...[message, ...args].map(String)].join(' '));
      if (lines.length > linesKept) lines.shift();
    },
  });
  const remembered = Object.create(channel, {
    error: remembering('error'),
    warn: remembering('warn'),
    info: remembering('info'),
    debug: remembering('debug'),
  }) as vscode.LogOutputChannel;
  return { channel: remembered, recent: () => [...lines] };
}
