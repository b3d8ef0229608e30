/** The scripts that run before anything is installed: what they say when something is missing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { scratchFolder } from '../../scratch.js';

const scripts = path.join(packageRoot(), 'backend-native', 'scripts');

function runScript(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [path.join(scripts, script), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

test('missing_tools_are_named_with_the_packages_that_bring_them', (t) => {
  const result = runScript('run.mjs', ['ask', 'q'], { PATH: scratchFolder(t) });
  assert.equal(result.status, 1);
  assert.equal(result.stdout, '');
  assert.match(result.stderr, /^error: Missing: cmake, g\+\+ or clang\+\+/);
  if (process.platform === 'linux') assert.match(result.stderr, /apt-get install -y cmake g\+\+ ninja-build git/);
});

test(
  'npm_test_installs_missing_packages_when_it_may_and_says_when_that_fails',
  { skip: process.getuid?.() !== 0 && 'only root installs packages' },
  (t) => {
    const folder = scratchFolder(t);
    const calls = path.join(folder, 'calls');
    fs.writeFileSync(path.join(folder, 'apt-get'), `#!/bin/sh\necho "$@" >> ${calls}\n[ "$1" = update ]\n`, {
      mode: 0o755,
    });
    const result = runScript('run.mjs', ['test', '--only', 'lint'], { PATH: folder });
    assert.equal(result.status, 1);
    assert.match(
      result.stderr,
      /installing cmake g\+\+ ninja-build git ccache with apt-get\nerror: apt-get could not install cmake/,
    );
    assert.equal(
      fs.readFileSync(calls, 'utf8'),
      'update\ninstall -y --no-install-recommends cmake g++ ninja-build git ccache\n',
    );
  },
);

test(
  'without_ccache_it_goes_on_and_says_so',
  { skip: process.getuid?.() !== 0 && 'only root installs packages' },
  (t) => {
    const folder = scratchFolder(t);
    for (const tool of ['cmake', 'g++', 'ninja', 'git']) {
      fs.writeFileSync(path.join(folder, tool), '#!/bin/sh\necho cmake version 3.10.2\n', { mode: 0o755 });
    }
    fs.writeFileSync(path.join(folder, 'apt-get'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const result = runScript('run.mjs', ['test', '--only', 'lint'], { PATH: folder });
    assert.match(result.stderr, /building without ccache, which takes longer: apt-get could not install ccache/);
    // The next thing that is looked at.
    assert.match(result.stderr, /error: Look Once needs CMake/);
  },
);

test('packages_are_not_installed_through_a_link_to_those_of_another_checkout', (t) => {
  const checkout = scratchFolder(t);
  const other = scratchFolder(t);
  fs.cpSync(scripts, path.join(checkout, 'backend-native/scripts'), { recursive: true });
  fs.writeFileSync(path.join(checkout, 'package-lock.json'), '{}');
  fs.writeFileSync(path.join(other, 'precious.js'), '');
  fs.symlinkSync(other, path.join(checkout, 'node_modules'), 'dir');
  const script = path.join(checkout, 'backend-native/scripts/run.mjs');
  const result = spawnSync(process.execPath, [script, 'test', '--quick'], { encoding: 'utf8' });
  assert.equal(result.status, 1);
  assert.match(result.stderr, /^error: .*node_modules is a link/);
  assert.deepEqual(fs.readdirSync(other), ['precious.js']);
});

test('an_old_cmake_is_said_with_both_versions', (t) => {
  const folder = scratchFolder(t);
  for (const tool of ['cmake', 'g++', 'ninja', 'git']) {
    fs.writeFileSync(path.join(folder, tool), '#!/bin/sh\necho cmake version 3.10.2\n', { mode: 0o755 });
  }
  const result = runScript('run.mjs', ['ask', 'q'], { PATH: folder });
  assert.equal(result.status, 1);
  assert.match(result.stderr, /^error: Look Once needs CMake 3\.25 or newer, and this is 3\.10\./);
});

test('a_llama_cpp_dir_that_holds_none_is_said', (t) => {
  const result = runScript('fetch-llama-cpp.mjs', [], { LLAMA_CPP_DIR: scratchFolder(t) });
  assert.equal(result.status, 1);
  assert.match(result.stderr, /^error: LLAMA_CPP_DIR is .* holds no include\/llama\.h/);
});

test('an_unknown_command_is_said_with_those_that_exist', () => {
  const result = runScript('run.mjs', ['nonsense']);
  assert.equal(result.status, 1);
  assert.match(result.stderr, /^error: Expected one of ask, mcp, serve, conformance, .* but received nonsense/);
});
