/** The package types its ES module, which a CommonJS bundle cannot load. What it gives is Pdfium of pdfium.ts. */
declare module '@hyzyla/pdfium/dist/index.cjs' {
  export function PDFiumModule(options: {
    readonly instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => void;
    readonly print: (line: string) => void;
    readonly printErr: (line: string) => void;
  }): Promise<unknown>;
}

/** What Node has of it and its types leave out. */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>;
  interface Module {
    readonly kind?: 'module';
  }
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WebAssembly.Module;
  readonly Instance: new (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance;
};
