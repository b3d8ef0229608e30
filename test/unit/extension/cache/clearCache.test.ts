import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import type { ClearCacheParams } from '../../../../backend-native/protocol/model.js';
import { clearCache, type ClearCacheServices } from '../../../../extension/clearCache.js';

const storage = '/storage/look-once';

/** Clears with a backend that frees so much. @returns the folders that it was told, and what the user was told */
async function cleared(
  t: TestContext,
  files: number,
  freedBytes: number,
): Promise<{ folders: unknown[]; messages: string[] }> {
  const folders: unknown[] = [];
  const messages: string[] = [];
  const window = vscode.window as unknown as { showInformationMessage: (message: string) => Promise<undefined> };
  const before = window.showInformationMessage;
  t.after(() => {
    window.showInformationMessage = before;
  });
  window.showInformationMessage = (message) => {
    messages.push(message);
    return Promise.resolve(undefined);
  };
  const services = {
    context: { globalStorageUri: { fsPath: storage } },
    backend: {
      request: (method: string, { folder }: ClearCacheParams) => {
        assert.equal(method, 'lookOnce/clearCache');
        folders.push(folder);
        return Promise.resolve({ folder, files, freedBytes });
      },
    },
  } as unknown as ClearCacheServices;
  await clearCache(services);
  return { folders, messages };
}

test('the_storage_of_the_extension_is_cleared_and_what_was_freed_is_told', async (t) => {
  assert.deepEqual(await cleared(t, 3, 5.25 * 2 ** 20), {
    folders: [path.join(storage, 'cache')],
    messages: ['The cache on disk is empty now: 5.3 MB were freed.'],
  });
});

test('a_cache_that_was_empty_is_no_success_of_nothing', async (t) => {
  assert.deepEqual((await cleared(t, 0, 0)).messages, ['The cache on disk was empty already.']);
});
