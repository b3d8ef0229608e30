/**
 * `node backend-native/scripts/try-package.mjs [--target <name>] [--vsix <file>] [--root <folder>]`: asks the packed
 * extension about the sample, as the machine that it is for would. Another processor's needs qemu-user and its C
 * library, Windows' needs Wine, another Linux the folder of its root (.github/machines.md says how).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleProgram } from './bundle.mjs';
import { packageTarget } from './package-target.mjs';
import { cache, dist, root } from './paths.mjs';
import { Stop, runMain, say } from './report.mjs';
import { ensureWine } from './wine.mjs';

const sample = 'media/samples/terminal.png';
/** An emulator that cannot run the recogniser of text leaves the question something to read. */
const text = 'Deployment of the replica\n\nThe deployment failed. The error code is E4719.\n';
const question = 'What is the error code?';
const answer = 'E4719';
/** Windows opens no path of more than 260 characters unless it is said in a form of its own. */
const longFolders = Array.from({ length: 6 }, (_, i) => `Ordner ${i + 1} mit einem recht langen Namen für Pfade`);
/** An emulated processor takes minutes. */
const timeoutMs = 20 * 60_000;

/**
 * Runs a program in the root of another Linux, which sees this machine's processes and devices; what it mounts is gone
 * with it.
 */
const inRoot = 'mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"';

/**
 * @typedef {object} Machine
 * @property {string} [root] the folder of its files; left out for this machine's own
 * @property {readonly string[]} node the words that run its Node.js
 * @property {NodeJS.ProcessEnv} added to the environment
 */

/**
 * @typedef {object} Answered
 * @property {string} answer
 * @property {string} device
 * @property {{ restoredTokens: number }} prompt
 * @property {{ text?: { words: number, detail?: string } }[]} images
 */

/**
 * What is asked about, the models and the cache on disk have paths that are too long for Windows' own rules.
 * @param {string} vsix
 * @param {Machine} machine
 * @returns {string} what it answered, on which device, and what became of the picture's text; throws a Stop when the
 *   answer is wrong
 */
function tryPackage(vsix, { root: place, node, added }) {
  // People have spaces and letters of their own in the names of their folders.
  const scratch = fs.mkdtempSync(path.join(place ?? '', os.tmpdir(), 'Würfel und look-once-'));
  const seen = (/** @type {string} */ file) => (place ? path.join('/', path.relative(place, file)) : file);
  const extension = path.join(scratch, 'extension');
  const far = path.join(scratch, ...longFolders);
  const document = path.join(far, 'Einführung – 部署.txt');
  const picture = path.join(far, 'Bild schön.png');
  const models = path.join(far, 'Modelle');
  const script = path.join(extension, 'dist', 'ask.cjs');
  try {
    execFileSync('python3', ['-m', 'zipfile', '-e', vsix, scratch]);
    // The command line is no part of the package; beside its server it finds everything there.
    fs.copyFileSync(path.join(dist, 'ask.cjs'), script);
    fs.mkdirSync(far, { recursive: true });
    fs.writeFileSync(document, text);
    fs.copyFileSync(path.join(root, sample), picture);
    fs.renameSync(path.join(extension, 'media', 'model'), models);
    const attached = ['--image', seen(picture), '--doc', seen(document), '--cache-dir', seen(path.join(far, 'cache'))];
    const [program, ...words] = [...node, seen(script), '--json', ...attached, question];
    /** @returns {Answered} */
    const ask = () => {
      const said = path.join(scratch, 'said.json');
      const log = path.join(scratch, 'log.txt');
      const files = [said, log].map((file) => fs.openSync(file, 'w'));
      const { status } = spawnSync(program, words, {
        // Files: Node.js under Wine cannot write to a pipe of Linux.
        stdio: ['ignore', ...files],
        cwd: scratch,
        timeout: timeoutMs,
        env: { ...process.env, ...added, LOOK_ONCE_NATIVE: '', LOOK_ONCE_MODELS: seen(models) },
      });
      for (const file of files) fs.closeSync(file);
      if (status !== 0) throw new Stop(`The packed extension did not answer:\n${fs.readFileSync(log, 'utf8')}`);
      /** @type {unknown} */
      const parsed = JSON.parse(fs.readFileSync(said, 'utf8'));
      const result = /** @type {Answered} */ (parsed);
      if (!result.answer.includes(answer))
        throw new Stop(`Expected ${answer} from the packed extension but received ${result.answer}`);
      return result;
    };
    const result = ask();
    const restored = ask().prompt.restoredTokens;
    if (restored === 0) throw new Stop('Expected the second question to read the cache on disk, but it read nothing.');
    const read = result.images[0]?.text;
    const why = read?.detail ? `: ${read.detail}` : '';
    const seenWords = `of the picture's text ${read?.words ?? 0} words were read${why}`;
    return `"${result.answer}" on ${result.device} (${seenWords}; ${restored} tokens restored for the second question)`;
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {string} root the folder of another Linux's files, with a Node.js in it
 * @returns {Machine} throws a Stop when it has no Node.js
 */
function machineIn(root) {
  const node = ['/usr/local/bin/node', '/usr/bin/node'].find((one) => fs.existsSync(path.join(root, one)));
  if (!node) throw new Stop(`Expected usr/local/bin/node or usr/bin/node in ${root}. Put a Node.js for it there.`);
  return { root, node: ['unshare', '--mount', 'sh', '-c', inRoot, root, node], added: {} };
}

/** Whether this machine's own Node.js runs with musl, as an Alpine Linux's does. */
function isMusl() {
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return process.platform === 'linux' && header.glibcVersionRuntime === undefined;
}

/**
 * @param {import('./package-target.mjs').Target} target
 * @returns {readonly string[]} the words that run a Node.js for it, of this one's version
 */
function nodeFor({ name, platform, arch }) {
  if (name.startsWith('alpine') && !isMusl())
    throw new Stop(`${name} is tried in the root of an Alpine Linux: Node.js publishes none for it. Pass --root.`);
  if (platform === process.platform && arch === process.arch) return [process.execPath];
  const folder = path.join(cache, `node-${name}`);
  const isWindows = platform === 'win32';
  const called = `node-${isWindows ? 'win' : platform}-${arch}`;
  const program = path.join(folder, 'node_modules', called, 'bin', isWindows ? 'node.exe' : 'node');
  if (!fs.existsSync(program)) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
    const wanted = `${called}@${process.versions.node}`;
    execFileSync('npm', ['install', '--force', '--no-audit', '--no-fund', wanted], { cwd: folder, stdio: 'ignore' });
  }
  return isWindows ? ['wine', program] : [program];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const text = /** @type {const} */ ({ type: 'string' });
    const { values } = parseArgs({ options: { target: text, vsix: text, root: text } });
    const target = packageTarget(values.target);
    const vsix = path.resolve(values.vsix ?? path.join(dist, `look-once-${target.name}.vsix`));
    if (!fs.existsSync(vsix)) throw new Stop(`There is no ${vsix}. Run: npm run package -- --target ${target.name}`);
    await bundleProgram();
    const start = Date.now();
    const isForeign = target.platform === 'win32' && process.platform !== 'win32';
    const machine = values.root
      ? machineIn(path.resolve(values.root))
      : { node: nodeFor(target), added: isForeign ? await ensureWine() : {} };
    const said = tryPackage(vsix, machine);
    say(`[package] ${path.basename(vsix)} answered ${said} in ${Math.round((Date.now() - start) / 1000)} s`);
    return 0;
  });
}
