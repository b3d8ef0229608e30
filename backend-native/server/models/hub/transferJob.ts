/** What the transfer of one file is given, and what it tells. */
import type { HubFile } from '../../../protocol/hub.js';
import type { HubAccess } from './hubAccess.js';

export type TransferEvent =
  | { readonly kind: 'shared' | 'fetching' | 'verifying'; readonly doneBytes: number }
  | { readonly kind: 'waiting'; readonly ms: number };

export interface Transfer {
  readonly access: HubAccess;
  readonly address: string;
  readonly file: HubFile;
  /** The name that the whole file gets. */
  readonly target: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: TransferEvent) => void;
}
