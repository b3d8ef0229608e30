import type * as vscode from 'vscode';

export interface RecordedLog {
  readonly channel: vscode.LogOutputChannel;
  readonly lines: string[];
}

/** A log channel that keeps what it is told. */
export function recordedLog(): RecordedLog {
  const lines: string[] = [];
  const write = (...parts: unknown[]) => {
    lines.push(parts.map(String).join(' '));
  };
  const channel = {
    name: 'test',
    logLevel: 3,
    error: write,
    warn: write,
    info: write,
    debug: write,
    trace: write,
    append: write,
    appendLine: write,
    show: write,
    dispose: write,
    onDidChangeLogLevel: () => ({ dispose: write }),
  };
  return { channel: channel as unknown as vscode.LogOutputChannel, lines };
}
