/** The backend process: started by a client with child_process.fork, spoken to over Node IPC. */
import { IPCMessageReader, IPCMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import type { LogMessageParams } from '../../protocol/lifecycle.js';
import { createBackend } from './backend.js';
import { clientIsGone, serve } from './connection.js';
import { loadNative } from './native.js';
import type { NativeAddon } from './nativeAddon.js';

const logTypes = { error: 1, warn: 2, info: 3 } as const;

if (!process.send) {
  process.stderr.write('error: the backend is started by a client; use `npm run ask` or the extension\n');
  process.exit(2);
}

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

// What is kept on disk is derived from the user's screenshots: nobody else may read it.
process.umask(0o077);

let addon: NativeAddon | undefined;
const backend = createBackend(
  () => (addon ??= loadNative()),
  (level, text) => {
    const params: LogMessageParams = { type: logTypes[level], message: text };
    connection.sendNotification('window/logMessage', params).catch(clientIsGone);
  },
);

serve(connection, backend, (orderly) => {
  end(orderly ? 0 : 1);
});
// A client that is gone needs no answer, and native work that is under way must not be waited for: an exit in order
// would join its threads.
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
// Ctrl+C in a terminal reaches the whole process group; the client decides what it means.
process.on('SIGINT', () => undefined);
connection.listen();

function end(status: number): void {
  backend.cancel();
  process.exit(status);
}
