/**
 * `npm run structure`: what a newcomer meets, in numbers: how many files an addition touches, import circles, lengths.
 * `--check` ends with status 1 when a line or a file is too long or imports go in a circle; `--root DIR` looks at
 * another checkout.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { filesUnder } from './fingerprint.mjs';
import { circlesOf, foldersInBothDirections, importsOf } from './import-graph.mjs';
import { root } from './paths.mjs';
import { Stop, runMain, say } from './report.mjs';

const longestLine = 120;
const longestFile = 400;

const folders = ['extension', 'webview', 'backend-native', 'test'];
const notOurs = /(?:^|\/)(?:node_modules|dist|build[^/]*|\.llama\.cpp|\.cache|__pycache__|runs)\//;
const isSource = /\.(?:ts|mjs|cjs|cpp|h|def|css|py|cmake)$|CMakeLists\.txt$/;

/** May be longer than the rest, each for a reason. */
const exceptions = [
  // Drawn by fonts/extract.py: a glyph is a line.
  /^test\/quality\/fonts\/\w+Outlines\.ts$/,
  // XML as Office writes it: a line break in it would be text.
  /^test\/unit\/server\/attachments\/documents\/(?:docx|office)Kinds\.test\.ts$/,
  // Sentences and words that pages and questions are made of: data, one a line.
  /^backend-native\/train\/.*\.py$/,
];

