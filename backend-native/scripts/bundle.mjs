/** Bundles the TypeScript into dist/: the server, the commands, and with --tests every test file. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesUnder, fingerprint, readStamp, writeStamp } from './fingerprint.mjs';
import { dist, native, root } from './paths.mjs';
import { Stop, runMain, say } from './report.mjs';

const sources = ['protocol', 'server', 'cli'].map((folder) => path.join(native, folder));
const lockFile = path.join(root, 'package-lock.json');
const thisFile = fileURLToPath(import.meta.url);

/** The server and the commands, each one file: dist/server.cjs, dist/ask.cjs, … */
export async function bundleProgram() {
  /** @type {Record<string, string>} */
  const entries = { server: path.join(native, 'server/main.ts') };
  for (const command of commands()) entries[command] = path.join(native, 'cli', `${command}.ts`);
  await bundle('program', entries, fingerprint([...sources, lockFile, thisFile]));
}

/** Every test file becomes dist/test/<same path>.cjs, with source maps, so that failures name TypeScript lines. */
export async function bundleTests() {
  const folder = path.join(root, 'test');
  const files = filesUnder(folder).filter((file) => file.endsWith('.test.ts'));
  const entries = Object.fromEntries(files.map((file) => [path.join('test', path.relative(folder, file).slice(0, -'.ts'.length)), file]));
  const print = fingerprint([...sources, folder, lockFile, thisFile]);
  if (readStamp(stampOf('tests')) !== print) fs.rmSync(path.join(dist, 'test'), { recursive: true, force: true });
  await bundle('tests', entries, print);
}

/** @returns {string[]} the commands of cli/ that `npm run` starts */
function commands() {
  return ['ask', 'conformance', 'bench'].filter((name) => fs.existsSync(path.join(native, 'cli', `${name}.ts`)));
}

/**
 * @param {string} name
 * @param {Record<string, string>} entryPoints
 * @param {string} print
 */
async function bundle(name, entryPoints, print) {
  if (readStamp(stampOf(name)) === print) return;
  const esbuild = await import('esbuild');
  try {
    await esbuild.build({
      entryPoints,
      outdir: dist,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      sourcemap: true,
      // sharp brings a binary of its own and finds it beside its package.
      external: ['sharp'],
      logLevel: 'warning',
      logOverride: { 'empty-import-meta': 'error' },
      legalComments: 'linked',
    });
  } catch (error) {
    throw new Stop(`The TypeScript did not bundle; the places are named above. ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}`);
  }
  writeStamp(stampOf(name), print);
}

/** @param {string} name */
function stampOf(name) {
  return path.join(dist, 'stamps', name);
}

if (process.argv[1] === thisFile) {
  await runMain(async () => {
    await bundleProgram();
    if (process.argv.includes('--tests')) await bundleTests();
    say(`[bundle] dist/ is up to date`);
    return 0;
  });
}
