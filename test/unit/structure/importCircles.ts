import path from 'node:path';

/** What each file imports of the others. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** @param files absolute paths and their text; imports of packages are left out, those of types are not */
export function importsOf(files: ReadonlyMap<string, string>): Imports {
  const imported = (file: string, text: string) =>
    [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
      .map(([, specifier = '']) => path.resolve(path.dirname(file), specifier).replace(/\.js$/, '.ts'))
      .filter((target) => files.has(target));
  return new Map([...files].map(([file, text]) => [file, imported(file, text)]));
}

/** The sets of files that reach each other by imports, each once (Tarjan's strongly connected components). */
export function importCircles(imports: Imports): string[][] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string) => {
    const index = order.size;
    order.set(file, index);
    lowest.set(file, index);
    open.push(file);
    for (const target of imports.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (open.includes(target)) lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(target) ?? 0));
    }
    if (lowest.get(file) !== index) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || imports.get(file)?.includes(file) === true) circles.push(circle);
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}
