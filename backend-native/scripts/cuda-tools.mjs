/**
 * What compiles ggml's CUDA backend: the CUDA toolkit of this machine, or the parts of one that NVIDIA publishes as
 * Python packages, which are unpacked beside the build and installed nowhere. No GPU is needed to compile.
 */
import fs from 'node:fs';
import path from 'node:path';
import { filesUnder } from './fingerprint.mjs';
import { alone } from './lock.mjs';
import { nvidiaLicence } from './package-licences.mjs';
import { cache } from './paths.mjs';
import { Stop } from './report.mjs';
import { isOnPath } from './toolchain.mjs';
import { withWheel } from './wheels.mjs';

const version = '13.5.37';
/** For linux-x64: compiler, headers, and the libraries that are linked. */
const wheels = [
  {
    requirement: `nvidia-cuda-nvcc==${version}`,
    sha256: 'f5c4f7ead5d964fb4af42bbf1e6d3ec3c1e6e9d83b53749f691d387e7fcaa3a7',
    megabytes: 47,
  },
  {
    requirement: `nvidia-nvvm==${version}`,
    sha256: 'c41bfa362e407405163f103c2229f0765f8cc2ed7d148b754dc77f228bf7e070',
    megabytes: 75,
  },
  {
    requirement: `nvidia-cuda-crt==${version}`,
    sha256: 'e898b7f73d3035fa89915a3f7bf3b54a73e90249746111aed295822c4729bb29',
    megabytes: 1,
  },
  {
    requirement: `nvidia-cuda-runtime==${version}`,
    sha256: 'df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d',
    megabytes: 3,
  },
  {
    requirement: 'nvidia-cuda-cccl==13.3.5.0.6',
    sha256: 'd5230098fa2df5021e1a00c0c4eee41797671a91119d31e892463e5ccf3ee326',
    megabytes: 4,
  },
  {
    requirement: 'nvidia-cublas==13.10.0.20',
    sha256: 'dcc6d63884c53d07e267ce7e6feac17b2538cebaafec5db865736c3e28e4dc84',
    megabytes: 444,
  },
];
/** Where NVIDIA's own packages put the compiler, which they put on no PATH. */
const installed = '/usr/local/cuda/bin/nvcc';
/** Where in each wheel its files are. */
const inside = path.join('nvidia', 'cu13');
/** Where the unpacked toolkit has NVIDIA's licence, which is one for all of them. */
const licence = 'LICENSE.txt';
/** What ggml's CUDA backend is linked with, and what these want; NVIDIA lets them be given on (EULA, attachment A). */
const runtime = /^lib(?:cudart|cublas|cublasLt)\.so\.\d+$/;
/** The packages that these are in. */
const carrying = ['nvidia-cuda-runtime', 'nvidia-cublas'];

/**
 * @typedef {object} Cuda
 * @property {readonly string[]} flags of CMake that build the CUDA backend
 * @property {readonly string[]} libraries of NVIDIA's, which have to lie beside it where no toolkit is installed
 * @property {string} licence of these
 * @property {readonly { name: string, version: string, licence: string }[]} components the packages they come from
 */

/**
 * @returns {Promise<readonly string[]>} flags of CMake that build the CUDA backend; rejects with a Stop that says what
 *   to install
 */
export async function cudaFlags() {
  if (process.env['CUDACXX'] || isOnPath('nvcc')) return ['-DGGML_CUDA=ON'];
  if (fs.existsSync(installed)) return ['-DGGML_CUDA=ON', `-DCMAKE_CUDA_COMPILER=${installed}`];
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Stop(
      'The CUDA backend needs the CUDA toolkit. Install it from https://developer.nvidia.com/cuda-downloads, see to ' +
        'it that nvcc is on the PATH, and start again.',
    );
  return (await pinnedCuda()).flags;
}

/**
 * NVIDIA's Python packages, whatever toolkit this machine has: what a package is made of.
 * @returns {Promise<Cuda>} rejects with a Stop that says why they could not be had
 */
export async function pinnedCuda() {
  const toolkit = await alone('cuda-tools', unpackedToolkit);
  const library = path.join(toolkit, 'lib');
  return {
    flags: [
      '-DGGML_CUDA=ON',
      `-DCUDAToolkit_ROOT=${toolkit}`,
      `-DCMAKE_CUDA_COMPILER=${path.join(toolkit, 'bin', 'nvcc')}`,
      // The driver, whose library virtual memory needs, is in none of the packages.
      '-DGGML_CUDA_NO_VMM=ON',
      `-DCMAKE_BUILD_RPATH=${library}`,
      // One kind of code, which a driver translates at its first start for its own GPU, from the RTX 30 series on.
      '-DCMAKE_CUDA_ARCHITECTURES=80-virtual',
    ],
    libraries: fs
      .readdirSync(library)
      .filter((name) => runtime.test(name))
      .map((name) => path.join(library, name)),
    licence: fs.readFileSync(path.join(toolkit, licence), 'utf8'),
    components: wheels
      .map(({ requirement }) => requirement.split('=='))
      .filter(([name = '']) => carrying.includes(name))
      .map(([name = '', version = '']) => ({ name, version, licence: nvidiaLicence })),
  };
}

/** @returns {Promise<string>} the folder of the toolkit */
async function unpackedToolkit() {
  const toolkit = path.join(cache, `cuda-toolkit-${version}`);
  if (fs.existsSync(toolkit)) return toolkit;
  const part = `${toolkit}.part`;
  fs.rmSync(part, { recursive: true, force: true });
  for (const wheel of wheels)
    await withWheel('cuda', wheel, (unpacked) => {
      fs.cpSync(path.join(unpacked, inside), part, { recursive: true });
      const text = filesUnder(unpacked).find((file) => /\.dist-info[\\/](?:licenses[\\/])?license/i.test(file));
      if (!text) throw new Stop(`${wheel.requirement} came without its licence. Do not use it.`);
      fs.copyFileSync(text, path.join(part, licence));
    });
  // Unpacked by Python, programs are no programs; and a library is looked for without its version.
  for (const file of filesUnder(part)) {
    if (path.basename(path.dirname(file)) === 'bin') fs.chmodSync(file, 0o755);
    const library = /^(lib\w+\.so)\.\d+$/.exec(path.basename(file))?.[1];
    if (library !== undefined) fs.symlinkSync(path.basename(file), path.join(path.dirname(file), library));
  }
  fs.renameSync(part, toolkit);
  return toolkit;
}
