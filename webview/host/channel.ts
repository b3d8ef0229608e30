import type { BackendErrorData } from '../../backend-native/protocol/errors.js';
import type { PanelMethod, PanelRequests, PanelResponse } from '../protocol/messages.js';

/** What the extension answered instead of a result. */
export class RequestError extends Error {
  /** @param data code, message and next step as the extension gave them */
  constructor(readonly data: BackendErrorData) {
    super(data.message);
    this.name = 'RequestError';
  }
}

/** Requests to the extension, each with a promise that its response settles. Responses may come in any order. */
export class HostChannel {
  private lastId = 0;
  private readonly waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: RequestError) => void }
  >();

  constructor(private readonly post: (message: unknown) => void) {}

  request<M extends PanelMethod>(method: M, params: PanelRequests[M]['params']): Promise<PanelRequests[M]['result']> {
    const id = ++this.lastId;
    const response = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
    this.post({ type: 'request', id, method, params });
    return response as Promise<PanelRequests[M]['result']>;
  }

  /** @returns false when no request has the response's id: it was settled before, or never sent from here */
  receive(response: PanelResponse): boolean {
    const request = this.waiting.get(response.id);
    if (!request) return false;
    this.waiting.delete(response.id);
    if (response.ok) request.resolve(response.result);
    else request.reject(new RequestError(response.error));
    return true;
  }
}
