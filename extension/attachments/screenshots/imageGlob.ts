import { folderExtensions, imageExtensions } from '../../../backend-native/protocol/formats.js';

/** Finds images at any depth. Globs tell upper from lower case where the file system does, and cameras write .JPG. */
export function imageGlob(): string {
  return globOf(imageExtensions);
}

/** Finds at any depth what is attached with its folder. */
export function folderGlob(): string {
  return globOf(folderExtensions);
}

function globOf(extensions: readonly string[]): string {
  const anyCase = (extension: string) => extension.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  return `**/*.{${extensions.map(anyCase).join(',')}}`;
}

/**
 * One glob of all that a setting such as search.exclude leaves out.
 * @param setting globs and whether they apply; conditions on sibling files, which a glob cannot tell, are left out
 * @returns undefined for nothing
 */
export function excludeGlob(setting: unknown): string | undefined {
  if (typeof setting !== 'object' || setting === null) return undefined;
  const globs = Object.entries(setting).flatMap(([glob, applies]) => (applies === true ? [glob] : []));
  return globs.length > 1 ? `{${globs.join(',')}}` : globs[0];
}
