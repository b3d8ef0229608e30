/** The method table: what every request of the protocol does. Knows nothing of the transport. */
import type { AskProgress } from '../../protocol/ask.js';
import { BackendError } from '../../protocol/errors.js';
import type { FindProgress } from '../../protocol/find.js';
import { protocolVersion } from '../../protocol/methods.js';
import type { CacheSettings, LoadProgress } from '../../protocol/model.js';
import type { SweepProgress } from '../../protocol/sweep.js';
import { clearCacheFolder } from '../cache/cacheFolder.js';
import { attachmentFrom, showInput } from '../attachments/showInput.js';
import { documentCache } from '../cache/documentCache.js';
import { Finder } from '../attachments/find.js';
import { inspectAttachments } from '../attachments/inspect.js';
import { modelHandlers } from '../models/modelRequests.js';
import { textLayerReader } from '../attachments/pictures/textLayer/readTextLayer.js';
import { RecogniserProcess } from '../attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import { textLayerCache } from '../attachments/pictures/textLayer/textLayerCache.js';
import type { Handlers } from './handlers.js';
import type { NativeAddon } from './nativeAddon.js';
import { packageVersion } from './packageRoot.js';
import { JobQueue } from './queue.js';
import { planReadAll, readAll, wantsAll } from '../conversation/readAll/readAll.js';
import { Session } from '../conversation/session.js';
import { cancelledBeforeStart } from '../conversation/turnResult.js';
import { SnapshotSender } from './snapshots.js';
import { cacheSettingsFrom } from '../conversation/settings.js';
import { cancelledSweep } from '../conversation/sweep.js';

export interface Backend {
  readonly handlers: Handlers;
  /** Stops the engine, for a client that is gone. */
  cancel: () => void;
}

/**
 * @param addon gives the native addon, or throws why there is none
 * @param log receives what llama.cpp says
 */
export function createBackend(addon: () => NativeAddon, log: Parameters<NativeAddon['createEngine']>[0]): Backend {
  const recogniser = new RecogniserProcess();
  // Named by a search, for as long as no model brings one.
  let searchCache: CacheSettings | undefined;
  const cacheFolder = () => session.cacheFolder ?? (session.model ? undefined : searchCache);
  const textLayers = textLayerReader(recogniser, () => {
    const folder = cacheFolder();
    return (
      folder &&
      textLayerCache(folder, (message) => {
        log('warn', message);
      })
    );
  });
  const documents = documentCache(cacheFolder, (message) => {
    log('warn', message);
  });
  const finder = new Finder((attachment, signal) =>
    showInput(attachment, { imageText: 'on', reader: textLayers, documents, signal }),
  );
  const session = new Session(addon, log, textLayers, documents);
  const queue = new JobQueue();

  const handlers: Handlers = {
    'initialize': (params) => {
      const version: unknown = (params as Partial<typeof params> | undefined)?.initializationOptions?.protocolVersion;
      if (version !== protocolVersion) {
        return Promise.reject(
          new BackendError('version_mismatch', {
            kind: 'protocols',
            backend: String(protocolVersion),
            client: String(version),
          }),
        );
      }
      return Promise.resolve({
        capabilities: { experimental: { protocolVersion } },
        serverInfo: { name: 'look-once', version: packageVersion() },
      });
    },

    'shutdown': async () => {
      session.cancel();
      await queue.run(() => session.close(), neverAborted());
      return null;
    },

    'lookOnce/info': async () => ({
      version: packageVersion(),
      ...addon().buildInfo(),
      devices: addon().listDevices(),
      model: session.model,
      cache: await session.cache(),
      process: {
        pid: process.pid,
        rssBytes: process.memoryUsage.rss(),
        // Node reports kilobytes on every platform.
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
      },
    }),

    'lookOnce/load': async (params, { signal, progress }) => {
      const sender = new SnapshotSender<LoadProgress>(() => 'load', progress);
      try {
        const result = await queue.run(
          (abort) =>
            session.load(params, abort, (value) => {
              sender.send(value);
            }),
          signal,
        );
        return result ?? { status: 'cancelled' };
      } finally {
        sender.flush();
      }
    },

    'lookOnce/ask': async (params, { signal, progress }) => {
      const arrived = performance.now();
      const sender = new SnapshotSender<AskProgress>((value) => value.phase, progress);
      try {
        const result = await queue.run(
          (abort) => {
            const tell = (value: AskProgress) => {
              sender.send(value);
            };
            return wantsAll(params)
              ? readAll(session, params, abort, arrived, tell, documents)
              : session.ask(params, abort, arrived, tell);
          },
          signal,
          (ahead) => {
            sender.send({ phase: 'queued', ahead });
          },
        );
        return result ?? cancelledBeforeStart(performance.now() - arrived);
      } finally {
        sender.flush();
      }
    },

    'lookOnce/readAhead': async (params, { signal }) =>
      (await queue.runGivingWay((abort) => session.readAhead(params, abort), signal)) ?? {
        end: 'busy',
        tokens: 0,
        knownTokens: 0,
        readTokens: 0,
        ms: 0,
      },
    // Not into the queue: counting must not wait for an answer.
    'lookOnce/readAllPlan': async (params, { signal }) =>
      (await planReadAll(session, params, signal, documents)) ?? null,

    'lookOnce/sweep': async (params, { signal, progress }) => {
      const arrived = performance.now();
      const sender = new SnapshotSender<SweepProgress>((value) => value.phase, progress);
      try {
        const result = await queue.run(
          (abort) =>
            session.sweep(params, abort, arrived, (value) => {
              sender.send(value);
            }),
          signal,
          (ahead) => {
            sender.send({ phase: 'queued', ahead });
          },
        );
        return result ?? cancelledSweep(performance.now() - arrived);
      } finally {
        sender.flush();
      }
    },

    'lookOnce/unload': async () => {
      await queue.run(() => session.close(), neverAborted());
      return null;
    },

    'lookOnce/reset': async () => {
      await queue.run(() => session.reset(), neverAborted());
      return null;
    },

    'lookOnce/kvMap': async () => (await queue.run(() => session.kvMap(), neverAborted())) ?? null,

    // Not into the queue: looking at a file must not wait for an answer.
    'lookOnce/inspect': (params, { signal }) => inspectAttachments(params, session.counter, signal, documents),

    // Neither does recognising what is written in a picture.
    'lookOnce/showInput': async (params, { signal }) =>
      (await showInput(attachmentFrom(params), { imageText: 'on', reader: textLayers, documents, signal })) ?? null,

    'lookOnce/find': async (params, { signal, progress }) => {
      const sender = new SnapshotSender<FindProgress>(() => 'find', progress);
      searchCache = cacheSettingsFrom(params.cache);
      try {
        return await finder.find(params, signal, (value) => {
          sender.send(value);
        });
      } finally {
        sender.flush();
      }
    },

    ...modelHandlers(addon, (message) => {
      log('warn', message);
    }),

    // Into the queue: what is being written is not deleted.
    'lookOnce/clearCache': async (params) => {
      finder.clear();
      const cleared = await queue.run(async () => {
        await session.release();
        const folder = (params as typeof params | undefined)?.folder ?? (await session.cache())?.folder;
        return folder === undefined ? undefined : clearCacheFolder(folder);
      }, neverAborted());
      return cleared ?? { folder: null, files: 0, freedBytes: 0 };
    },
  };
  return {
    handlers,
    cancel: () => {
      session.cancel();
      recogniser.close();
    },
  };
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}
