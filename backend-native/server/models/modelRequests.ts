/** What the requests about models do: those on this machine, and those of the hub. None of them waits for an answer. */
import os from 'node:os';
import type { Handlers } from '../transport/handlers.js';
import type { NativeAddon } from '../transport/nativeAddon.js';
import { catalogue } from './catalogue.js';
import { freeMemory } from './freeMemory.js';
import { deleteModel } from './hub/deleteModel.js';
import { downloadModel } from './hub/download.js';
import { hubAccess } from './hub/hubAccess.js';
import { HubCache } from './hub/hubCache.js';
import { hubModel } from './hub/hubModel.js';
import { searchHub } from './hub/repository.js';
import { listModels } from './listModels.js';
import type { Surroundings } from './modelCaches.js';

type ModelRequest =
  | 'lookOnce/models'
  | 'lookOnce/catalogue'
  | 'lookOnce/hubSearch'
  | 'lookOnce/hubModel'
  | 'lookOnce/download'
  | 'lookOnce/deleteModel';

/**
 * @param addon knows the devices
 * @param log hears what was passed over
 */
export function modelHandlers(addon: () => NativeAddon, log: (message: string) => void): Pick<Handlers, ModelRequest> {
  const free = () => freeMemory(addon().listDevices());
  const cache = () => HubCache.of(surroundings());
  const known = new Map<string, boolean>();
  const takesTools = (template: string) => {
    const takes = known.get(template) ?? (template !== '' && addon().templateTakesTools(template));
    known.set(template, takes);
    return takes;
  };
  return {
    'lookOnce/models': (params) => listModels(params, log, surroundings(), free, takesTools),
    'lookOnce/catalogue': () => Promise.resolve(catalogue(free())),
    'lookOnce/hubSearch': async (params, { signal }) => {
      const { query } = params as { query?: unknown };
      return {
        repositories: await searchHub(
          hubAccess(params.token),
          typeof query === 'string' ? query.slice(0, 200) : '',
          signal,
        ),
      };
    },
    'lookOnce/hubModel': (params, { signal }) => hubModel(params, cache(), free, signal),
    'lookOnce/download': (params, { signal, progress }) =>
      downloadModel(params, cache(), signal, oftenEnough(progress)),
    'lookOnce/deleteModel': (params) => deleteModel(params, surroundings()),
  };
}

function surroundings(): Surroundings {
  return { env: process.env, home: os.homedir(), platform: process.platform };
}

const progressMs = 100;

/** Progress comes with every piece: one of a kind within a tenth of a second is enough. */
function oftenEnough<T extends { readonly phase: string }>(send: (value: T) => void): (value: T) => void {
  let [phase, sent] = ['', 0];
  return (value) => {
    const now = performance.now();
    if (value.phase === phase && now - sent < progressMs) return;
    [phase, sent] = [value.phase, now];
    send(value);
  };
}
