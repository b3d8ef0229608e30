/**
 * A client that starts a server, has it generate, tells its pid in the middle of that and dies without a word to it.
 * Its argument is the protocol's version.
 */
'use strict';
const { fork } = require('node:child_process');
const path = require('node:path');

const server = fork(path.join(__dirname, '../../../dist/server.cjs'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
const requests = [
  ['initialize', { initializationOptions: { protocolVersion: Number(process.argv[2]) } }],
  ['lookOnce/load', {}],
  ['lookOnce/ask', { question: 'Go on and on', sampling: { maxTokens: 4000, ignoreEnd: true }, partialResultToken: 1 }],
];
let id = 0;

function next() {
  const [method, params] = requests[id] ?? [];
  if (method) server.send({ jsonrpc: '2.0', id: (id += 1), method, params });
}

server.on('message', (message) => {
  if (message.error) {
    server.kill();
    throw new Error(message.error.message);
  }
  if (message.id !== undefined) next();
  if (message.method === '$/progress' && message.params.value.phase === 'answer') {
    process.send({ pid: server.pid }, () => process.kill(process.pid, 'SIGKILL'));
  }
});
next();
