/**
 * `npm run strategies`: writes the table of the method's rules, which the native backend holds, into the protocol.
 * Needs a native build and Prettier.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { native } from './paths.mjs';
import { runMain, say } from './report.mjs';

/**
 * @typedef {object} Strategies
 * @property {Readonly<Record<string, unknown>>} methods the defaults of each, in the order of the table
 * @property {readonly string[]} merges
 * @property {readonly string[]} querySets
 */

export const file = path.join(native, 'protocol', 'kvStrategies.ts');

/**
 * @param {Strategies} strategies
 * @returns {Promise<string>} the text of the file
 */
export async function strategiesSource({ methods, merges, querySets }) {
  const source = `/**
 * The method's rules, as backend-native/src/lookm/strategies.def lists them. Written by \`npm run strategies\`; a test
 * compares it with the addon.
 */

/** Who stays. */
export const kvMethods = ${JSON.stringify(Object.keys(methods))} as const;

/** What becomes of the rest. */
export const mergeRules = ${JSON.stringify(merges)} as const;

/** Whose attention scores the tokens. */
export const querySets = ${JSON.stringify(querySets)} as const;

/** What a method is made of where a request leaves parts out. */
export const methodParts = ${JSON.stringify(methods)} as const;
`;
  return prettier.format(source, { ...(await prettier.resolveConfig(file)), filepath: file });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    /** @type {unknown} */
    const loaded = createRequire(import.meta.url)(path.join(native, 'build', 'Release', 'look_once.node'));
    const addon = /** @type {{ strategies(): Strategies }} */ (loaded);
    fs.writeFileSync(file, await strategiesSource(addon.strategies()));
    say(`[strategies] wrote ${path.relative(process.cwd(), file)}`);
    return 0;
  });
}
