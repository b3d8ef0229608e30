/** Which of the projectors at hand a text model is used with, and why none of them. */
import path from 'node:path';
import type { NoProjector, ProjectorRefusal, RefusedProjector } from '../../protocol/models.js';
import { fileTypeName } from './fileTypes.js';
import type { ModelFile } from './modelFile.js';
import { likeness, projectorWidth, refusalOf } from './pairing.js';

export type ProjectorChoice =
  | { readonly projector: ModelFile; readonly none?: undefined }
  | { readonly projector?: undefined; readonly none: NoProjector };

/** Files of one model differ a little in their names; another model is less alike than this share of the best. */
const rivalShare = 0.7;

/** Names have to be at least this alike for a projector of another folder, or of a kind whose width is not known. */
const leastLikeness = 0.3;

/**
 * Of the projectors that may belong to a model, the one that is nearest by its place, then by its names. One whose names
 * are those of another model beside it belongs to that.
 * @param models all text models of the same place
 */
export function chooseProjector(
  model: ModelFile,
  projectors: readonly ModelFile[],
  models: readonly ModelFile[],
): ProjectorChoice {
  const judged = projectors.map((projector) => ({
    projector,
    beside: isBeside(model, projector),
    alike: likeness(model, projector),
    why: refusalOf(model.head, projector.head) ?? refusalByName(model, projector, models),
  }));
  const [best] = judged
    .filter(({ why }) => why === undefined)
    .sort(
      (a, b) =>
        Number(b.beside) - Number(a.beside) || b.alike - a.alike || precision(b.projector) - precision(a.projector),
    );
  if (best) return { projector: best.projector };
  return {
    none: noProjector(
      model,
      judged.filter(({ beside, alike }) => beside || alike >= leastLikeness),
    ),
  };
}

/** For a pair that is given together: refused only by what the files say. */
export function pairOf(model: ModelFile, projector: ModelFile): ProjectorChoice {
  const why = refusalOf(model.head, projector.head);
  return why ? { none: { reason: 'refused', refused: [{ path: projector.path, why }] } } : { projector };
}

export function noProjector(
  model: ModelFile,
  judged: readonly { readonly projector: ModelFile; readonly why: ProjectorRefusal | undefined }[],
): NoProjector {
  const refused: RefusedProjector[] = judged.flatMap(({ projector, why }) =>
    why ? [{ path: projector.path, why }] : [],
  );
  if (refused.length > 0) return { reason: 'refused', refused };
  return { reason: hasVisionInside(model) ? 'inside' : 'none' };
}

function refusalByName(
  model: ModelFile,
  projector: ModelFile,
  models: readonly ModelFile[],
): ProjectorRefusal | undefined {
  const alike = likeness(model, projector);
  if (!isBeside(model, projector) || projectorWidth(projector.head) === undefined)
    return alike >= leastLikeness ? undefined : { reason: 'names' };
  const others = models.filter((other) => isBeside(other, projector) && !refusalOf(other.head, projector.head));
  const best = Math.max(...others.map((other) => likeness(other, projector)));
  return alike >= rivalShare * best ? undefined : { reason: 'names' };
}

/** Ollama's own engine reads both halves from one file. */
function hasVisionInside({ head }: ModelFile): boolean {
  return [...head.tensors.keys()].some((name) => name.startsWith('v.'));
}

function isBeside(a: ModelFile, b: ModelFile): boolean {
  return path.dirname(a.path) === path.dirname(b.path);
}

/** A projector is small: of several of one model the one in 16 bits is wanted, which no device lacks. */
function precision({ head }: ModelFile): number {
  return ['F32', 'BF16', 'F16'].indexOf(fileTypeName(head.metadata.get('general.file_type')));
}
