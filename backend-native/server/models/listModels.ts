/** The models on this machine: the embedded one, those that other programs fetched, those in the folders named. */
import fs from 'node:fs';
import path from 'node:path';
import { sentenceOf, type ErrorReason } from '../../protocol/errorReasons.js';
import { BackendError, type BackendErrorData } from '../../protocol/errors.js';
import type {
  FoundModel,
  ListModelsParams,
  ListModelsResult,
  ModelSource,
  PickedFiles,
} from '../../protocol/models.js';
import type { MemoryUse } from '../../protocol/memory.js';
import { findGgufFiles, type FoundFiles } from './findGgufFiles.js';
import { lmStudioFolders, modelCaches, ollamaStores, type Surroundings } from './modelCaches.js';
import {
  isProjector,
  isTextModel,
  partsTogether,
  readModelFile,
  readModelFiles,
  type ModelFile,
  type Pass,
} from './modelFile.js';
import { embeddedModel } from './embeddedModel.js';
import { estimateMemory, modelShape, type FreeMemory } from './memoryEstimate.js';
import { memoryUseFrom } from './memoryUse.js';
import { groupModels, type EstimateOf, type PairedModel, type TakesTools } from './modelGroups.js';
import { ollamaModels } from './ollamaStore.js';
import { chooseProjector, noProjector, pairOf, type ProjectorChoice } from './projectorChoice.js';

/**
 * @param log hears of every file that was passed over, and why
 * @param free is asked when estimates are wanted
 * @param takesTools is asked of every chat template
 * @throws BackendError `invalid_argument`
 */
export async function listModels(
  params: ListModelsParams,
  log: Log,
  surroundings: Surroundings,
  free: () => FreeMemory,
  takesTools: TakesTools,
): Promise<ListModelsResult> {
  const { folders: named, files: picked } = checked(params);
  const use = memoryUseFrom(params.memory);
  const lister = new Lister(log, takesTools, use && estimates(use, free()));
  lister.addEmbedded();
  for (const folder of modelCaches(surroundings)) await lister.addFolder(folder, 'hub', ifThere);
  for (const folder of lmStudioFolders(surroundings)) await lister.addFolder(folder, 'lm-studio', ifThere);
  for (const store of ollamaStores(surroundings)) await lister.addOllama(store);
  for (const folder of named) await lister.addFolder(folder, 'folder');
  for (const files of picked) await lister.addPicked(files);
  return { models: lister.models, folders: lister.folders };
}

function estimates(use: MemoryUse, free: FreeMemory): EstimateOf {
  return ({ file, choice, adapters = [] }) => {
    const adapted = adapters.map(({ head }) => head);
    return estimateMemory(modelShape(file.heads, choice.projector?.head, adapted), use, free);
  };
}

/** Hears of every file that was passed over, and why. */
type Log = (message: string) => void;

/** Folders of other programs need not exist. */
const ifThere = true;

class Lister {
  readonly models: FoundModel[] = [];
  readonly folders: { path: string; found: number; error?: BackendErrorData }[] = [];
  /** Real paths of the files that were listed already, through whatever link. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly log: Log,
    private readonly takesTools: TakesTools,
    private readonly estimateOf?: EstimateOf,
  ) {}

  private readonly pass: Pass = (why) => {
    this.log(sentenceOf(why));
  };

  /** Its files lie in different folders, and belong together whatever their names are. */
  addEmbedded(): void {
    const { modelPath, mmprojPath, adapterPaths = [] } = embeddedModel().files;
    const [file, projector] = [modelPath, mmprojPath].map((part) => readModelFile([part], this.pass));
    const adapters = adapterPaths.flatMap((part) => readModelFile([part], this.pass) ?? []);
    if (file && projector) this.add([{ file, choice: pairOf(file, projector), adapters }], 'embedded');
  }

  async addFolder(folder: string, source: ModelSource, optional = false): Promise<void> {
    if (optional && !fs.existsSync(folder)) return;
    try {
      const { files, stopped } = await findGgufFiles(folder);
      const found = await this.addFiles(files, source);
      this.folders.push({
        path: folder,
        found,
        ...(stopped === undefined ? {} : { error: cutShort(folder, stopped) }),
      });
    } catch (error) {
      this.folders.push({ path: folder, found: 0, error: unreadable(folder, error) });
    }
  }

  /** @returns how many models are new */
  async addFiles(files: readonly string[], source: ModelSource): Promise<number> {
    const read = await readModelFiles(files, this.pass);
    const projectors = read.filter(isProjector);
    const texts = read.filter(isTextModel);
    return this.add(
      texts.map((file) => ({ file, choice: chooseProjector(file, projectors, texts) })),
      source,
    );
  }

