import path from 'node:path';
import { BackendError } from '../../protocol/errors.js';
import type { ModelInfo } from '../../protocol/model.js';
import { projectorsBeside } from '../models/modelFiles.js';

/** Why images cannot be read, with what would help. */
export function withoutVision(model: ModelInfo, images: number): BackendError {
  const what = images === 1 ? 'an image' : `${images} images`;
  if (model.mmprojPath !== undefined) {
    return new BackendError('projector_invalid', `${model.mmprojPath} reads no images`, {
      kind: 'projectorWithoutVision',
    });
  }
  const message = `The question comes with ${what} and ${model.modelPath} was loaded without a projector`;
  const files = projectorsBeside(model.modelPath).map((file) => path.basename(file));
  return files.length === 0
    ? new BackendError('projector_missing', message)
    : new BackendError('projector_missing', message, { kind: 'projectorBeside', files });
}
