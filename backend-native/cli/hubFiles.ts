/** The files of `--hf`: those that were fetched before, or else fetched now, with what they will take said first. */
import type { DownloadProgress } from '../protocol/hub.js';
import type { MemoryEstimate } from '../protocol/memory.js';
import { defaultEngineSettings, type LoadParams } from '../protocol/model.js';
import type { AskCommand } from './askArguments.js';
import type { BackendClient } from './backendClient.js';
import type { StatusLine } from './terminal.js';

/** A prompt seldom needs more. */
const usualContext = 16_384;

/** @returns undefined when the user cancelled */
export async function hubFiles(
  repository: string,
  { load, ask }: AskCommand,
  client: BackendClient,
  status: StatusLine,
  signal: AbortSignal,
): Promise<Pick<LoadParams, 'modelPath' | 'mmprojPath'> | undefined> {
  const here = await client.request('lookOnce/download', { repository, quantisation: '', onlyHere: true });
  if (here.status === 'downloaded') return filesOf(here);
  const { contextSize = 0, kvType = defaultEngineSettings.kvType } = load.engine ?? {};
  const memory = {
    contextTokens: contextSize > 0 ? contextSize : usualContext,
    ratio: ask.kv?.ratio ?? 'auto',
    kvType,
  } as const;
  status.show(`asking the hub for ${repository}`);
  const { variants, revision, licence } = await client.request('lookOnce/hubModel', { repository, memory }, { signal });
  const [variant] = variants;
  status.clear();
  if (variant) {
    const facts = [variant.quantisation, size(variant.totalBytes), licence].filter((fact) => fact !== '');
    say(`fetching ${repository} (${facts.join(', ')})`);
    if (variant.memory) say(memoryText(variant.memory));
  }
  const result = await client.request(
    'lookOnce/download',
    { repository, quantisation: variant?.quantisation ?? '', revision },
    {
      signal,
      onProgress: (progress) => {
        status.show(progressText(progress));
      },
    },
  );
  status.clear();
  if (result.status === 'downloaded') return filesOf(result);
  if (result.status === 'cancelled') say(`${size(result.keptBytes)} are kept: the same command goes on with them`);
  return undefined;
}

export function progressText(progress: DownloadProgress): string {
  if (progress.phase === 'listing') return 'asking the hub what there is';
  const { doneBytes, totalBytes, file } = progress;
  const share = `${Math.floor((100 * doneBytes) / Math.max(1, totalBytes))} % of ${size(totalBytes)}`;
  switch (progress.phase) {
    case 'fetching': {
      const { bytesPerSecond } = progress;
      const rest = bytesPerSecond > 0 ? `, ${timeText((totalBytes - doneBytes) / bytesPerSecond)} left` : '';
      return `fetching ${share}, ${size(bytesPerSecond)}/s${rest}`;
    }
    case 'shared':
      return `another process fetches ${file}: ${share}`;
    case 'waiting':
      return `the hub is asked again in ${Math.ceil(progress.seconds)} s: ${share}`;
    case 'verifying':
      return `checking ${file}: ${share}`;
  }
}

function memoryText({ needBytes, freeBytes, device, verdict, contextTokens, fitsAtContext }: MemoryEstimate): string {
  const fits = { 'fits': 'it fits', 'tight': 'it is tight', 'too-large': 'it does not fit' }[verdict];
  const way = fitsAtContext === undefined ? '' : `; with --ctx-size ${fitsAtContext} it fits`;
  return `at ${contextTokens} tokens it takes about ${size(needBytes)} of the ${size(freeBytes)} free on ${device}: ${fits}${way}`;
}

function filesOf({ modelPath, mmprojPath }: { modelPath: string; mmprojPath: string | null }) {
  return { modelPath, ...(mmprojPath === null ? {} : { mmprojPath }) };
}

function say(text: string): void {
  process.stderr.write(`note: ${text}\n`);
}

function size(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
  return bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${Math.ceil(bytes / 1024)} KiB`;
}

function timeText(seconds: number): string {
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)} min` : `${Math.ceil(seconds)} s`;
}
