import type * as vscode from 'vscode';
import type { PickedFiles } from '../../backend-native/protocol/models.js';

const key = 'lookOnce.pickedModels';
const most = 20;

/** The model files that the user picked in a dialog, newest first: they are listed from then on, wherever they lie. */
export class PickedModels {
  constructor(private readonly memento: vscode.Memento) {}

  get files(): readonly PickedFiles[] {
    const kept = this.memento.get<unknown>(key);
    return Array.isArray(kept) ? kept.filter(isPicked) : [];
  }

  async remember(files: PickedFiles): Promise<void> {
    const others = this.files.filter(({ modelPath }) => modelPath !== files.modelPath);
    await this.memento.update(key, [files, ...others].slice(0, most));
  }

  async forget(modelPath: string): Promise<void> {
    await this.memento.update(
      key,
      this.files.filter((files) => files.modelPath !== modelPath),
    );
  }
}

function isPicked(value: unknown): value is PickedFiles {
  const { modelPath, mmprojPath } = (value ?? {}) as Partial<Record<keyof PickedFiles, unknown>>;
  return typeof modelPath === 'string' && (mmprojPath === null || typeof mmprojPath === 'string');
}
