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
  const levels = ['error', 'warn', 'info', 'debug'] as const;
  for (const level of levels) {
    const write = channel[level].bind(channel) as (message: string | Error, ...args: unknown[]) => void;
    channel[level] = (message: string | Error, ...args: unknown[]) => {
      write(message, ...args);
      lines.push([`[${level}]`, ...[message, ...args].map(String)].join(' '));
      if (lines.length > linesKept) lines.shift();
    };
  }
  return { channel, recent: () => [...lines] };
}
