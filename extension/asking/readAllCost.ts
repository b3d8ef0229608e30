/** What reading all of a turn's documents in parts would take, told before it is begun. */
import * as vscode from 'vscode';
import type { PanelRequests } from '../../webview/protocol/messages.js';
import type { Backend } from '../backend/backend.js';
import { lastAnswer, type Answer } from '../conversation/conversation.js';
import type { Conversations } from '../conversation/conversations.js';
import type { Settings } from '../settings/settings.js';
import { askParams } from './turnParams.js';
import { userError } from '../userError.js';

export interface ReadAllServices {
  readonly backend: Pick<Backend, 'ensureLoaded' | 'request'>;
  readonly conversations: Pick<Conversations, 'open'>;
  readonly settings: Pick<Settings, 'current'>;
}

/** @throws BackendError when there is no such turn, or its documents cannot be read */
export async function readAllCost(
  { backend, conversations, settings }: ReadAllServices,
  turnId: string,
): Promise<PanelRequests['readAllCost']['result']> {
  const conversation = conversations.open;
  const turn = conversation.turns.find(({ id }) => id === turnId);
  if (!turn)
    throw userError(
      'invalid_argument',
      vscode.l10n.t('There is no such question in the open conversation (any more).'),
      vscode.l10n.t('Ask again.'),
    );
  if (!(await backend.ensureLoaded())) return null;
  const params = askParams(conversation, turn, settings.current.kv.ratio, settings.current);
  const plan = await backend.request('lookOnce/readAllPlan', params);
  return plan && { parts: plan.parts, tokens: plan.tokens, seconds: secondsFor(plan, lastAnswer(turn)?.result) };
}

/** Each question is answered about as long as this one was. */
function secondsFor(
  { tokens, questions }: { readonly tokens: number; readonly questions: number },
  result: Answer['result'],
): number | null {
  const read = (result?.prompt.tokens ?? 0) - (result?.prompt.restoredTokens ?? 0);
  if (!result || read <= 0 || result.ms.prefill <= 0) return null;
  return (tokens * (result.ms.prefill / read) + questions * result.ms.decode) / 1000;
}
