/** How the backend, its addon and its clients fail each other. */
import { kind } from './kind.js';

/** @property words what the process said last, in its own words; empty for nothing */
const end = { signal: 'text?', status: 'text?', words: 'text' } as const;

const otherPort = 'Choose another with --port, or 0 for any.';

export const processErrors = {
  processEnded: kind(end, ended),
  /** By the system, which it does when memory runs out. */
  killed: kind(
    end,
    ended,
    'The system ended it, most likely for want of memory: use a smaller model, a smaller context or fewer images.',
  ),
  rpcServerLost: kind(
    end,
    (facts) => `An RPC server went away: ${ended(facts)}`,
    'Start ggml-rpc-server again, or load the model without it, then ask again: the backend restarts by itself.',
  ),
  deviceLost: kind(
    end,
    (facts) => `The GPU was lost: ${ended(facts)}`,
    'Ask again: the backend restarts by itself. If it happens again, update the driver, or load the model on the CPU.',
  ),
  crashLimit: kind(
    { crashes: 'number', minutes: 'number' },
    ({ crashes, minutes }) => `The backend crashed ${crashes} times within ${minutes} minutes`,
    'Try another model or fewer images, then start again.',
  ),
  hung: kind(
    { seconds: 'number' },
    ({ seconds }) => `The backend process gave no sign of life for ${seconds} seconds and was ended`,
  ),
  windowClosed: kind(
    { process: 'number' },
    ({ process }) => `The VS Code window whose backend was asked (process ${process}) was closed, or its backend ended`,
    'Ask again: another backend is started.',
  ),
  windowEnded: kind({}, () => 'The backend of the VS Code window has ended'),
  queueFull: kind({ most: 'number' }, ({ most }) => `${most} requests are waiting already`),

  nativeMissing: kind({ places: 'texts' }, ({ places }) => `The native addon is in none of: ${places.join(', ')}`),
  nativeUnloadable: kind(
    { file: 'text', platform: 'text', why: 'text' },
    ({ file, platform, why }) => `${file} does not load on ${platform}: ${why}`,
  ),
  nativeInterface: kind(
    { file: 'text', expected: 'number', has: 'text' },
    ({ file, expected, has }) => `Expected the addon's interface ${expected} but ${file} has ${has}`,
  ),
  noSweeps: kind({}, () => 'This addon was built without sweeps'),
  addonGave: kind(
    { what: 'text', expected: 'number', given: 'number' },
    ({ what, expected, given }) => `Expected ${expected} numbers for ${what} but the addon gave ${given}`,
  ),
  protocols: kind(
    { backend: 'text', client: 'text' },
    ({ backend, client }) => `The backend speaks version ${backend} of the protocol and the client ${client}`,
  ),
  windowProtocol: kind({ version: 'text' }, ({ version }) => `The window speaks version ${version} of the protocol`),

  portTaken: kind({ port: 'number' }, ({ port }) => `Port ${port} is taken`, otherPort),
  portUnusable: kind(
    { port: 'number', why: 'text' },
    ({ port, why }) => `Port ${port} cannot be used: ${why}`,
    otherPort,
  ),
} as const;

function ended({
  signal,
  status,
  words,
}: {
  readonly signal?: string | undefined;
  readonly status?: string | undefined;
  readonly words: string;
}): string {
  const how = signal === undefined ? `with status ${status ?? 'unknown'}` : `by ${signal}`;
  return `The backend process ended ${how}${words === '' ? '' : `; its last words: ${words}`}`;
}
