/** Puts the method table onto a JSON-RPC connection: life cycle, cancelling, partial results, errors. */
import { ErrorCodes, ResponseError, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc/node';
import { asBackendError, type BackendErrorData } from '../../protocol/errors.js';
import type { Method } from '../../protocol/methods.js';
import type { Backend } from './backend.js';
import type { Call } from './handlers.js';

/** The number that JSON-RPC wants; the code that means something is in the data. */
const applicationError = -32000;

/**
 * @param onExit is called when the client says exit, with whether it said shutdown before
 */
export function serve(connection: MessageConnection, backend: Backend, onExit: (orderly: boolean) => void): void {
  let initialized = false;
  let shutDown = false;

  function register(method: Method): void {
    connection.onRequest(method, async (...args: unknown[]) => {
      // A request without params has the token as its only argument.
      const token = args.at(-1) as CancellationToken;
      const params = args.length > 1 ? args[0] : undefined;
      if (!initialized && method !== 'initialize') {
        return new ResponseError(ErrorCodes.ServerNotInitialized, `Expected initialize before ${method}`);
      }
      if (shutDown)
        return new ResponseError(ErrorCodes.InvalidRequest, `Expected exit after shutdown but received ${method}`);
      const call = { signal: abortedWith(token), progress: partialResults(params) };
      try {
        const result = await handle(method, params, call);
        if (method === 'initialize') initialized = true;
        if (method === 'shutdown') shutDown = true;
        return result;
      } catch (error) {
        const { data } = asBackendError(error);
        return new ResponseError<BackendErrorData>(applicationError, data.message, data);
      }
    });
  }

  function handle(method: Method, params: unknown, call: Call<Method>): Promise<unknown> {
    // The client's word for the type of its params: handlers check what they use.
    const handler = backend.handlers[method] as (params: unknown, call: Call<Method>) => Promise<unknown>;
    return handler(params, call);
  }

  function partialResults(params: unknown): (value: unknown) => void {
    const token = (params as { partialResultToken?: string | number } | null | undefined)?.partialResultToken;
    if (token === undefined) return () => undefined;
    return (value) => {
      connection.sendNotification('$/progress', { token, value }).catch(clientIsGone);
    };
  }

  for (const method of Object.keys(backend.handlers) as Method[]) register(method);
  connection.onNotification('initialized', () => undefined);
  connection.onNotification('exit', () => {
    onExit(shutDown);
  });
}

/** A notification that no one is left to hear; the process ends when it learns that its client is gone. */
export function clientIsGone(): void {
  return undefined;
}

function abortedWith(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}
