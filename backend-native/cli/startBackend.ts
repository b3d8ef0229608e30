/** Starts the backend for the command line and for tests: over plain JSON-RPC, without VS Code's language client. */
import path from 'node:path';
import { IPCMessageReader, IPCMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import { BackendProcess } from '../client/backendProcess.js';
import { protocolVersion } from '../protocol/methods.js';
import { packageRoot } from '../server/transport/packageRoot.js';
import { JsonRpcConnection } from './jsonRpcConnection.js';

export interface StartOptions {
  /** The server's bundle; the package's own when it is left out. */
  readonly serverFile?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onLog?: (line: string) => void;
  /** For tests of the handshake. */
  readonly protocolVersion?: number;
}

/** @throws BackendError when the process does not come up or speaks another version of the protocol */
export function startBackend(options: StartOptions = {}): Promise<BackendProcess> {
  return BackendProcess.start({
    serverFile: options.serverFile ?? path.join(packageRoot(), 'dist', 'server.cjs'),
    ...(options.env && { env: options.env }),
    onLog: options.onLog ?? nobodyListens,
    connect: (child, hear) =>
      JsonRpcConnection.connect(
        createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child)),
        { protocolVersion: options.protocolVersion ?? protocolVersion },
        hear,
      ),
  });
}

function nobodyListens(): void {
  return undefined;
}
