/** Which files of a repository make a model: the text model in each quantisation, and the projector that goes with it. */
import type { HubFile, HubVariant } from '../../../protocol/hub.js';

export type VariantFiles = Pick<HubVariant, 'quantisation' | 'files' | 'readsImages' | 'totalBytes'>;

/** Middle ones first: smaller answer worse, larger take more memory for little. */
const preferred = ['Q4_K_M', 'Q4_K_XL', 'Q5_K_M', 'Q4_K_S', 'Q4_0', 'Q8_0', 'Q6_K'];
/** A projector is small and suffers from fewer bits. */
const preferredProjectors = ['Q8_0', 'F16', 'BF16', 'F32'];

const partName = /-(\d{5})-of-(\d{5})\.gguf$/i;
/** Beside a model, and not to talk with: drafts, statistics, adapters. */
const beside = /(?:^|[-._/])(?:imatrix|mtp|eagle3?|dflash|dspark|lora|adapter|vocab|control[-_]vector)(?:[-._]|$)/i;
const quantisationPattern =
  /(?:^|[-._])((?:ud-)?(?:i?q\d+(?:_[a-z0-9]+)*|b?f16|f32|mxfp4(?:_moe)?|tq\d_\d))(?=[-.]|$)/gi;

/**
 * @param wanted quantisations that come first, in any case of letters
 * @param projectors quantisations of projectors, the best first
 */
export function variantsOf(
  files: readonly HubFile[],
  wanted: readonly string[] = [],
  projectors: readonly string[] = preferredProjectors,
): VariantFiles[] {
  const projector = bestProjector(files.filter(isProjector), projectors);
  const groups = new Map<string, HubFile[]>();
  for (const file of files.filter((one) => !isProjector(one) && !beside.test(baseName(one)))) {
    const key = file.path.replace(partName, '');
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const variants = [...groups.values()].filter(isWhole).map((parts): VariantFiles => {
    const sorted = [...parts].sort((a, b) => (a.path < b.path ? -1 : 1));
    const all = projector ? [...sorted, projector] : sorted;
    return {
      quantisation: quantisationOf(sorted[0] as HubFile),
      files: all,
      readsImages: projector !== undefined,
      totalBytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
  const order = [...wanted.map((name) => name.toUpperCase()), ...preferred];
  const rank = ({ quantisation }: VariantFiles) => {
    const index = order.findIndex((name) => isCalled(quantisation, name));
    return index < 0 ? order.length : index;
  };
  return variants.sort((a, b) => rank(a) - rank(b) || a.totalBytes - b.totalBytes);
}

/** The variant of a quantisation; `Q4_K_M` also finds `UD-Q4_K_M`. */
export function variantNamed<T extends { readonly quantisation: string }>(
  variants: readonly T[],
  quantisation: string,
): T | undefined {
  return (
    variants.find((variant) => variant.quantisation.toUpperCase() === quantisation.toUpperCase()) ??
    variants.find((variant) => isCalled(variant.quantisation, quantisation.toUpperCase()))
  );
}

function isCalled(quantisation: string, name: string): boolean {
  return quantisation.toUpperCase().replace(/^UD-/, '') === name.replace(/^UD-/, '');
}

function isProjector(file: HubFile): boolean {
  return /mmproj/i.test(file.path);
}

function bestProjector(files: readonly HubFile[], order: readonly string[]): HubFile | undefined {
  const rank = (file: HubFile) => {
    const index = order.indexOf(quantisationOf(file));
    return index < 0 ? order.length : index;
  };
  return [...files].sort((a, b) => rank(a) - rank(b) || a.bytes - b.bytes)[0];
}

/** Whether all parts of a split model are there. */
function isWhole(parts: readonly HubFile[]): boolean {
  return parts.length === Number(partName.exec(parts[0]?.path ?? '')?.[2] ?? 1);
}

/** As the name says, the last word that looks like one; else the name itself. */
function quantisationOf(file: HubFile): string {
  const name = baseName(file)
    .replace(partName, '')
    .replace(/\.gguf$/i, '');
  const words = [...name.matchAll(quantisationPattern)].map((match) => (match[1] ?? '').toUpperCase());
  // Some repositories have a folder for each quantisation.
  const folder = file.path.includes('/') ? (file.path.split('/').at(-2) ?? '').toUpperCase() : '';
  return words.at(-1) ?? (/^(?:UD-)?I?Q\d|^B?F16$/.test(folder) ? folder : name);
}

function baseName({ path: file }: HubFile): string {
  return file.split('/').at(-1) ?? '';
}
