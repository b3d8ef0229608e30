/** The models on this machine: the embedded one, those in the caches, those in the folders named. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BackendError, type BackendErrorData } from '../../protocol/errors.js';
import type { FoundModel, ListModelsParams, ListModelsResult } from '../../protocol/models.js';
import { GgufDamage } from './byteReader.js';
import { fileTypeName } from './fileTypes.js';
import { findGgufFiles } from './findGgufFiles.js';
import { readGgufHead, type GgufHead } from './gguf.js';
import { modelCaches, type Surroundings } from './modelCaches.js';
import { embeddedModel } from './embeddedModel.js';
import { likeness, mayBelong, projectorArchitecture, projectorWidth } from './pairing.js';

/** A GGUF file, or the parts of a split one together. */
interface ModelFile {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly head: GgufHead;
}

/** Files of one model differ a little in their names; another model is less alike than this share of the best. */
const rivalShare = 0.7;

type Log = (message: string) => void;

/** Names have to be at least this alike for a projector of another folder, or of a kind whose width is not known. */
const leastLikeness = 0.3;

/**
 * @param log hears of every file that was passed over, and why
 * @throws BackendError `invalid_argument`
 */
export async function listModels(
  params: ListModelsParams,
  log: Log,
  surroundings: Surroundings = { env: process.env, home: os.homedir(), platform: process.platform },
): Promise<ListModelsResult> {
  const given: unknown = (params as Partial<ListModelsParams> | undefined)?.folders;
  if (
    !Array.isArray(given) ||
    !given.every((folder): folder is string => typeof folder === 'string' && path.isAbsolute(folder))
  ) {
    throw new BackendError(
      'invalid_argument',
      `Expected absolute paths for the model folders but received ${JSON.stringify(given)}`,
    );
  }
  const seen = new Set<string>();
  const embedded = embeddedModel().files;
  const models = await modelsAmong([embedded.modelPath, embedded.mmprojPath], 'embedded', seen, log);
  const folders: { path: string; found: number; error?: BackendErrorData }[] = [];
  const caches = modelCaches(surroundings).filter((folder) => fs.existsSync(folder));
  const places = [
    ...caches.map((folder) => ({ folder, source: 'hub' as const })),
    ...given.map((folder) => ({ folder, source: 'folder' as const })),
  ];
  for (const { folder, source } of places) {
    try {
      const { files, stopped } = await findGgufFiles(folder);
      const found = await modelsAmong(files, source, seen, log);
      models.push(...found);
      folders.push({
        path: folder,
        found: found.length,
        ...(stopped === undefined ? {} : { error: cutShort(folder, stopped) }),
      });
    } catch (error) {
      folders.push({ path: folder, found: 0, error: unreadable(folder, error) });
    }
  }
  return { models, folders };
}

/** @param seen real paths of the files that were listed already, through whatever link */
async function modelsAmong(
  files: readonly string[],
  source: FoundModel['source'],
  seen: Set<string>,
  log: Log,
): Promise<FoundModel[]> {
  const read: ModelFile[] = [];
  for (const parts of partsTogether(files)) {
    // Heads are read in one go: other requests get their turn between two files.
    await new Promise((resolve) => setImmediate(resolve));
    const file = readModelFile(parts, log);
    if (file) read.push(file);
  }
  const projectors = read.filter(({ head }) => head.architecture === projectorArchitecture);
  const texts = read.filter(isTextModel);
  return texts.flatMap((file) => {
    const real = fs.realpathSync(file.path);
    if (seen.has(real)) return [];
    seen.add(real);
    return [describe(file, projectorFor(file, projectors, texts), source)];
  });
}

function describe(file: ModelFile, projector: ModelFile | undefined, source: FoundModel['source']): FoundModel {
  const text = (key: string) => String(file.head.metadata.get(key) ?? '');
  return {
    source,
    name: text('general.name') || file.name.replace(/\.gguf$/i, ''),
    modelPath: file.path,
    mmprojPath: projector?.path ?? null,
    architecture: file.head.architecture,
    sizeLabel: text('general.size_label'),
    sizeBytes: file.sizeBytes + (projector?.sizeBytes ?? 0),
    quantisation: fileTypeName(file.head.metadata.get('general.file_type')),
  };
}

