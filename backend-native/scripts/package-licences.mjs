/** What the packages that come along in a VSIX ask to be told: their licences, in one text. */
import fs from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';
import { Stop } from './report.mjs';

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions: The above copyright notice and this
permission notice shall be included in all copies or substantial portions of the Software. THE
SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.
IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** As the software bill of materials calls it, too. */
export const nvidiaLicence = 'LicenseRef-NVIDIA-Proprietary';

const ownModules = path.join(root, 'node_modules');

/**
 * @param {readonly string[]} packageFolders
 * @param {string} llamaCpp the folder of its source, compiled into the native backend
 * @param {readonly string[]} libraries names of the files of the native backend
 * @param {string} [nvidia] the licence of NVIDIA's libraries among them
 * @returns {string} every package once, with the licence that it was published with
 */
export function noticeOf(packageFolders, llamaCpp, libraries, nvidia) {
  const parts = [...new Set(packageFolders)].sort().map((folder) => {
    const { name, version, license } = manifestOf(folder);
    if (!name || !license) throw new Stop(`Expected a name and a license in ${folder}/package.json.`);
    return section(`${name} ${version ?? ''}`, license, licenceTexts(folder));
  });
  if (libraries.some((file) => file.startsWith('libgomp')))
    parts.push(
      section('libgomp', 'GPL-3.0-or-later WITH GCC-exception-3.1', [
        'Part of GCC, unmodified: https://gcc.gnu.org. Its source is that of the GCC release that built it.',
      ]),
    );
  parts.push(
    section('llama.cpp and ggml', 'MIT', [...licenceTexts(llamaCpp), ...licenceTexts(path.join(llamaCpp, 'licenses'))]),
  );
  if (hasVulkan(libraries))
    parts.push(section('The Vulkan headers', 'MIT', ['Copyright (c) 2014-2025 The Khronos Group Inc.', mit]));
  if (nvidia !== undefined) parts.push(section("NVIDIA's CUDA runtime and cuBLAS", nvidiaLicence, [nvidia]));
  return ['Look Once contains software by others, under the licences below.', ...parts].join('\n\n');
}

/**
 * @param {readonly string[]} files that went into a bundle
 * @returns {string[]} the folders of the packages that they belong to
 */
export function packagesOf(files) {
  const inPackage = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;
  return [...new Set(files.flatMap((file) => inPackage.exec(file)?.[0] ?? []))];
}

/**
 * @param {readonly string[]} names
 * @param {readonly string[]} but packages that are left out, with what only they need
 * @param {string} [modules] the node_modules folder that holds them
 * @returns {string[]} the folders of the packages and of all that they need; of optional ones, those for this platform
 */
export function withDependencies(names, but, modules = ownModules) {
  /** @type {Set<string>} */
  const folders = new Set();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const folder = path.join(modules, name);
    if (folders.has(folder) || but.includes(name)) continue;
    folders.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = manifestOf(folder);
    queue.push(...Object.keys(dependencies).filter((needed) => !(needed in optionalDependencies)));
    queue.push(...Object.keys(optionalDependencies).filter((wanted) => fs.existsSync(path.join(modules, wanted))));
  }
  return [...folders];
}

/** @param {readonly string[]} libraries names of the files of the native backend */
export function hasVulkan(libraries) {
  return libraries.some((file) => /^(?:lib)?ggml-vulkan\.|-vulkan\.node$/.test(file));
}

/**
 * @param {string} title
 * @param {string} licence
 * @param {readonly string[]} texts
 */
function section(title, licence, texts) {
  const line = '-'.repeat(80);
  return [line, `${title} (${licence})`, line, ...texts].join('\n');
}

/**
 * @param {string} folder
 * @returns {string[]} the licence; of a package that has no copy of it, its README, which tells of it
 */
function licenceTexts(folder) {
  const files = fs.readdirSync(folder).filter((name) => fs.statSync(path.join(folder, name)).isFile());
  const licences = files.filter((name) => /^(?:licen[cs]e|notice|copying)/i.test(name));
  const names = licences.length > 0 ? licences : files.filter((name) => /^readme/i.test(name));
  return names.map((name) => fs.readFileSync(path.join(folder, name), 'utf8').trim());
}

/**
 * @param {string} folder
 * @returns {{ name?: string, version?: string, license?: string, dependencies?: Record<string, string>,
 *   optionalDependencies?: Record<string, string> }}
 */
export function manifestOf(folder) {
  /** @type {unknown} */
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return /** @type {{ name?: string }} */ (manifest);
}
