/** The files that are loaded together. */
export interface ModelFiles {
  readonly modelPath: string;
  readonly mmprojPath?: string;
  /** LoRA adapters of the text model; never an empty list. */
  readonly adapterPaths?: readonly string[];
}
