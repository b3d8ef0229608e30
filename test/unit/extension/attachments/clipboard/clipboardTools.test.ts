import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipboardTools, pictureType } from '../../../../../extension/attachments/clipboard/clipboardTools.js';

const files = (...given: Parameters<typeof clipboardTools>) => clipboardTools(...given).map(({ file }) => file);

test('linux_asks_the_desktop_that_is_there', () => {
  assert.deepEqual(files('linux', { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' }), ['wl-paste', 'xclip']);
  assert.deepEqual(files('linux', { DISPLAY: ':0' }), ['xclip']);
  assert.deepEqual(files('linux', {}), []);
});

test('macos_and_windows_run_their_own_programs_by_whole_path', () => {
  assert.deepEqual(files('darwin', {}), ['/usr/bin/osascript']);
  assert.deepEqual(files('win32', { SystemRoot: 'D:\\Windows' }), [
    'D:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  ]);
});

test('png_is_preferred_among_the_types_of_the_clipboard', () => {
  assert.equal(pictureType('TARGETS\nimage/bmp\r\nimage/png\n'), 'image/png');
  assert.equal(pictureType('TARGETS\nimage/jpeg\n'), 'image/jpeg');
  assert.equal(pictureType('UTF8_STRING\ntext/html\n'), undefined);
});
