/** The real server process with a stand-in for the addon, and files that it takes for a model. */
import path from 'node:path';
import type { TestContext } from 'node:test';
import { BackendClient } from '../../backend-native/cli/backendClient.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { text, writeGguf } from '../fixtures/gguf.js';
import { scratchFolder } from '../scratch.js';

export const fakeAddon = path.join(packageRoot(), 'test', 'server', 'doubles', 'fakeAddon.cjs');

export function fakeEnvironment(addon = fakeAddon): NodeJS.ProcessEnv {
  return { ...process.env, LOOK_ONCE_NATIVE: addon };
}

export interface ModelFiles {
  readonly modelPath: string;
  readonly mmprojPath: string;
}

/** Files of the right format with nothing inside. */
export async function emptyModel(t: Pick<TestContext, 'after'>): Promise<ModelFiles> {
  const folder = scratchFolder(t);
  const files = { modelPath: path.join(folder, 'empty.gguf'), mmprojPath: path.join(folder, 'empty.mmproj.gguf') };
  await writeGguf(files.modelPath, { 'general.architecture': text('llama') }, []);
  await writeGguf(files.mmprojPath, { 'general.architecture': text('clip') }, []);
  return files;
}

/** A client with a model loaded, closed when the test is over. */
export async function fakeClient(t: Pick<TestContext, 'after'>): Promise<BackendClient> {
  const client = new BackendClient({ env: fakeEnvironment() });
  t.after(() => client.close());
  await client.request('lookOnce/load', await emptyModel(t));
  return client;
}
