import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as vscode from 'vscode';
import { Notices } from '../../../../extension/notices.js';
import { Panel, type PanelServices } from '../../../../extension/panel/panel.js';
import type { HostMessage } from '../../../../webview/protocol/messages.js';
import type { RunningView } from '../../../../webview/protocol/state.js';
import { recordedLog } from '../doubles/log.js';
import { settingsOf } from '../doubles/settings.js';

/** A webview that keeps what it is sent, and sends what the test says. */
function webviewDouble() {
  const sent: HostMessage[] = [];
  const received = new vscode.EventEmitter<unknown>();
  const webview = {
    options: {} as vscode.WebviewOptions,
    html: '',
    cspSource: 'https://webview.test',
    asWebviewUri: (uri: unknown) => uri,
    onDidReceiveMessage: received.event,
    postMessage: (message: HostMessage) => {
      sent.push(message);
      return Promise.resolve(true);
    },
  };
  const ended = new vscode.EventEmitter<void>();
  const view = {
    webview,
    visible: true,
    onDidChangeVisibility: ended.event,
    onDidDispose: ended.event,
    onDidChangeViewState: ended.event,
  };
  return {
    view: view as unknown as vscode.WebviewView,
    webview,
    sent,
    receive: (message: unknown) => {
      received.fire(message);
    },
    types: () => sent.map(({ type }) => type),
  };
}

function panelWith(more: Record<string, unknown> = {}) {
  const changed = new vscode.EventEmitter<void>();
  const progressed = new vscode.EventEmitter<RunningView | null>();
  const settings = settingsOf();
  const services = {
    context: {
      extensionUri: vscode.Uri.from({ scheme: 'file', path: '/x' }),
      extension: { id: 'look-once.look-once' },
    },
    log: recordedLog().channel,
    settings: {
      get current() {
        return settings.current;
      },
      onDidChange: changed.event,
    },
    notices: new Notices(),
    backend: { view: { status: 'stopped' }, needsLoad: true, onDidChange: changed.event },
    draft: { view: { attachments: [], tokens: null, contextTokens: null }, onDidChange: changed.event },
    conversations: {
      ready: () => Promise.resolve(),
      open: { id: 'c', title: '', turns: [] },
      summaries: [],
      onDidChange: changed.event,
    },
    asking: { ratio: 0.2, running: null, onDidProgress: progressed.event, onDidChangeRatio: changed.event },
    ...more,
  };
  return { panel: new Panel(services as unknown as PanelServices), changed, progressed };
}

const wait = (ms = 60) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
const ready = { type: 'request', id: 1, method: 'ready', params: null };

test('a_page_that_is_up_gets_everything_and_then_what_changes', async () => {
  const { panel, changed } = panelWith();
  const page = webviewDouble();
  panel.resolveWebviewView(page.view);
  changed.fire();
  await wait();
  assert.deepEqual(page.types(), [], 'nothing is sent to a page that is not up');
  page.receive(ready);
  await wait();
  assert.deepEqual(page.types(), ['init', 'response']);
  for (let change = 0; change < 10; change += 1) changed.fire();
  await wait();
  assert.deepEqual(page.types(), ['init', 'response', 'state'], 'many changes are one message');
});

test('two_pages_show_the_same', async () => {
  const { panel, progressed } = panelWith();
  const pages = [webviewDouble(), webviewDouble()] as const;
  panel.resolveWebviewView(pages[0].view);
  await panel.deserializeWebviewPanel(pages[1].view as unknown as vscode.WebviewPanel);
  for (const page of pages) page.receive(ready);
  await wait();
  progressed.fire(null);
  for (const page of pages) assert.deepEqual(page.types().slice(2), ['state', 'running']);
});

test('the_answer_is_in_the_state_before_it_is_said_that_nothing_runs', async () => {
  const { panel, changed, progressed } = panelWith();
  const page = webviewDouble();
  panel.resolveWebviewView(page.view);
  page.receive(ready);
  await wait();
  changed.fire();
  progressed.fire(null);
  await wait();
  assert.deepEqual(page.types().slice(2), ['state', 'running']);
});

test('every_request_is_replied_to_also_when_it_is_wrong_or_fails', async () => {
  const { panel } = panelWith({
    conversations: {
      ready: () => Promise.resolve(),
      open: { id: 'c', title: '', turns: [] },
      summaries: [],
      onDidChange: new vscode.EventEmitter<void>().event,
      openSaved: () => {
        throw new Error('no such thing');
      },
    },
  });
  const page = webviewDouble();
  panel.resolveWebviewView(page.view);
  page.receive({ type: 'request', id: 7, method: 'nonsense' });
  page.receive({ type: 'request', id: 8, method: 'openConversation', params: { id: 'x' } });
  page.receive({ type: 'request', id: 9, method: 'openLink', params: { href: 'command:a' } });
  page.receive('not even a request');
  await wait();
  const replies = page.sent.filter((message) => message.type === 'response');
  assert.deepEqual(replies.map(({ id, ok }) => [id, ok]).sort(), [
    [7, false],
    [8, false],
    [9, false],
  ]);
});

test('the_page_may_load_nothing_but_our_files_and_run_no_command', () => {
  const { panel } = panelWith();
  const { view, webview } = webviewDouble();
  panel.resolveWebviewView(view);
  const { localResourceRoots, ...options } = webview.options;
  assert.deepEqual(options, { enableScripts: true, enableForms: false, enableCommandUris: false });
  assert.deepEqual(
    localResourceRoots?.map(({ path }) => path),
    ['/x/dist/webview'],
  );
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(webview.html)?.[1] ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'nonce-[\w-]{20,}'(?:;|$)/);
  assert.doesNotMatch(policy, /unsafe|\*|http:|https:(?!\/\/webview\.test)/);
});
