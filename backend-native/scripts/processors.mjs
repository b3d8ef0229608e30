/** Which processors each lane of suites has for itself. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * The threads of a model spin while they wait for each other, and would take the cores of another lane for that.
 * @param {number} lanes
 * @returns {readonly string[]} processors as `taskset -c` takes them, one list a lane; none where there is no taskset,
 *   or less than a processor a lane: they share all of them then
 */
export function processorsOfLanes(lanes) {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return [];
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return shared(processorsIn(allowed), lanes, coreOf);
}

/**
 * @param {string} list such as "0-3,8"
 * @returns {readonly number[]}
 */
export function processorsIn(list) {
  return list.split(',').flatMap((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) || 0 }, (_, i) => first + i);
  });
}

/**
 * @param {readonly number[]} processors
 * @param {number} lanes
 * @param {(processor: number) => number} core the threads of one core stay together where there are enough cores
 * @returns {readonly string[]}
 */
export function shared(processors, lanes, core) {
  const firsts = [...new Set(processors.map(core))];
  const cores = firsts.map((first) => processors.filter((one) => core(one) === first));
  if (processors.length < lanes) return [];
  const pieces = cores.length < lanes ? processors.map((one) => [one]) : cores;
  return Array.from({ length: lanes }, (_, lane) =>
    pieces
      .slice(Math.floor((lane * pieces.length) / lanes), Math.floor(((lane + 1) * pieces.length) / lanes))
      .flat()
      .join(','),
  );
}

/**
 * @param {number} processor
 * @returns {number} the first processor of its core; itself where the system does not tell
 */
function coreOf(processor) {
  const file = `/sys/devices/system/cpu/cpu${processor}/topology/thread_siblings_list`;
  return fs.existsSync(file) ? (processorsIn(fs.readFileSync(file, 'utf8').trim())[0] ?? processor) : processor;
}
