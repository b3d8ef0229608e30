import path from 'node:path';

/** A folder of ours where the platform keeps what can be made again. */
export function platformCacheFolder(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): string {
  const name = 'look-once';
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', name);
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), name);
  // The XDG Base Directory Specification: a relative path is to be ignored.
  const given = env['XDG_CACHE_HOME'] ?? '';
  return path.join(path.isAbsolute(given) ? given : path.join(home, '.cache'), name);
}
