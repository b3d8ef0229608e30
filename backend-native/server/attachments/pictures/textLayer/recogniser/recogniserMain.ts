/** The process that recognises text: native code on pictures from anywhere, which may crash or be ended at any time. */
import { Recogniser } from './recogniser.js';
import { recogniserLimits } from './recogniserLimits.js';
import type { RecogniserMessage, RecogniserTask } from './recogniserMessages.js';

let loading: Promise<Recogniser> | undefined;

process.on('message', (task: RecogniserTask) => void read(task));
process.on('disconnect', () => {
  process.exit(0);
});

async function read({ files, threads, raster }: RecogniserTask): Promise<void> {
  try {
    loading ??= Recogniser.load(files, threads);
    const recogniser = await loading;
    const before = process.cpuUsage();
    const lines = await recogniser.read(raster, (done) => {
      if (process.memoryUsage.rss() > recogniserLimits.memoryBytes) process.exit(recogniserLimits.memoryStatus);
      send({ type: 'progress', done });
    });
    const { user, system } = process.cpuUsage(before);
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    send({ type: 'lines', lines, usage: { cpuMs: (user + system) / 1000, peakRssBytes } });
  } catch (error) {
    loading = undefined;
    send({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

function send(message: RecogniserMessage): void {
  process.send?.(message);
}
