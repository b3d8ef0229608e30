/** The command Set KV Ratio…: what each ratio would cost the open conversation, and the setting that is written. */
import * as vscode from 'vscode';
import type { KvRatio } from '../../backend-native/protocol/kv.js';
import { heldTokens, lastAnswer, type Conversation } from '../conversation/conversation.js';
import type { Settings } from './settings.js';

export interface RatioServices {
  readonly settings: Pick<Settings, 'current' | 'write'>;
  readonly conversations: { readonly open: Pick<Conversation, 'turns'> };
  readonly asking: { readonly ratio: KvRatio; setRatio(ratio: KvRatio | null): void };
}

const offered = [1, 0.5, 0.3, 0.2, 0.1, 0.05] as const;
const smallest = 0.01;
const settingName = 'lookOnce.kv.ratio';

interface RatioItem extends vscode.QuickPickItem {
  /** Null for auto; missing for a number to be typed. */
  readonly ratio?: number | null;
}

/** Writes the setting. What was chosen in the panel is let go of, so that what was chosen last is what counts. */
export async function chooseKvRatio(services: RatioServices): Promise<void> {
  const { settings, asking, conversations } = services;
  const set = settings.current.kv.ratio;
  const bytes = bytesOf(conversations.open);
  const chosen = await vscode.window.showQuickPick<RatioItem>(ratioItems(set, bytes), {
    title: vscode.l10n.t('Set KV Ratio'),
    placeHolder:
      asking.ratio === set
        ? vscode.l10n.t('How much of what was read the model keeps in memory while it answers')
        : vscode.l10n.t(
            'The panel has chosen {0}, which counts now; what you choose here takes its place',
            asking.ratio,
          ),
  });
  if (!chosen) return;
  const ratio = chosen.ratio === undefined ? await typedRatio(set) : chosen.ratio;
  if (ratio === undefined) return;
  await settings.write({ [settingName]: ratio ?? undefined });
  asking.setRatio(null);
  vscode.window.setStatusBarMessage(
    ratio === null
      ? vscode.l10n.t('KV ratio: chosen by Look Once from the next question on')
      : vscode.l10n.t('KV ratio: {0} from the next question on', ratio),
    4000,
  );
}

/** What the full cache of the open conversation takes, by its newest answer; undefined when nothing was measured. */
export function bytesOf(conversation: Pick<Conversation, 'turns'>): number | undefined {
  const kv = conversation.turns.map((turn) => lastAnswer(turn)?.result?.kv).findLast((one) => one !== undefined);
  if (!kv || kv.cellsBefore === 0 || kv.bytesBefore === 0) return undefined;
  return (kv.bytesBefore / kv.cellsBefore) * heldTokens(conversation);
}

function ratioItems(set: KvRatio, bytes: number | undefined): RatioItem[] {
  const mark = (ratio: KvRatio) => (ratio === set ? '$(check) ' : '');
  return [
    {
      label: `${mark('auto')}${vscode.l10n.t('Automatic')}`,
      description: vscode.l10n.t('all of a short prompt, less of a longer one or when little memory is free'),
      ratio: null,
    },
    ...offered.map((ratio) => ({
      label: `${mark(ratio)}${ratio}`,
      description: [
        ratio === 1 ? vscode.l10n.t('keeps everything') : vscode.l10n.t('keeps {0} %', Math.round(ratio * 100)),
        ...(bytes === undefined ? [] : [vscode.l10n.t('{0} MB for this conversation', megabytes(bytes * ratio))]),
      ].join(' · '),
      ratio,
    })),
    {
      label: vscode.l10n.t('$(edit) Another number…'),
      description: typeof set === 'number' && !offered.some((ratio) => ratio === set) ? `$(check) ${set}` : '',
    },
  ];
}

async function typedRatio(set: KvRatio): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Set KV Ratio'),
    prompt: vscode.l10n.t('A number from {0} to 1', smallest),
    value: set === 'auto' ? '' : String(set),
    validateInput: (value) =>
      ratioFrom(value) === undefined ? vscode.l10n.t('Give a number from {0} to 1.', smallest) : undefined,
  });
  return text === undefined ? undefined : ratioFrom(text);
}

/** @param text with a point or a comma; undefined when it is no ratio */
export function ratioFrom(text: string): number | undefined {
  const ratio = text.trim() === '' ? NaN : Number(text.trim().replace(',', '.'));
  return ratio >= smallest && ratio <= 1 ? ratio : undefined;
}

function megabytes(bytes: number): string {
  const value = bytes / 2 ** 20;
  return value.toFixed(value < 10 ? 1 : 0);
}
