/** Where things are in a checkout. Everything that is built lives in ignored folders. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const native = path.join(root, 'backend-native');
export const cache = path.join(native, '.cache');
export const dist = path.join(root, 'dist');
