/**
 * `npm run lint`: ESLint, Prettier, clang-format, the lengths of lines and files, and the API of the lowest VS Code,
 * one after the other.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesUnder } from './fingerprint.mjs';
import { dist, native, root } from './paths.mjs';
import { runHere } from './processes.mjs';
import { runMain, say } from './report.mjs';

const scripts = path.dirname(fileURLToPath(import.meta.url));

/**
 * By the contents of a file, its options and Prettier's version. ESLint has no such cache: what it says about a file
 * depends on the types of others.
 */
const prettierCache = [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  path.join(dist, 'stamps/prettier'),
];

/** @returns {Promise<import('./report.mjs').Counts>} every tool counts as one test */
export async function lint() {
  /** @type {readonly { what: string, args: readonly string[], mend: string }[]} */
  const tools = [
    {
      what: 'ESLint',
      args: [inPackage('eslint', 'bin/eslint.js'), '.'],
      mend: 'mend the lines named above',
    },
    {
      what: 'Prettier',
      args: [inPackage('prettier', 'bin/prettier.cjs'), '--check', ...prettierCache, '--log-level', 'warn', '.'],
      mend: 'run npm run format',
    },
    {
      what: 'clang-format',
      args: [inPackage('clang-format-node', 'build/cli.js'), '--dry-run', '-Werror', ...cppFiles()],
      mend: 'run npm run format',
    },
    {
      what: 'the lengths of lines and files',
      args: [path.join(scripts, 'structure.mjs'), '--check'],
      mend: 'mend the lines named above',
    },
    {
      what: 'the API of the lowest VS Code',
      args: [path.join(scripts, 'lowest-vscode.mjs')],
      mend: 'ask first whether it is there, or raise engines.vscode',
    },
  ];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { what, args, mend } of tools) {
    const status = await runHere(process.execPath, args, { cwd: root });
    counts[status === 0 ? 'passed' : 'failed'] += 1;
    say(status === 0 ? `[lint] ${what}: as it should be` : `[lint] ${what} failed with status ${status}: ${mend}`);
  }
  return counts;
}

/** Writes every file as Prettier and clang-format would have it. */
async function format() {
  const prettier = [inPackage('prettier', 'bin/prettier.cjs'), '--write', '--log-level', 'warn', '.'];
  const clangFormat = [inPackage('clang-format-node', 'build/cli.js'), '-i', ...cppFiles()];
  let status = 0;
  for (const args of [prettier, clangFormat]) status ||= await runHere(process.execPath, args, { cwd: root });
  return status;
}

/** @returns {string[]} */
function cppFiles() {
  return ['src', 'tests', 'train']
    .flatMap((folder) => filesUnder(path.join(native, folder)))
    .filter((file) => /\.(?:cpp|h)$/.test(file));
}

/**
 * @param {string} name
 * @param {string} file
 * @returns {string} the path of a file in an installed package
 */
function inPackage(name, file) {
  const manifest = createRequire(path.join(root, 'package.json')).resolve(`${name}/package.json`);
  return path.join(path.dirname(manifest), file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    if (process.argv.includes('--format')) return format();
    return (await lint()).failed === 0 ? 0 : 1;
  });
}
