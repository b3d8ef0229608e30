/** Which files of ours import which, in TypeScript, JavaScript and C++, and where that goes in circles. */
import path from 'node:path';

/** @typedef {ReadonlyMap<string, readonly string[]>} ImportGraph by file, with slashes: the files that it imports */

/**
 * @param {readonly { name: string, text: string }[]} sources
 * @returns {ImportGraph}
 */
export function importsOf(sources) {
  const known = new Set(sources.map(({ name }) => name));
  return new Map(sources.map(({ name, text }) => [name, imported(name, text).filter((file) => known.has(file))]));
}

/**
 * @param {ImportGraph} imports
 * @returns {string[][]} every largest set of files of which each can be reached from each, by Tarjan's algorithm
 */
export function circlesOf(imports) {
  /** @type {Map<string, { index: number, low: number, onStack: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const circles = [];
  /** @param {string} file */
  const visit = (file) => {
    const state = { index: seen.size, low: seen.size, onStack: true };
    seen.set(file, state);
    stack.push(file);
    for (const next of imports.get(file) ?? []) {
      const known = seen.get(next);
      if (!known) state.low = Math.min(state.low, visit(next).low);
      else if (known.onStack) state.low = Math.min(state.low, known.index);
    }
    if (state.low === state.index) {
      const circle = stack.splice(stack.indexOf(file));
      for (const member of circle) Object.assign(seen.get(member) ?? {}, { onStack: false });
      if (circle.length > 1) circles.push(circle.sort());
    }
    return state;
  };
  for (const file of imports.keys()) if (!seen.has(file)) visit(file);
  return circles;
}

/**
 * @param {ImportGraph} imports
 * @returns {string[]} 'a ↔ b' for every two folders with imports both ways, of which neither is inside the other
 */
export function foldersInBothDirections(imports) {
  /** @type {Set<string>} */
  const ways = new Set();
  for (const [file, targets] of imports) {
    for (const target of targets) ways.add(`${path.posix.dirname(file)} ${path.posix.dirname(target)}`);
  }
  return [...ways]
    .map((way) => /** @type {[string, string]} */ (way.split(' ')))
    .filter(([from, to]) => from < to && ways.has(`${to} ${from}`) && !to.startsWith(`${from}/`))
    .map(([from, to]) => `${from} ↔ ${to}`)
    .sort();
}

/**
 * @param {string} name
 * @param {string} text
 * @returns {string[]} the files that it may mean; those that do not exist are left to the caller
 */
function imported(name, text) {
  const folder = path.posix.dirname(name);
  if (/\.(?:cpp|h)$/.test(name)) {
    const src = /^backend-native\/src\//.test(name) ? 'backend-native/src' : folder;
    return [...text.matchAll(/^#include "([^"]+)"/gm)].flatMap(([, file = '']) => [
      path.posix.join(folder, file),
      path.posix.join(src, file),
      path.posix.join('backend-native/src', file),
    ]);
  }
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, file = '']) =>
    path.posix.join(folder, name.endsWith('.ts') ? file.replace(/\.js$/, '.ts') : file),
  );
}
