/** OpenAI's endpoints for programs of this machine. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { BackendError } from '../../protocol/errors.js';
import { ApiError, asApiError } from './apiError.js';
import { chatCompletions } from './chatCompletions.js';
import { checkCaller } from './guard.js';
import { listModels, oneModel } from './models.js';
import { sendJson, type ServeContext } from './respond.js';

/** Loopback and nothing else: what is asked travels unencrypted. */
const host = '127.0.0.1';
const mostConnections = 64;
/** A request that takes longer to arrive is let go of; an answer may take as long as it does. Milliseconds. */
const longestRequest = 120_000;

/** @returns the server, listening @throws BackendError for a port that cannot be had */
export function listen(context: ServeContext): Promise<{ server: http.Server; port: number }> {
  const server = http.createServer({ requestTimeout: longestRequest }, (request, response) => {
    void respond(context, portOf(server), request, response);
  });
  server.maxConnections = mostConnections;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const { port } = context.command;
      const why = error.code === 'EADDRINUSE' ? 'portTaken' : 'portUnusable';
      reject(new BackendError('invalid_argument', { kind: why, port, why: error.message }));
    });
    server.listen(context.command.port, host, () => {
      resolve({ server, port: portOf(server) });
    });
  });
}

async function respond(
  context: ServeContext,
  port: number,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  try {
    checkCaller(request, port, context.command.token);
    await route(context, request, response);
  } catch (error) {
    const failure = asApiError(error);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    // What is left of a body that was refused is not read.
    const left = request.complete ? {} : { connection: 'close' };
    sendJson(response, failure.status, failure.body, left);
  }
}

/** @throws ApiError for what is not served */
async function route(
  context: ServeContext,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?');
  if (path === '/v1/chat/completions') {
    allow(request, 'POST');
    await chatCompletions(context, request, response);
  } else if (path === '/v1/models') {
    allow(request, 'GET');
    sendJson(response, 200, await listModels(context));
  } else if (path.startsWith('/v1/models/')) {
    allow(request, 'GET');
    sendJson(response, 200, await oneModel(context, path.slice('/v1/models/'.length)));
  } else
    throw new ApiError(
      404,
      'unknown_url',
      `There is no ${path.slice(0, 200)}`,
      'Ask /v1/chat/completions or /v1/models.',
    );
}

function allow({ method }: http.IncomingMessage, allowed: string): void {
  if (method !== allowed)
    throw new ApiError(
      405,
      'method_not_allowed',
      `Expected ${allowed} but received ${method ?? ''}`,
      `Use ${allowed}.`,
    );
}

function portOf(server: http.Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}
