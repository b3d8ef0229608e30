import fs from 'node:fs';
import path from 'node:path';

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/** Folders in which llama.cpp and the hub's tools keep what they downloaded, whether they exist or not; each once. */
export function modelCaches({ env, home, platform }: Surroundings): string[] {
  const under = (folder: string | undefined, ...parts: string[]) => (folder ? [path.join(folder, ...parts)] : []);
  const caches = [
    ...under(env['LLAMA_CACHE']),
    ...under(env['HF_HUB_CACHE']),
    ...under(env['HUGGINGFACE_HUB_CACHE']),
    ...under(env['HF_HOME'], 'hub'),
    ...under(env['XDG_CACHE_HOME'], 'huggingface', 'hub'),
    ...under(env['XDG_CACHE_HOME'], 'llama.cpp'),
    path.join(home, '.cache', 'huggingface', 'hub'),
    path.join(home, '.cache', 'llama.cpp'),
    ...(platform === 'darwin' ? [path.join(home, 'Library', 'Caches', 'llama.cpp')] : []),
    ...(platform === 'win32' ? under(env['LOCALAPPDATA'], 'llama.cpp') : []),
  ];
  return [...new Set(caches.map((folder) => path.resolve(folder)))];
}

/** Where LM Studio keeps its models, whether the folders exist or not. */
export function lmStudioFolders({ home }: Surroundings): string[] {
  const pointed = lineOf(path.join(home, '.lmstudio-home-pointer'));
  const homes = [...(path.isAbsolute(pointed) ? [pointed] : []), path.join(home, '.lmstudio')];
  const folders = [...homes, path.join(home, '.cache', 'lm-studio')].map((folder) => path.join(folder, 'models'));
  return [...new Set(folders)];
}

/** Ollama's stores, whether they exist or not: the user's own, and that of the service on Linux. */
export function ollamaStores({ env, home, platform }: Surroundings): string[] {
  const given = env['OLLAMA_MODELS'] ?? '';
  const stores = [
    ...(path.isAbsolute(given) ? [given] : []),
    path.join(home, '.ollama', 'models'),
    ...(platform === 'linux' ? ['/usr/share/ollama/.ollama/models', '/var/lib/ollama/.ollama/models'] : []),
  ];
  return [...new Set(stores.map((folder) => path.resolve(folder)))];
}

/** Empty for a file that is not there. */
function lineOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return '';
  }
}
