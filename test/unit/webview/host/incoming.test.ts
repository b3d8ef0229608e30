import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKvMap, isPictureUri, readHostMessage } from '../../../../webview/host/incoming.js';
import { plainMap, tiledMap } from '../../../webview/sampleMap.js';
import { image, panelState, turn } from '../../../webview/samplePanel.js';

const state = panelState({ conversation: { id: 'c', title: '', turns: [turn('t', { attachments: [image('i')] })] } });
const running = {
  conversationId: 'c',
  turnId: 't',
  answerIndex: 0,
  progress: { phase: 'answer', tokens: 1, text: 'a' },
  text: 'a',
  elapsedMs: 1,
  tokensPerSecond: 0,
};

test('messages_of_the_right_shape_are_taken', () => {
  for (const message of [
    { type: 'init', l10n: null, state, running: null },
    { type: 'init', l10n: { Ask: 'Fragen' }, state, running },
    { type: 'state', state },
    { type: 'running', running },
    { type: 'running', running: null },
    { type: 'focusQuestion' },
    { type: 'focusQuestion', text: 'a' },
    { type: 'showKvMap', turnId: 't', answerIndex: 0, image: 0 },
    { type: 'response', id: 1, ok: true, result: null },
    { type: 'response', id: 1, ok: false, error: { code: 'busy', message: 'a', nextStep: 'b' } },
  ])
    assert.equal(readHostMessage(message), message);
});

test('anything_else_is_dropped', () => {
  for (const message of [
    null,
    'state',
    [],
    {},
    { type: 'other' },
    { type: 'state' },
    { type: 'state', state: { ...state, draft: {} } },
    { type: 'state', state: { ...state, conversation: { id: 'c', turns: [{}] } } },
    { type: 'state', state: { ...state, trusted: 'yes' } },
    { type: 'state', state: { ...state, kv: { ...state.kv, ratio: 'most' } } },
    { type: 'running' },
    { type: 'running', running: { ...running, text: 1 } },
    { type: 'running', running: { ...running, progress: null } },
    { type: 'focusQuestion', text: 1 },
    { type: 'showKvMap', turnId: 't', answerIndex: -1, image: 0 },
    { type: 'response', id: 'x', ok: true },
    { type: 'response', id: 1, ok: false, error: { code: 'toString', message: '', nextStep: '' } },
  ])
    assert.equal(readHostMessage(message), undefined, JSON.stringify(message));
});

test('only_raster_pictures_in_data_uris_are_shown', () => {
  assert.ok(isPictureUri('data:image/png;base64,iVBORw0K'));
  for (const uri of [
    'data:image/svg+xml;base64,AAAA',
    'https://example.com/a.png',
    'data:text/html;base64,AAAA',
    'data:image/png,abc',
    'data:image/png;base64,',
    null,
    3,
  ])
    assert.ok(!isPictureUri(uri), String(uri));
});

test('a_map_is_drawn_only_when_its_numbers_fit_together', () => {
  assert.ok(isKvMap(plainMap()));
  assert.ok(isKvMap(tiledMap()));
  const map = plainMap();
  const [only] = map.images;
  assert.ok(only);
  for (const broken of [
    null,
    { ...map, layers: 3 },
    { ...map, images: [{ ...only, tokens: 11 }] },
    { ...map, images: [{ ...only, survival: '' }] },
    { ...map, images: [{ ...only, tiles: [{ ...only.tiles[0], x: 2 }] }] },
    { ...map, images: [{ ...only, tiles: [{ ...only.tiles[0], firstToken: 1 }] }] },
  ])
    assert.ok(!isKvMap(broken), JSON.stringify(broken));
});
