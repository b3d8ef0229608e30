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

/** Where LM Studio keeps its models, whether the folders exist or not: that of its settings first. */
export function lmStudioFolders({ home }: Surroundings): string[] {
  const pointed = textOf(path.join(home, '.lmstudio-home-pointer')).trim();
  const homes = [
    ...(path.isAbsolute(pointed) ? [pointed] : []),
    path.join(home, '.lmstudio'),
    path.join(home, '.cache', 'lm-studio'),
  ];
  const chosen = homes.map((folder) => downloadsFolderOf(textOf(path.join(folder, 'settings.json'))));
  return [...new Set([...chosen.flat(), ...homes.map((folder) => path.join(folder, 'models'))])];
}

/** What the user chose in LM Studio instead of the usual folder. */
function downloadsFolderOf(settings: string): string[] {
  try {
    const { downloadsFolder } = JSON.parse(settings) as { downloadsFolder?: unknown };
    return typeof downloadsFolder === 'string' && path.isAbsolute(downloadsFolder) ? [downloadsFolder] : [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
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
function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return '';
  }
}