/**
 * Of the projectors that may belong to a model, the one that is nearest by its place, then by its names. One whose names
 * are those of another model beside it belongs to that.
 */
function projectorFor(
  model: ModelFile,
  projectors: readonly ModelFile[],
  models: readonly ModelFile[],
): ModelFile | undefined {
  return projectors
    .filter(({ head }) => mayBelong(model.head, head))
    .map((projector) => ({ projector, beside: isBeside(model, projector), alike: likeness(model, projector) }))
    .filter(({ projector, beside, alike }) => {
      if (!beside || projectorWidth(projector.head) === undefined) return alike >= leastLikeness;
      const others = models.filter((other) => isBeside(other, projector) && mayBelong(other.head, projector.head));
      return alike >= rivalShare * Math.max(...others.map((other) => likeness(other, projector)));
    })
    .sort(
      (a, b) =>
        Number(b.beside) - Number(a.beside) || b.alike - a.alike || precision(b.projector) - precision(a.projector),
    )
    .at(0)?.projector;
}

function isBeside(a: ModelFile, b: ModelFile): boolean {
  return path.dirname(a.path) === path.dirname(b.path);
}

/** A projector is small: of several of one model the one in 16 bits is wanted, which no device lacks. */
function precision({ head }: ModelFile): number {
  return ['F32', 'BF16', 'F16'].indexOf(fileTypeName(head.metadata.get('general.file_type')));
}

/** Something that llama.cpp can talk with: not a projector, an adapter, or a model that only embeds. */
function isTextModel({ head }: ModelFile): boolean {
  const of = (key: string) => head.metadata.get(`${head.architecture}.${key}`);
  const isModel =
    head.architecture !== projectorArchitecture && (head.metadata.get('general.type') ?? 'model') === 'model';
  const embeds = of('pooling_type') !== undefined || of('attention.causal') === false;
  return isModel && !embeds && of('block_count') !== undefined && head.metadata.has('tokenizer.ggml.model');
}

const partName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;

/** The files of every model: one, or the parts of a split one in their order. */
function partsTogether(files: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const match = partName.exec(file);
    const key = match ? `${match[1] ?? ''} of ${match[3] ?? ''}` : file;
    groups.set(key, [...(groups.get(key) ?? []), file].sort());
  }
  return [...groups.values()];
}

function readModelFile(parts: readonly string[], log: Log): ModelFile | undefined {
  const [first = ''] = parts;
  const expected = Number(partName.exec(first)?.[3] ?? 1);
  if (parts.length !== expected) {
    log(`${first} is passed over: ${parts.length} of its ${expected} parts are there`);
    return undefined;
  }
  try {
    const heads = parts.map(readGgufHead);
    const [head] = heads;
    if (!head) return undefined;
    return {
      path: first,
      name: path.basename(first),
      sizeBytes: heads.reduce((sum, { bytes }) => sum + bytes, 0),
      head,
    };
  } catch (error) {
    if (!(error instanceof GgufDamage) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    log(
      `${first} is passed over: it ${error instanceof GgufDamage ? error.message : `cannot be read (${String((error as NodeJS.ErrnoException).code)})`}`,
    );
    return undefined;
  }
}

function cutShort(folder: string, stopped: string): BackendErrorData {
  return new BackendError(
    'invalid_argument',
    `Not all of ${folder} was looked at: it holds ${stopped}`,
    'Name the folder that holds the models.',
  ).data;
}

function unreadable(folder: string, error: unknown): BackendErrorData {
  const reason = (error as NodeJS.ErrnoException).code;
  if (reason === undefined) throw error;
  const told =
    reason === 'ENOTDIR'
      ? new BackendError('invalid_argument', `${folder} is not a folder`, 'Name the folder that holds the models.')
      : new BackendError('file_not_found', `The folder ${folder} cannot be read (${reason})`);
  return told.data;
}