/** A sentence for users in one piece: those who collect the strings read one literal. */
const sentence = /^\s*(['"]).*\1,?$/;
/** One name of a file whose path is long: there is nowhere to break it. */
const oneImport = /^import (?:type )?\{ [\w ]+ \} from '\.[^']+';$/;

/**
 * What an addition touches is counted by an example of it that is there: the files, without tests and prose, that name
 * it.
 * @type {readonly { what: string, example: string, named: RegExp }[]}
 */
const additions = [
  { what: 'a merge rule', example: 'weighted', named: /['"(]weighted['")]|merge_weighted/ },
  { what: 'a document format', example: 'docx', named: /docx/i },
  { what: 'a setting', example: 'lookOnce.generation.minP', named: /\bminP\b/ },
  { what: 'a command', example: 'lookOnce.openInEditor', named: /openInEditor/ },
  { what: 'an error code', example: 'page_range_invalid', named: /page_range_invalid/ },
];

/**
 * @typedef {object} SourceFile
 * @property {string} name relative to the checkout, with slashes
 * @property {string} text
 */

/**
 * @param {string} checkout
 * @returns {SourceFile[]}
 */
function sourcesOf(checkout) {
  return folders
    .flatMap((folder) => filesUnder(path.join(checkout, folder)))
    .map((file) => path.relative(checkout, file).replaceAll(path.sep, '/'))
    .filter((name) => isSource.test(name) && !notOurs.test(name))
    .map((name) => ({ name, text: fs.readFileSync(path.join(checkout, name), 'utf8') }));
}

/**
 * @param {readonly SourceFile[]} sources
 * @returns {string[]} a line for everything that is too long
 */
function tooLong(sources) {
  return sources
    .filter(({ name }) => !exceptions.some((pattern) => pattern.test(name)))
    .flatMap(({ name, text }) => {
      const lines = linesOf(text);
      const long = lines
        .map((line, index) => ({ length: charactersIn(line), number: index + 1 }))
        .filter(({ length, number }) => length > longestLine && !cannotBeBroken(lines, number))
        .map(({ length, number }) => `${name}:${number}: ${length} characters, at most ${longestLine}`);
      return lines.length > longestFile ? [...long, `${name}: ${lines.length} lines, at most ${longestFile}`] : long;
    });
}

/**
 * @param {readonly string[]} lines
 * @param {number} number of the line, from 1
 */
function cannotBeBroken(lines, number) {
  const line = lines[number - 1] ?? '';
  return oneImport.test(line) || (sentence.test(line) && /\bl10n\.t\($/.test(lines[number - 2] ?? ''));
}

/**
 * @param {string} line
 * @returns {number} code points, as editors and Prettier count them
 */
function charactersIn(line) {
  return Array.from(line).length;
}

/** @param {string} text */
function linesOf(text) {
  return text.replace(/\n$/, '').split('\n');
}

/**
 * @param {string} checkout
 * @param {readonly SourceFile[]} sources
 */
function report(checkout, sources) {
  const product = sources.filter(({ name }) => !isTest(name) && !name.startsWith('backend-native/scripts/'));
  /** @type {[string, string][]} */
  const rows = additions.map(({ what, example, named }) => {
    const touched = [...product, ...manifestsOf(checkout)].filter(({ text }) => named.test(text));
    return [`files to touch for ${what} (as ${example})`, count(touched.map(({ name }) => name))];
  });
  const imports = importsOf(sources);
  rows.push(
    ['import circles between files', count(circlesOf(imports).map((circle) => circle.join(' ↔ ')))],
    ['folders that import each other', count(foldersInBothDirections(imports))],
    ['files, median lines, longest', lengths(product)],
    ['test files, median lines, longest', lengths(sources.filter(({ name }) => isTest(name)))],
    [`lines over ${longestLine} characters, files over ${longestFile} lines`, String(tooLong(sources).length)],
    ["files that name llama.cpp's version", count(versionLiterals(checkout, sources))],
  );
  for (const [what, value] of rows) process.stdout.write(`${what}: ${value}\n`);
}

/** @param {string} name */
function isTest(name) {
  return /^test\/|^backend-native\/(?:tests|train)\//.test(name);
}

/**
 * What VS Code reads, which an addition touches as it touches code.
 * @param {string} checkout
 * @returns {SourceFile[]}
 */
function manifestsOf(checkout) {
  return [path.join(checkout, 'package.json'), ...filesUnder(path.join(checkout, 'media/l10n'))]
    .concat(filesUnder(checkout, { deep: false }).filter((file) => /package\.nls\.[\w.]*json$/.test(file)))
    .map((file) => ({ name: path.relative(checkout, file), text: fs.readFileSync(file, 'utf8') }));
}

/** @param {readonly string[]} things */
function count(things) {
  return [String(things.length), ...things.map((thing) => `    ${thing}`)].join('\n');
}

/** @param {readonly SourceFile[]} files */
function lengths(files) {
  const sorted = files
    .map(({ name, text }) => ({ name, lines: linesOf(text).length }))
    .sort((a, b) => a.lines - b.lines);
  const longest = sorted.at(-1);
  return `${sorted.length}, ${sorted[sorted.length >> 1]?.lines ?? 0}, ${longest?.lines ?? 0} (${longest?.name ?? ''})`;
}

/**
 * @param {string} checkout
 * @param {readonly SourceFile[]} sources
 */
function versionLiterals(checkout, sources) {
  const prose = ['README.md', '.github/CONTRIBUTING.md', '.github/ARCHITECTURE.md', 'package.json']
    .filter((name) => fs.existsSync(path.join(checkout, name)))
    .map((name) => ({ name, text: fs.readFileSync(path.join(checkout, name), 'utf8') }));
  return [...sources, ...prose].filter(({ text }) => /\bv0\.\d+\.\d+\b/.test(text)).map(({ name }) => name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(() => {
    const { values } = parseArgs({ options: { check: { type: 'boolean' }, root: { type: 'string', default: root } } });
    const checkout = path.resolve(values.root);
    const sources = sourcesOf(checkout);
    if (sources.length === 0) throw new Stop(`Expected a checkout in ${checkout} but found no sources there.`);
    if (!values.check) {
      report(checkout, sources);
      return Promise.resolve(0);
    }
    const circles = circlesOf(importsOf(sources)).map((circle) => `import circle: ${circle.join(' ↔ ')}`);
    const problems = [...tooLong(sources), ...circles];
    for (const problem of problems) say(problem);
    return Promise.resolve(problems.length === 0 ? 0 : 1);
  });
}
