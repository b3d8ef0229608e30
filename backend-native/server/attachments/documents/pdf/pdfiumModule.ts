import fs from 'node:fs';
import path from 'node:path';
import { PDFiumModule } from '@hyzyla/pdfium/dist/index.cjs';
import { packageRoot } from '../../../transport/packageRoot.js';
import type { Pdfium } from './pdfium.js';

export interface BoundedPdfium {
  readonly pdfium: Pdfium;
  /** Whether it asked for more memory than it may have; what follows is its death. */
  readonly isOutOfMemory: () => boolean;
}

/** PDFium in WebAssembly: without JavaScript, without XFA, without files, and with no more memory than it is given. */
export async function loadPdfium(maxBytes: number): Promise<BoundedPdfium> {
  const module = new WebAssembly.Module(fs.readFileSync(path.join(packageRoot(), 'dist', 'pdfium.wasm')));
  let outOfMemory = false;
  const pdfium = (await PDFiumModule({
    instantiateWasm: (imports, done) => {
      const resize = imports['env']?.['emscripten_resize_heap'] as ((bytes: number) => boolean) | undefined;
      if (!resize) throw new Error('pdfium.wasm does not import emscripten_resize_heap, which bounds its memory');
      const bounded = (bytes: number) => {
        // The size comes as a signed number.
        const allowed = bytes >>> 0 <= maxBytes && resize(bytes);
        outOfMemory ||= !allowed;
        return allowed;
      };
      done(
        new WebAssembly.Instance(module, { ...imports, env: { ...imports['env'], emscripten_resize_heap: bounded } }),
      );
    },
    // What it has to say about itself helps nobody; failures come back as codes and traps.
    print: () => undefined,
    printErr: () => undefined,
  })) as Pdfium;
  pdfium._FPDF_InitLibraryWithConfig({});
  return { pdfium, isOutOfMemory: () => outOfMemory };
}
