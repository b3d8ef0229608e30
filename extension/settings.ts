import * as vscode from 'vscode';
import type { DocumentLimits, DocumentReadAs, SamplingSettings } from '../backend-native/protocol/ask.js';
import type { KvSettings } from '../backend-native/protocol/kv.js';
import type { LoadParams } from '../backend-native/protocol/model.js';

/** The settings as the backend takes them, every value checked. */
export interface CurrentSettings {
  readonly kv: KvSettings;
  /** What `lookOnce/load` gets. */
  readonly load: LoadParams;
  readonly modelFolders: readonly string[];
  readonly sampling: SamplingSettings;
  /** Undefined for none. */
  readonly systemPrompt: string | undefined;
  readonly documents: DocumentLimits & { readonly readAs: DocumentReadAs };
  readonly unresponsiveSeconds: number;
}

/** The settings of VS Code, read again whenever one changes. */
export class Settings implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<CurrentSettings>();
  readonly onDidChange = this.changed.event;
  declare readonly current: CurrentSettings;

  dispose(): void {
    this.changed.dispose();
  }
}
