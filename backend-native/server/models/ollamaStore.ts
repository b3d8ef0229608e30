/** Ollama's store: a manifest for every model names its files, which lie by their hashes and have no ending. */
import fs from 'node:fs';
import path from 'node:path';

export interface OllamaModel {
  /** As `ollama run` takes it, such as "llava:7b". */
  readonly name: string;
  readonly modelPath: string;
  /** Undefined for a model without one, or with both halves in one file. */
  readonly mmprojPath: string | undefined;
  /** LoRA adapters that belong to it. */
  readonly adapterPaths: readonly string[];
}

const modelType = 'application/vnd.ollama.image.model';
const projectorType = 'application/vnd.ollama.image.projector';
const adapterType = 'application/vnd.ollama.image.adapter';
/** A manifest is about 1 KB. */
const maxManifestBytes = 1 << 20;
const maxManifests = 2000;
/** Registry, namespace, model, tag. */
const manifestDepth = 4;

/**
 * @param store such as ~/.ollama/models
 * @param log hears of every manifest that was passed over, and why
 */
export async function ollamaModels(store: string, log: (message: string) => void): Promise<OllamaModel[]> {
  const manifests = await filesAtDepth(path.join(store, 'manifests'), manifestDepth);
  if (manifests.length > maxManifests)
    log(`${store} has ${manifests.length} manifests, of which ${maxManifests} are read`);
  const models: OllamaModel[] = [];
  for (const file of manifests.slice(0, maxManifests)) {
    const blobs = await blobsOf(file, log);
    const pathsOf = (type: string) =>
      (blobs?.get(type) ?? []).map((digest) => path.join(store, 'blobs', `sha256-${digest}`));
    const [[modelPath], [mmprojPath]] = [pathsOf(modelType), pathsOf(projectorType)];
    // Some manifests are of models in another format, which have no such file.
    if (modelPath === undefined) continue;
    const name = nameOf(path.relative(path.join(store, 'manifests'), file));
    models.push({ name, modelPath, mmprojPath, adapterPaths: pathsOf(adapterType) });
  }
  return models;
}

/** The hashes of the files by their media types; undefined for what is no manifest. */
async function blobsOf(file: string, log: (message: string) => void): Promise<Map<string, string[]> | undefined> {
  try {
    const { size } = await fs.promises.stat(file);
    if (size > maxManifestBytes) {
      log(`${file} is passed over: a manifest of ${size} bytes`);
      return undefined;
    }
    const { layers } = JSON.parse(await fs.promises.readFile(file, 'utf8')) as { layers?: unknown };
    if (!Array.isArray(layers)) throw new SyntaxError('no layers');
    const blobs = new Map<string, string[]>();
    for (const layer of layers as { mediaType?: unknown; digest?: unknown }[]) {
      const digest = /^sha256[:-]([0-9a-f]{64})$/.exec(String(layer.digest))?.[1];
      const type = String(layer.mediaType);
      if (digest !== undefined) blobs.set(type, [...(blobs.get(type) ?? []), digest]);
    }
    return blobs;
  } catch (error) {
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    log(`${file} is passed over: it is no manifest that can be read`);
    return undefined;
  }
}

/** "registry.ollama.ai/library/llava/7b" is "llava:7b". */
function nameOf(relative: string): string {
  const [registry = '', namespace = '', model = '', tag = ''] = relative.split(path.sep);
  const place = [registry === 'registry.ollama.ai' ? '' : registry, namespace === 'library' ? '' : namespace, model];
  return `${place.filter((part) => part !== '').join('/')}:${tag}`;
}

async function filesAtDepth(folder: string, depth: number): Promise<string[]> {
  let entries: fs.Dirent[];
  try {
    entries = await fs.promises.readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return [];
  }
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (depth === 1) return sorted.filter((entry) => entry.isFile()).map(({ name }) => path.join(folder, name));
  const below: string[] = [];
  for (const entry of sorted)
    if (entry.isDirectory()) below.push(...(await filesAtDepth(path.join(folder, entry.name), depth - 1)));
  return below;
}
