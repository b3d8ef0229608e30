/** What answers a request of the protocol: a function for each method. */
import type { Method, Requests } from '../../protocol/methods.js';

/** What a request brings along. */
export interface Call<M extends Method> {
  readonly signal: AbortSignal;
  /** Sends a partial result to the client, if it asked for them. */
  readonly progress: (value: Requests[M]['progress']) => void;
}

export type Handlers = {
  readonly [M in Method]: (params: Requests[M]['params'], call: Call<M>) => Promise<Requests[M]['result']>;
};