  async addOllama(store: string): Promise<void> {
    if (!fs.existsSync(store)) return;
    const paired: PairedModel[] = [];
    for (const { name, modelPath, mmprojPath, adapterPaths } of await ollamaModels(store, this.log)) {
      const file = readModelFile([modelPath], this.pass);
      const projector = mmprojPath === undefined ? undefined : readModelFile([mmprojPath], this.pass);
      if (!file || !isTextModel(file)) continue;
      const named = { ...file, name };
      const choice = projector ? pairOf(named, projector) : { none: noProjector(named, []) };
      paired.push({ file: named, choice, otherAdapters: adapterPaths });
    }
    this.folders.push({ path: store, found: this.add(paired, 'ollama') });
  }

  async addPicked({ modelPath, mmprojPath }: PickedFiles): Promise<void> {
    const problem = (why: ErrorReason) => {
      this.folders.push({ path: modelPath, found: 0, error: new BackendError('file_not_found', why).data });
    };
    const passed: ErrorReason[] = [];
    const hear = (why: ErrorReason) => {
      passed.push(why);
      this.pass(why);
    };
    const beside = ggufFilesBeside(modelPath);
    const parts = partsTogether(beside).find((group) => group.includes(modelPath)) ?? [modelPath];
    const file = readModelFile(parts, hear);
    if (!file || !isTextModel(file)) {
      problem(passed[0] ?? { kind: 'noTextModel', file: modelPath });
      return;
    }
    const choice =
      mmprojPath === undefined ? await this.chooseBeside(file, beside) : this.choosePicked(file, mmprojPath, hear);
    this.add([{ file, choice }], 'picked');
    if (passed[0] !== undefined) problem(passed[0]);
  }

  private async chooseBeside(file: ModelFile, beside: readonly string[]): Promise<ProjectorChoice> {
    const read = await readModelFiles(beside, this.pass);
    return chooseProjector(file, read.filter(isProjector), read.filter(isTextModel));
  }

  private choosePicked(file: ModelFile, mmprojPath: string | null, pass: Pass): ProjectorChoice {
    const projector = mmprojPath === null ? undefined : readModelFile([mmprojPath], pass);
    return projector ? pairOf(file, projector) : { none: noProjector(file, []) };
  }

  private add(paired: readonly PairedModel[], source: ModelSource): number {
    const fresh = paired.filter(({ file, otherAdapters = [] }) => this.isNew(file, otherAdapters));
    this.models.push(...groupModels(fresh, source, this.estimateOf, this.takesTools));
    return fresh.length;
  }

  /** A model that has adapters is another one than the same file without. */
  private isNew(file: ModelFile, adapters: readonly string[]): boolean {
    const key = [fs.realpathSync(file.path), ...adapters].join('\n');
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }
}

/** None where the folder cannot be read: what is wrong with it shows when the file itself is read. */
function ggufFilesBeside(file: string): string[] {
  const folder = path.dirname(file);
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => name.toLowerCase().endsWith('.gguf'))
      .map((name) => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return [];
  }
}

function checked(params: ListModelsParams): Required<Pick<ListModelsParams, 'folders' | 'files'>> {
  const { folders, files = [] } = (params as Partial<Record<keyof ListModelsParams, unknown>> | undefined) ?? {};
  if (!Array.isArray(folders) || !folders.every(isAbsolutePath)) {
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: 'absolute paths',
      what: 'the model folders',
      received: JSON.stringify(folders),
    });
  }
  if (!Array.isArray(files) || !files.every(isPicked)) {
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: 'absolute paths',
      what: 'the model files',
      received: JSON.stringify(files),
    });
  }
  return { folders, files };
}

function isAbsolutePath(value: unknown): value is string {
  return typeof value === 'string' && path.isAbsolute(value);
}

function isPicked(value: unknown): value is PickedFiles {
  const { modelPath, mmprojPath } = (value ?? {}) as Partial<Record<keyof PickedFiles, unknown>>;
  return isAbsolutePath(modelPath) && (mmprojPath === undefined || mmprojPath === null || isAbsolutePath(mmprojPath));
}

function cutShort(folder: string, stopped: NonNullable<FoundFiles['stopped']>): BackendErrorData {
  return new BackendError('invalid_argument', { kind: 'folderCutShort', folder, ...stopped }).data;
}

function unreadable(folder: string, error: unknown): BackendErrorData {
  const reason = (error as NodeJS.ErrnoException).code;
  if (reason === undefined) throw error;
  const told =
    reason === 'ENOTDIR'
      ? new BackendError('invalid_argument', { kind: 'noFolder', folder })
      : new BackendError('file_not_found', { kind: 'folderUnreadable', folder, why: reason });
  return told.data;
}
