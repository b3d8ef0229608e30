/**
 * A client that starts a server, tells its pid and dies without a word to it. Its argument is the protocol's version.
 */
'use strict';
const { fork } = require('node:child_process');
const path = require('node:path');

const server = fork(path.join(__dirname, '../../../dist/server.cjs'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
server.once('message', ({ error }) => {
  if (error) throw new Error(error.message);
  process.send({ pid: server.pid }, () => process.kill(process.pid, 'SIGKILL'));
});
const protocolVersion = Number(process.argv[2]);
server.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { initializationOptions: { protocolVersion } } });
