/** What the tests inside the extension host see of the extension, beside its commands. Nobody else is given it. */
import type { PanelResponse } from '../webview/protocol/messages.js';
import type { PanelState, RunningView } from '../webview/protocol/state.js';
import type { Asking } from './asking/asking.js';
import type { Panel } from './panel/panel.js';
import { panelState, type StateServices } from './panel/panelState.js';

export interface TestServices extends StateServices {
  readonly asking: Pick<Asking, 'ratio' | 'running'>;
  readonly panel: Pick<Panel, 'respondTo'>;
}

export interface TestApi {
  /** What `activate` itself took. */
  readonly activationMs: number;
  /** Replies to a message as if a panel had sent it. */
  respondTo(message: unknown): Promise<PanelResponse | undefined>;
  /** What a panel would be shown now. */
  state(): PanelState;
  running(): RunningView | null;
}

export function createTestApi(services: TestServices, activationMs: number): TestApi {
  return {
    activationMs,
    respondTo: (message) => services.panel.respondTo(message),
    state: () => panelState(services),
    running: () => services.asking.running,
  };
}
