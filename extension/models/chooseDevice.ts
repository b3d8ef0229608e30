/** The command Choose Device…: what this machine computes with, and the setting that is written. */
import * as vscode from 'vscode';
import type { DeviceInfo } from '../../backend-native/protocol/model.js';
import type { Backend } from '../backend/backend.js';
import type { Settings } from '../settings/settings.js';
import { byteSize } from './modelTexts.js';

export interface DeviceServices {
  readonly backend: Pick<Backend, 'model' | 'request'>;
  readonly settings: Pick<Settings, 'current' | 'write'>;
}

const settingName = 'lookOnce.model.device';

interface DeviceItem extends vscode.QuickPickItem {
  /** As ggml calls it; empty for the first that suits. */
  readonly device: string;
}

/** Asks which device runs the model. The model is loaded there with the next question. */
export async function chooseDevice({ backend, settings }: DeviceServices): Promise<void> {
  const { devices } = await backend.request('lookOnce/info', undefined);
  const chosen = await vscode.window.showQuickPick<DeviceItem>(
    deviceItems(devices, settings.current.load.engine?.device ?? '', backend.model?.devices ?? []),
    {
      title: vscode.l10n.t('Choose Device'),
      placeHolder: vscode.l10n.t('What runs the model, from the next question on'),
    },
  );
  if (chosen) await settings.write({ [settingName]: chosen.device === '' ? undefined : chosen.device });
}

/**
 * @param set the name in the settings; empty for none
 * @param used what the loaded model runs on
 */
export function deviceItems(devices: readonly DeviceInfo[], set: string, used: readonly string[]): DeviceItem[] {
  const mark = (device: string) => (device === set ? '$(check) ' : '');
  const state = (name: string) => (used.includes(name) ? vscode.l10n.t('runs the model now') : '');
  // A device that was unplugged, or that another build had, can still be taken out of the settings.
  const isMissing = set !== '' && devices.every(({ name }) => name !== set);
  return [
    {
      device: '',
      label: `${mark('')}${vscode.l10n.t('Automatic')}`,
      detail: vscode.l10n.t('A GPU when there is one, as many layers as fit; otherwise the CPU'),
    },
    ...devices.map(({ name, description, memoryFree, memoryTotal }) => ({
      device: name,
      label: `${mark(name)}${name}`,
      description: [description, state(name)].filter((text) => text !== '').join(' · '),
      detail: vscode.l10n.t('{0} of {1} free', byteSize(memoryFree), byteSize(memoryTotal)),
    })),
    ...(isMissing ? [{ device: set, label: `${mark(set)}${set}`, detail: vscode.l10n.t('not on this machine') }] : []),
  ];
}
