import { execFileSync } from 'node:child_process';

/** The backend processes that this extension host, or another process, has started and that live, oldest first. */
export function backendPids(starter = process.pid): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state=,args='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [, pid, parent, state, args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    const isBackend = Number(parent) === starter && !state?.startsWith('Z') && /\bserver\.cjs\b/.test(args);
    return isBackend ? [Number(pid)] : [];
  });
}

/** The one backend process. @throws when there is none, or more than one */
export function backendPid(): number {
  const pids = backendPids();
  const [pid] = pids;
  if (pid === undefined || pids.length > 1)
    throw new Error(`Expected one backend process but there are ${pids.length}`);
  return pid;
}

/** Whether a process with this id lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
