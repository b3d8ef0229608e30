import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { excludeGlob, imageGlob } from '../../../../../extension/attachments/screenshots/imageGlob.js';

test('images_are_found_in_upper_and_lower_case', () => {
  const extensions =
    /\{(.*)\}/
      .exec(imageGlob())?.[1]
      ?.split(',')
      .map((glob) => new RegExp(`^${glob}$`)) ?? [];
  const found = (name: string) => extensions.some((extension) => extension.test(path.extname(name).slice(1)));
  assert.deepEqual(['a.png', 'A.PNG', 'b.JpEg', 'c.tif', 'd.txt', 'e.pngx'].map(found), [
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('settings_become_one_glob', () => {
  assert.equal(
    excludeGlob({ '**/node_modules': true, '**/dist': false, '**/*.snap': true }),
    '{**/node_modules,**/*.snap}',
  );
  assert.equal(excludeGlob({ '**/node_modules': true, '**/*.js': { when: '$(basename).ts' } }), '**/node_modules');
  assert.equal(excludeGlob({}), undefined);
  assert.equal(excludeGlob(undefined), undefined);
});
