import type { BackendClient } from '../backendClient.js';
import type { LoadedModel } from '../loadedModel.js';
import type { McpCommand } from './mcpArguments.js';
import type { Roots } from '../../client/roots.js';

/** What all calls of one server share. */
export interface SharedContext {
  readonly client: Pick<BackendClient, 'request'>;
  readonly command: Pick<McpCommand, 'kvRatio' | 'load'>;
  readonly model: LoadedModel;
}

/** Thrown by a call that was cancelled: its answer is awaited by nobody, and not sent. */
export class Cancelled extends Error {
  constructor() {
    super('The call was cancelled');
    this.name = 'Cancelled';
  }
}

export interface ToolContext {
  readonly shared: SharedContext;
  readonly roots: Roots;
  readonly signal: AbortSignal;
  /** @param done from 0 to 1 */
  readonly progress: (done: number, message: string) => void;
}
