import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewHtml } from '../../../../../extension/attachments/screenshots/previewHtml.js';

test('a_file_name_cannot_leave_its_attribute', () => {
  const html = previewHtml({
    cspSource: 'https://local',
    src: 'https://local/"><script>alert(1)</script>',
    alt: '" onerror="alert(1)',
  });
  assert.ok(!html.includes('<script>'));
  assert.ok(!html.includes('" onerror'));
});

test('nothing_but_local_images_is_loaded', () => {
  const policy = /Content-Security-Policy"\s+content="([^"]*)"/.exec(
    previewHtml({ cspSource: 'https://local', src: '', alt: '' }),
  )?.[1];
  assert.equal(policy, "default-src 'none'; img-src https://local; style-src 'unsafe-inline'");
});
