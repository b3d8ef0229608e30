/** The extension, as the panel's elements see it. */
import type { PanelMethod, PanelRequests } from '../protocol/messages.js';
import { HostChannel, RequestError } from './channel.js';

/** What survives when the panel is hidden, moved or reloaded. All else comes from the extension. */
export interface KeptState {
  readonly question: string;
  readonly compare: boolean;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();
export const channel = new HostChannel((message) => {
  api.postMessage(message);
});

/** Rejects with a RequestError that holds code, message and next step. */
export function request<M extends PanelMethod>(
  method: M,
  params: PanelRequests[M]['params'],
): Promise<PanelRequests[M]['result']> {
  return channel.request(method, params);
}

/** Asks for something that has no result; a refusal is shown above the question. */
export function send<M extends PanelMethod>(method: M, params: PanelRequests[M]['params']): void {
  request(method, params).catch(showFailure);
}

/** Tells the panel of a refusal, which shows it until it is dismissed. */
export function showFailure(error: unknown): void {
  if (!(error instanceof RequestError)) throw error;
  failures.dispatchEvent(new CustomEvent('failure', { detail: error.data }));
}

/** Dispatches 'failure' with the BackendErrorData of a refused request. */
export const failures = new EventTarget();

export function keptState(): KeptState {
  const state = api.getState() as Partial<Record<keyof KeptState, unknown>> | null | undefined;
  return { question: typeof state?.question === 'string' ? state.question : '', compare: state?.compare === true };
}

export function keepState(change: Partial<KeptState>): void {
  api.setState({ ...keptState(), ...change });
}
