import { l10n, workspace } from 'vscode';
import type { ModelView, PanelState, TurnView } from '../../webview/protocol/state.js';
import { comparedRatio, type Asking } from '../asking/asking.js';
import { modelName } from '../asking/turnParams.js';
import { viewOf } from '../attachments/attachment.js';
import type { Draft } from '../attachments/draft.js';
import type { Backend } from '../backend/backend.js';
import type { Turn } from '../conversation/conversation.js';
import type { Conversations } from '../conversation/conversations.js';
import type { Notices } from '../notices.js';
import type { Settings } from '../settings/settings.js';

export interface StateServices {
  readonly backend: Pick<Backend, 'view' | 'model' | 'needsLoad'>;
  readonly conversations: Pick<Conversations, 'open' | 'summaries'>;
  readonly draft: Pick<Draft, 'view'>;
  readonly asking: Pick<Asking, 'ratio'>;
  readonly settings: Pick<Settings, 'current'>;
  readonly notices: Pick<Notices, 'current'>;
}

/** Everything that the panel shows, but for the running answer. */
export function panelState({ backend, conversations, draft, asking, settings, notices }: StateServices): PanelState {
  const { id, title, turns } = conversations.open;
  const { ratio, method, minPromptTokens } = settings.current.kv;
  return {
    backend: backend.view,
    model: modelView(backend, settings),
    conversation: { id, title, turns: turns.map(turnView) },
    conversations: conversations.summaries,
    draft: draft.view,
    kv: {
      ratio: asking.ratio,
      settingRatio: ratio,
      method,
      minPromptTokens,
      comparedRatio: comparedRatio(asking.ratio),
    },
    notices: notices.current,
    trusted: workspace.isTrusted,
  };
}

/** The loaded model, or the one that the next question loads. */
function modelView(backend: StateServices['backend'], settings: StateServices['settings']): ModelView {
  const { modelPath } = settings.current.load;
  const embedded = modelPath === undefined;
  const loaded = backend.needsLoad ? undefined : backend.model;
  return {
    name: embedded ? l10n.t('Embedded model') : modelName(modelPath),
    embedded,
    vision: loaded?.vision ?? (embedded || settings.current.load.mmprojPath !== undefined),
    device: loaded?.devices.join(' + ') ?? '',
  };
}

function turnView({ id, question, attachments, answers }: Turn): TurnView {
  return { id, question, attachments: attachments.map((attachment) => viewOf(attachment)), answers };
}
