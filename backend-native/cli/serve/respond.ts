import type http from 'node:http';
import type { BackendClient } from '../backendClient.js';
import type { LoadedModel } from '../loadedModel.js';
import type { ServeCommand } from './serveArguments.js';

/** What all requests of one server share. */
export interface ServeContext {
  readonly client: Pick<BackendClient, 'request'>;
  readonly command: ServeCommand;
  readonly model: LoadedModel;
}

export function sendJson(
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers: http.OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(JSON.stringify(body));
}
