import type * as vscode from 'vscode';
import { BackendProcess } from '../../backend-native/client/backendProcess.js';

export interface StartOptions {
  readonly serverFile: string;
  readonly log: vscode.LogOutputChannel;
  readonly unresponsiveSeconds: () => number;
}

/** Starts the backend beside the extension host. @throws BackendError as BackendProcess.start does */
export function startProcess({ serverFile, log, unresponsiveSeconds }: StartOptions): Promise<BackendProcess> {
  return BackendProcess.start({
    serverFile,
    // Electron's executable is a Node when it is told so.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    unresponsiveSeconds,
    onLog: (line) => {
      log.info(line);
    },
    connect: async (child) => {
      const { ServerClient } = await import('./serverClient.js');
      return ServerClient.connect(child, log);
    },
  });
}
