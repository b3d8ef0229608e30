/** The files a model consists of. */
export interface ModelFiles {
  readonly modelPath: string;
  readonly mmprojPath?: string;
  /** LoRA adapters of the text model; never an empty list. */
  readonly adapterPaths?: readonly string[];
}
