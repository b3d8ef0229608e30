import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureTools } from '../../../../../extension/attachments/screen/captureTools.js';

const files = (...given: Parameters<typeof captureTools>) => captureTools(...given).map(({ file }) => file);

test('linux_asks_the_programs_of_its_session_and_the_desktops_own_first', () => {
  const wayland = { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' };
  assert.deepEqual(files('linux', wayland), ['grim', 'gnome-screenshot', 'spectacle']);
  assert.deepEqual(files('linux', { ...wayland, XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' })[0], 'gnome-screenshot');
  assert.deepEqual(files('linux', { ...wayland, XDG_CURRENT_DESKTOP: 'KDE' }), [
    'spectacle',
    'grim',
    'gnome-screenshot',
  ]);
  assert.deepEqual(files('linux', { DISPLAY: ':0' }), ['scrot', 'import', 'gnome-screenshot', 'spectacle']);
  assert.deepEqual(files('linux', { DISPLAY: ':0', XDG_CURRENT_DESKTOP: 'GNOME' })[0], 'gnome-screenshot');
  assert.deepEqual(files('linux', { XDG_CURRENT_DESKTOP: 'GNOME' }), [], 'there is no desktop');
});

test('macos_and_windows_run_their_own_programs_by_whole_path', () => {
  assert.deepEqual(files('darwin', { DISPLAY: ':0' }), ['/usr/sbin/screencapture']);
  assert.deepEqual(files('win32', { SystemRoot: 'D:\\Windows' }), [
    'D:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  ]);
});

test('every_program_is_told_the_file_and_none_can_be_made_to_run_something_else', () => {
  const picture = "/tmp/it's; here/screen.png";
  for (const env of [{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'wayland-0' }])
    for (const tool of captureTools('linux', env)) assert.equal(tool.arguments(picture).at(-1), picture, tool.file);
  const [screencapture] = captureTools('darwin', {});
  assert.deepEqual(screencapture?.arguments(picture), ['-x', picture]);
  const [powershell] = captureTools('win32', {});
  assert.match(powershell?.arguments(picture).at(-1) ?? '', /\.Save\('\/tmp\/it''s; here\/screen\.png',/);
});
