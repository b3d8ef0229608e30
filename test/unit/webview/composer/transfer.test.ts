import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSmallEnough, readTransfer } from '../../../../webview/composer/transfer.js';
import { messageLimits } from '../../../../webview/protocol/messages.js';

function transfer(
  data: Record<string, string>,
  files: readonly { name: string }[] = [],
  items: readonly DataTransferItem[] = [],
): Parameters<typeof readTransfer>[0] {
  return {
    getData: (type: string) => data[type] ?? '',
    files: files as unknown as Parameters<typeof readTransfer>[0]['files'],
    items,
  };
}

test('files_of_the_explorer_come_by_address', () => {
  const read = readTransfer(
    transfer({
      'application/vnd.code.uri-list': 'file:///a.png\r\nvscode-remote://ssh/b.pdf',
      'text/uri-list': 'file:///a.png',
    }),
  );
  assert.deepEqual(read, { uris: ['file:///a.png', 'vscode-remote://ssh/b.pdf'], files: [], folders: [], refused: [] });
});

test('an_editor_tab_comes_by_its_resource', () => {
  assert.deepEqual(readTransfer(transfer({ resourceurls: '["file:///a.md"]' })).uris, ['file:///a.md']);
  assert.deepEqual(readTransfer(transfer({ resourceurls: '[nonsense' })).uris, []);
  assert.deepEqual(readTransfer(transfer({ resourceurls: '[1, {}]' })).uris, []);
});

test('files_of_other_programs_come_as_bytes_even_with_an_address', () => {
  const file = { name: 'a.png' };
  const read = readTransfer(transfer({ 'text/uri-list': 'file:///a.png' }, [file]));
  assert.deepEqual(read.uris, []);
  assert.deepEqual(read.files, [file]);
});

test('a_list_of_addresses_alone_is_read_without_comments_and_repeats', () => {
  assert.deepEqual(readTransfer(transfer({ 'text/uri-list': '# dropped\nfile:///a\nfile:///a\n' })).uris, [
    'file:///a',
  ]);
});

test('folders_of_other_programs_come_as_entries_and_not_as_files', () => {
  const [folder, shot] = [{ isDirectory: true, name: 'shots' }, { name: 'a.png' }];
  const item = (entry: object, file: object) =>
    ({ kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => file }) as unknown as DataTransferItem;
  const items = [item(folder, { name: 'shots' }), item({ isDirectory: false }, shot)];
  const read = readTransfer(transfer({ 'text/uri-list': 'file:///shots' }, [{ name: 'shots' }, shot], items));
  assert.deepEqual(read, { uris: [], files: [shot], folders: [folder], refused: [] });
});

test('addresses_on_the_network_are_refused_not_fetched', () => {
  const read = readTransfer(
    transfer({ 'text/uri-list': 'https://example.com/a.png\ndata:image/png;base64,AA\nfile:///a' }),
  );
  assert.deepEqual(read.uris, ['file:///a']);
  assert.equal(read.refused.length, 2);
});

test('no_more_addresses_than_a_message_may_hold', () => {
  const list = Array.from({ length: messageLimits.uris + 5 }, (_, index) => `file:///${index}`).join('\n');
  assert.equal(readTransfer(transfer({ 'text/uri-list': list })).uris.length, messageLimits.uris);
});

test('bytes_that_do_not_fit_into_a_message_are_told_before_they_are_read', () => {
  const most = (messageLimits.base64Characters / 4) * 3;
  assert.ok(isSmallEnough({ size: most }));
  assert.ok(!isSmallEnough({ size: most + 1 }));
});
