import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentSecurityPolicy, pageHtml } from '../../../../webview/protocol/page.js';

test('the_policy_lets_nothing_in_but_our_own_files_and_handed_pictures', () => {
  const policy = contentSecurityPolicy({ cspSource: 'https://panel.test', nonce: 'N' });
  assert.match(policy, /^default-src 'none';/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:(?!\/\/panel\.test)|connect-src|frame-src/);
  assert.match(policy, /script-src 'nonce-N'/);
});

test('a_display_language_cannot_break_out_of_the_page', () => {
  const html = pageHtml({ language: 'en"><script>', nonce: 'N', cspSource: 'x', script: 's', style: 't' });
  assert.match(html, /<html lang="enscript">/);
});
