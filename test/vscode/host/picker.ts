import * as vscode from 'vscode';
import { until } from './until.js';

export interface OpenPicker {
  readonly box: vscode.QuickPick<vscode.QuickPickItem>;
  labels(): string[];
  /** Selects all items and accepts. */
  acceptAll(): Promise<void>;
}

const settleMs = 300;

/**
 * Opens the picker of the workspace's images and waits until it has found all.
 * @param command that opens it
 */
export async function openPicker(
  seconds = 60,
  command = 'lookOnce.askAboutWorkspaceScreenshots',
  ...args: readonly unknown[]
): Promise<OpenPicker> {
  const { createQuickPick } = vscode.window;
  let opened: vscode.QuickPick<vscode.QuickPickItem> | undefined;
  // An extension's quick pick can be seen by nobody else: this is how the test gets to it.
  const watched = <T extends vscode.QuickPickItem>() => {
    const box = createQuickPick<T>();
    opened = box;
    return box;
  };
  Object.defineProperty(vscode.window, 'createQuickPick', { value: watched, configurable: true, writable: true });
  try {
    void vscode.commands.executeCommand(command, ...args);
    const box = await until('the picker', () => opened);
    await until('the picker to find all', () => !box.busy && box.items.length > 0, seconds);
    return {
      box,
      labels: () => box.items.map(({ label }) => label.replace(/\$\([\w-]+\)\s*/g, '')),
      acceptAll: async () => {
        // The workbench tells its own selection, which is none, a moment after the last items have come.
        await until('the selection to stay', async () => {
          box.selectedItems = box.items;
          await new Promise((resolve) => setTimeout(resolve, settleMs));
          return box.selectedItems.length === box.items.length;
        });
        await vscode.commands.executeCommand('quickInput.accept');
      },
    };
  } finally {
    Object.defineProperty(vscode.window, 'createQuickPick', {
      value: createQuickPick,
      configurable: true,
      writable: true,
    });
  }
}
