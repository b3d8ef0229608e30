import fs from 'node:fs';
import path from 'node:path';
import { BackendError } from '../../protocol/errors.js';
import { fileSize } from '../attachments/file.js';
import { embeddedModel } from './embeddedModel.js';
import { GgufDamage } from './byteReader.js';
import { readGgufHead, type GgufHead } from './gguf.js';
import type { ModelFiles } from './modelPaths.js';
import { projectorArchitecture, projectorWidth, textWidth } from './pairing.js';

/**
 * Finds the files to load and makes sure, before llama.cpp sees them, that they are whole and each in its place.
 * A projector without a model is refused: the embedded model's own is the only one that fits it.
 */
export async function resolveModelFiles(given: Partial<ModelFiles>): Promise<ModelFiles> {
  if (given.modelPath === undefined) {
    if (given.mmprojPath !== undefined) {
      throw new BackendError('invalid_argument', { kind: 'projectorWithoutModel' });
    }
    return checked({ ...embeddedModel().files, ...adaptersOf(given) });
  }
  return checked({
    modelPath: given.modelPath,
    ...(given.mmprojPath === undefined ? {} : { mmprojPath: given.mmprojPath }),
    ...adaptersOf(given),
  });
}

function adaptersOf({ adapterPaths }: Partial<ModelFiles>): Pick<ModelFiles, 'adapterPaths'> {
  if (adapterPaths === undefined) return {};
  const given: unknown = adapterPaths;
  if (!Array.isArray(given) || !given.every((file) => typeof file === 'string')) {
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: 'a list of paths',
      what: 'the adapters',
      received: String(given),
    });
  }
  return given.length === 0 ? {} : { adapterPaths };
}

async function checked(files: ModelFiles): Promise<ModelFiles> {
  const model = await readHead(files.modelPath, 'model_invalid');
  if (model.architecture === projectorArchitecture) {
    throw new BackendError('model_invalid', { kind: 'projectorAsModel', file: files.modelPath });
  }
  for (const file of files.adapterPaths ?? []) checkAdapter(file, await readHead(file, 'adapter_invalid'), model);
  if (files.mmprojPath === undefined) return files;
  const projector = await readHead(files.mmprojPath, 'projector_invalid');
  if (projector.architecture !== projectorArchitecture) {
    throw new BackendError('projector_invalid', {
      kind: 'modelAsProjector',
      file: files.mmprojPath,
      architecture: projector.architecture,
    });
  }
  const [gives, takes] = [projectorWidth(projector), textWidth(model)];
  if (gives !== undefined && takes !== undefined && gives !== takes) {
    throw new BackendError('projector_mismatch', {
      kind: 'projectorOfOther',
      projector: files.mmprojPath,
      gives,
      model: files.modelPath,
      takes,
    });
  }
  return files;
}

function checkAdapter(file: string, { metadata, architecture }: GgufHead, model: GgufHead): void {
  if (metadata.get('general.type') !== 'adapter' || metadata.get('adapter.type') !== 'lora') {
    throw new BackendError('adapter_invalid', { kind: 'noAdapter', file });
  }
  if (architecture !== model.architecture) {
    throw new BackendError('adapter_invalid', {
      kind: 'adapterOfOther',
      file,
      architecture,
      model: model.architecture,
    });
  }
}

/** The projectors that lie in the folder of a model, for the hint when one is missing. */
export function projectorsBeside(modelPath: string): string[] {
  const folder = path.dirname(modelPath);
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.gguf') && name !== path.basename(modelPath))
    .map((name) => path.join(folder, name))
    .filter(isProjector);
}

function isProjector(file: string): boolean {
  try {
    return readGgufHead(file).architecture === projectorArchitecture;
  } catch (error) {
    // A file that is damaged, or gone by now, is no hint.
    if (error instanceof GgufDamage || (error as NodeJS.ErrnoException).code !== undefined) return false;
    throw error;
  }
}

async function readHead(
  file: string,
  code: 'model_invalid' | 'projector_invalid' | 'adapter_invalid',
): Promise<GgufHead> {
  await fileSize(file);
  try {
    return readGgufHead(file);
  } catch (error) {
    if (error instanceof GgufDamage) throw new BackendError(code, error.in(file));
    throw error;
  }
}
