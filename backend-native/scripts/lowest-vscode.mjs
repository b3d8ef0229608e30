/**
 * Checks that the extension uses nothing that the lowest VS Code of the manifest lacks, but for what is asked for first
 * (extension/chat/registerChat.ts): it is type-checked against the API of that version.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './paths.mjs';
import { Stop, runMain } from './report.mjs';

/** They are used where the API has what they need, and nowhere else. */
const newer = ['chatModels.ts', 'chatParts.ts', 'registerChat.ts'].map((name) => `extension/chat/${name}`);

/** @returns {number} the exit status */
function check() {
  const require = createRequire(path.join(root, 'package.json'));
  /** @type {unknown} */
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { engines, devDependencies } =
    /** @type {{ engines: { vscode: string }, devDependencies: Record<string, string> }} */ (manifest);
  const wanted = `npm:@types/vscode@${engines.vscode.replace('^', '')}`;
  if (devDependencies['vscode-lowest'] !== wanted)
    throw new Stop(`package.json wants VS Code ${engines.vscode}: vscode-lowest has to be "${wanted}"`);
  const compiler = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  // By the contents of the files, it does not check again what is as it was.
  const known = ['--incremental', '--tsBuildInfoFile', 'dist/types/lowest.tsbuildinfo'];
  const args = [compiler, '--project', 'extension/tsconfig.lowest.json', '--pretty', 'false', ...known];
  const { stdout, error } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (error) throw error;
  const errors = stdout.split('\n').filter((line) => /error TS\d+/.test(line));
  const unguarded = errors.filter((line) => !newer.some((file) => line.startsWith(`${file}(`)));
  for (const line of unguarded) process.stderr.write(`${line}\n`);
  if (errors.length === 0) throw new Stop('The files that need a newer VS Code need none: the check checks nothing');
  return unguarded.length === 0 ? 0 : 1;
}

await runMain(() => Promise.resolve(check()));
