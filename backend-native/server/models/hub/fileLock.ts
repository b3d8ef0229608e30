/** One process at a time fetches a file; a lock whose holder is gone does not bind. */
import fs from 'node:fs';
import os from 'node:os';

export interface FileLock {
  release: () => void;
}

const beatMs = 2000;
/** A holder on another machine shows that it lives by touching the file. */
const silentMs = 15_000;

/** @returns undefined when somebody else who lives holds it */
export function tryLock(file: string): FileLock | undefined {
  const mine = JSON.stringify({ pid: process.pid, host: os.hostname(), id: Math.random().toString(36).slice(2) });
  if (!create(file, mine)) {
    if (isHeld(file)) return undefined;
    // Moved away before it is removed: of two that find it abandoned only one can move it.
    const grave = `${file}.${process.pid}.${Date.now()}`;
    if (!moved(file, grave)) return undefined;
    fs.rmSync(grave, { force: true });
    if (!create(file, mine)) return undefined;
  }
  const timer = setInterval(() => {
    const now = new Date();
    if (read(file) === mine) fs.utimesSync(file, now, now);
  }, beatMs);
  timer.unref();
  return {
    release: () => {
      clearInterval(timer);
      if (read(file) === mine) fs.rmSync(file, { force: true });
    },
  };
}

function isHeld(file: string): boolean {
  const text = read(file);
  const { mtimeMs } = fs.statSync(file, { throwIfNoEntry: false }) ?? {};
  if (text === undefined || mtimeMs === undefined) return false;
  const { pid, host } = holderOf(text);
  const beats = Math.abs(Date.now() - mtimeMs) < silentMs;
  // Written a moment ago, and not yet whole.
  if (pid === undefined) return beats;
  return host === os.hostname() ? isAlive(pid) && beats : beats;
}

function holderOf(text: string): { pid?: number; host?: string } {
  try {
    const { pid, host } = JSON.parse(text) as { pid?: unknown; host?: unknown };
    return typeof pid === 'number' && pid > 0 && typeof host === 'string' ? { pid, host } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function create(file: string, text: string): boolean {
  try {
    fs.writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function moved(file: string, to: string): boolean {
  try {
    fs.renameSync(file, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
