import { l10n } from 'vscode';
import type { processErrors } from '../../backend-native/protocol/errorKinds/process.js';
import type { Wording } from '../../backend-native/protocol/errorReasons.js';

export const processWords: Wording<typeof processErrors> = {
  processEnded: ended,
  killed: (end) => [
    ended(end),
    l10n.t(
      'The system ended it, most likely for want of memory: use a smaller context, a smaller KV ratio or a smaller model, then ask again.',
    ),
  ],
  rpcServerLost: (end) => [
    l10n.t('An RPC server went away. {0}', ended(end)),
    l10n.t(
      'A server of lookOnce.model.rpcServers went away. Start ggml-rpc-server there again, or remove it from the setting, then ask again.',
    ),
  ],
  deviceLost: (end) => [
    l10n.t('The graphics card was lost. {0}', ended(end)),
    l10n.t(
      'Ask again: the backend restarts by itself. If it happens again, update the driver of the graphics card, or set lookOnce.model.device to CPU.',
    ),
  ],
  crashLimit: ({ crashes, minutes }) => [
    l10n.t('The backend crashed {0} times within {1} minutes and is not started again by itself.', crashes, minutes),
    l10n.t('Try another model or fewer images, then restart the backend.'),
  ],
  hung: ({ seconds }) => l10n.t('The backend process gave no sign of life for {0} seconds and was ended.', seconds),
  windowClosed: ({ process }) => [
    l10n.t('The VS Code window whose backend was asked (process {0}) was closed, or its backend ended.', process),
    l10n.t('Ask again: another backend is started.'),
  ],
  windowEnded: () => l10n.t('The backend of the VS Code window has ended.'),
  queueFull: ({ most }) => l10n.t('{0} requests are waiting already.', most),

  nativeMissing: ({ places }) => l10n.t('The native addon is in none of these places: {0}', places.join(', ')),
  nativeUnloadable: ({ file, platform, why }) => l10n.t('{0} does not load on {1}: {2}', file, platform, why),
  nativeInterface: ({ file, expected, has }) =>
    l10n.t('{0} has version {1} of the addon’s interface, and {2} is expected.', file, has, expected),
  noSweeps: () => l10n.t('This addon was built without sweeps.'),
  addonGave: ({ what, expected, given }) =>
    l10n.t('The addon gave {0} numbers for {1}, and {2} were expected.', given, what, expected),
  protocols: ({ backend, client }) =>
    l10n.t('The backend speaks version {0} of the protocol and the client {1}.', backend, client),
  windowProtocol: ({ version }) => l10n.t('The window speaks version {0} of the protocol.', version),

  portTaken: ({ port }) => [l10n.t('Port {0} is taken.', port), otherPort()],
  portUnusable: ({ port, why }) => [l10n.t('Port {0} cannot be used: {1}', port, why), otherPort()],
};

function otherPort(): string {
  return l10n.t('Choose another port.');
}

interface End {
  readonly signal?: string | undefined;
  readonly status?: string | undefined;
  readonly words: string;
}

/** @property words stay the process' own: assertions and errors, for whoever mends them */
function ended({ signal, status, words }: End): string {
  const how =
    signal === undefined
      ? l10n.t('The backend process ended with status {0}.', status ?? '?')
      : l10n.t('The backend process ended by {0}.', signal);
  return words === '' ? how : l10n.t('{0} Its last words: {1}', how, words);
}
