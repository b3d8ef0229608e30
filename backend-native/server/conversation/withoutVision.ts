import path from 'node:path';
import { BackendError } from '../../protocol/errors.js';
import type { ModelInfo } from '../../protocol/model.js';
import { projectorsBeside } from '../models/modelFiles.js';

/** Why images cannot be read, with what would help. */
export function withoutVision(model: ModelInfo, images: number): BackendError {
  if (model.mmprojPath !== undefined) {
    return new BackendError('projector_invalid', { kind: 'projectorWithoutVision', file: model.mmprojPath });
  }
  const files = projectorsBeside(model.modelPath).map((file) => path.basename(file));
  return files.length === 0
    ? new BackendError('projector_missing', { kind: 'noProjector', images, model: model.modelPath })
    : new BackendError('projector_missing', { kind: 'projectorBeside', images, model: model.modelPath, files });
}
