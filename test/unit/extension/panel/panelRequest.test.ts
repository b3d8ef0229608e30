import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelRequestFrom, requestId } from '../../../../extension/panel/panelRequest.js';
import { messageLimits, type PanelRequest } from '../../../../webview/protocol/messages.js';
import { failsWith } from '../../../failsWith.js';

const request = (method: string, params: unknown = null) => ({ type: 'request', id: 1, method, params });
const refused = (message: unknown, why?: RegExp) => {
  assert.throws(() => panelRequestFrom(message), failsWith('invalid_argument', why));
};

/** One of every request, as the panel sends it. */
const wellFormed: readonly PanelRequest[] = [
  { type: 'request', id: 1, method: 'ready', params: null },
  { type: 'request', id: 2, method: 'ask', params: { question: 'What?', compare: false } },
  { type: 'request', id: 3, method: 'stop', params: null },
  { type: 'request', id: 4, method: 'regenerate', params: { turnId: 't' } },
  { type: 'request', id: 5, method: 'editAndAsk', params: { turnId: 't', question: 'What?' } },
  { type: 'request', id: 6, method: 'newConversation', params: null },
  { type: 'request', id: 7, method: 'openConversation', params: { id: 'c' } },
  { type: 'request', id: 8, method: 'renameConversation', params: { id: 'c', title: 'T' } },
  { type: 'request', id: 9, method: 'deleteConversation', params: { id: 'c' } },
  { type: 'request', id: 10, method: 'exportConversation', params: { id: 'c' } },
  { type: 'request', id: 11, method: 'searchConversations', params: { text: 'x' } },
  { type: 'request', id: 12, method: 'attachFiles', params: null },
  { type: 'request', id: 13, method: 'attachUris', params: { uris: ['file:///a.png'] } },
  { type: 'request', id: 14, method: 'attachBytes', params: { name: 'a.png', mime: 'image/png', base64: 'iVBORw0K' } },
  { type: 'request', id: 15, method: 'removeAttachment', params: { id: 'a' } },
  { type: 'request', id: 15, method: 'readLess', params: { turnId: 't', tokens: 1 } },
  { type: 'request', id: 15, method: 'shrinkImages', params: { turnId: 't' } },
  { type: 'request', id: 16, method: 'moveAttachment', params: { id: 'a', to: 0 } },
  { type: 'request', id: 17, method: 'setAttachmentPages', params: { id: 'a', pages: '1-3,7', readAs: 'auto' } },
  {
    type: 'request',
    id: 17,
    method: 'setAttachmentPart',
    params: { id: 'a', part: { x: 0, y: 1, width: 20, height: 10 } },
  },
  { type: 'request', id: 17, method: 'setAttachmentPart', params: { id: 'a', part: null } },
  { type: 'request', id: 20, method: 'picture', params: { id: 'a', whole: true } },
  { type: 'request', id: 18, method: 'openAttachment', params: { id: 'a' } },
  { type: 'request', id: 19, method: 'thumbnail', params: { id: 'a' } },
  { type: 'request', id: 20, method: 'picture', params: { id: 'a', page: 2 } },
  { type: 'request', id: 21, method: 'picture', params: { id: 'a' } },
  { type: 'request', id: 22, method: 'setKvRatio', params: { ratio: 0.5 } },
  { type: 'request', id: 23, method: 'setKvRatio', params: { ratio: null } },
  { type: 'request', id: 23, method: 'setKvRatio', params: { ratio: 'auto' } },
  { type: 'request', id: 24, method: 'kvMap', params: { turnId: 't', answerIndex: 1 } },
  { type: 'request', id: 25, method: 'copy', params: { text: 'x' } },
  { type: 'request', id: 26, method: 'insertAtCursor', params: { text: 'x' } },
  { type: 'request', id: 27, method: 'openLink', params: { href: 'https://example.org/?a=1' } },
  { type: 'request', id: 28, method: 'dismissNotice', params: { id: 'n' } },
  { type: 'request', id: 29, method: 'runAction', params: { action: 'showLog' } },
];

test('what_the_panel_sends_is_taken_as_it_is', () => {
  for (const message of wellFormed) assert.deepEqual(panelRequestFrom(message), message);
});

test('params_lose_what_does_not_belong_to_them', () => {
  const message = request('openConversation', { id: 'c', __proto__: { evil: true }, extra: 1 });
  assert.deepEqual(panelRequestFrom(message).params, { id: 'c' });
});

test('each_param_of_each_request_is_checked', () => {
  refused(request('readLess', { turnId: 't', tokens: 0 }), /tokens/);
  for (const message of wellFormed) {
    if (message.params === null) {
      refused({ ...message, params: { some: 1 } });
      continue;
    }
    for (const name of Object.keys(message.params)) {
      refused({ ...message, params: { ...message.params, [name]: { toString: 'no' } } }, new RegExp(name));
    }
    refused({ ...message, params: null });
    refused({ ...message, params: [] });
  }
});

test('what_is_no_request_or_no_method_is_refused', () => {
  for (const message of [
    null,
    1,
    'ask',
    [],
    {},
    { type: 'response', id: 1 },
    { ...request('stop'), id: 'x' },
    { ...request('stop'), id: 1.5 },
  ])
    refused(message);
  for (const method of ['eval', 'toString', 'constructor', '__proto__', '']) refused(request(method), /method/);
});

test('texts_have_limits', () => {
  refused(
    request('ask', { question: 'x'.repeat(messageLimits.questionCharacters + 1), compare: false }),
    /200000 characters/,
  );
  refused(request('renameConversation', { id: 'c', title: 'x'.repeat(messageLimits.titleCharacters + 1) }));
  refused(request('attachUris', { uris: Array.from({ length: messageLimits.uris + 1 }, () => 'file:///a') }));
  refused(request('openConversation', { id: 'x'.repeat(101) }));
});

test('bytes_are_base64', () => {
  for (const base64 of ['<script>', 'a b', '=a'])
    refused(request('attachBytes', { name: 'a', mime: 'b', base64 }), /base64/);
});

test('only_links_to_the_web_and_to_mail_are_opened', () => {
  for (const href of [
    'command:workbench.action.quit',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'vscode://x.y/z',
    'data:text/html,x',
    '//example.org',
    'https://',
    '',
  ]) {
    refused(request('openLink', { href }), /link/);
  }
  assert.deepEqual(panelRequestFrom(request('openLink', { href: 'mailto:a@example.org' })).params, {
    href: 'mailto:a@example.org',
  });
});

test('a_ratio_is_above_0_and_at_most_1_or_auto', () => {
  for (const ratio of [0, -1, 1.1, Number.NaN, Number.POSITIVE_INFINITY, '0.5', 'Auto'])
    refused(request('setKvRatio', { ratio }), /ratio/);
});

test('an_ill_formed_request_still_has_an_id_to_reply_to', () => {
  assert.equal(requestId({ type: 'request', id: 7, method: 'nonsense' }), 7);
  assert.equal(requestId({ type: 'request' }), undefined);
  assert.equal(requestId('request'), undefined);
});

test('a_part_of_a_picture_is_a_rectangle_of_whole_pixels_that_is_not_empty', () => {
  for (const part of [
    { x: 0, y: 0, width: 0, height: 5 },
    { x: -1, y: 0, width: 5, height: 5 },
    { x: 0.5, y: 0, width: 5, height: 5 },
    { x: 0, y: 0, width: 5 },
    [0, 0, 5, 5],
    'all',
    undefined,
  ])
    refused(request('setAttachmentPart', { id: 'a', part }));
});
