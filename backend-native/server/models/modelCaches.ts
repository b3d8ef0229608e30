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
