/**
 * When the native build is configured anew and when not, in a small checkout whose cmake-js only notes what it was
 * asked.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { scratchFolder } from '../../scratch.js';

const cmakeJs = `
const fs = require('node:fs');
const path = require('node:path');
const [command, , source, , folder] = process.argv.slice(2);
fs.appendFileSync(path.join(__dirname, '../../../calls'), command + ' ' + process.argv.slice(9).join(' ') + '\\n');
if (command === 'configure')
  fs.writeFileSync(
    path.join(folder, 'CMakeCache.txt'),
    'CMAKE_CACHEFILE_DIR:INTERNAL=' + folder + '\\nCMAKE_HOME_DIRECTORY:INTERNAL=' + source + '\\n',
  );
`;

function lockFile(versions: Record<string, string>): string {
  const packages = Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }]);
  return JSON.stringify({ packages: Object.fromEntries(packages) as unknown });
}

/** A checkout with our scripts, in which everything that they would fetch is there already. */
class SmallCheckout {
  constructor(readonly root: string) {
    fs.cpSync(path.join(packageRoot(), 'backend-native/scripts'), path.join(root, 'backend-native/scripts'), {
      recursive: true,
    });
    this.write('package.json', '{"type":"module"}');
    this.write('node_modules/cmake-js/bin/cmake-js', cmakeJs);
    this.write('node_modules/cmake-js/package.json', '{"name":"cmake-js"}');
    this.write('llama.cpp/include/llama.h', '');
    for (const tool of ['cmake', 'g++', 'ninja', 'git'])
      this.write(`tools/${tool}`, '#!/bin/sh\necho cmake version 3.25.1\n', { mode: 0o755 });
    this.lock({ 'cmake-js': '8.0.0' });
  }

  write(name: string, text: string, options: { mode?: number } = {}): void {
    const file = path.join(this.root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, options);
  }

  /** Locks these versions, and says that they are installed. */
  lock(versions: Record<string, string>): void {
    this.write('package-lock.json', lockFile(versions));
    this.write('node_modules/.package-lock.json', '');
  }

  /** What cmake-js was asked, and what the script said. */
  build(...args: string[]): { calls: string[]; said: string } {
    const calls = path.join(this.root, 'calls');
    fs.rmSync(calls, { force: true });
    const script = path.join(this.root, 'backend-native/scripts/build-native.mjs');
    const env = {
      ...process.env,
      PATH: path.join(this.root, 'tools'),
      LLAMA_CPP_DIR: path.join(this.root, 'llama.cpp'),
      // Without a compiler for CUDA one would be fetched.
      CUDACXX: '/usr/local/cuda/bin/nvcc',
    };
    const result = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env });
    assert.equal(result.status, 0, result.stderr);
    return { calls: fs.readFileSync(calls, 'utf8').trim().split('\n'), said: result.stderr };
  }
}

function checkout(t: TestContext): SmallCheckout {
  return new SmallCheckout(fs.realpathSync(scratchFolder(t)));
}

const skip = process.platform === 'win32' && 'the stand-ins for the tools are shell scripts';

test('a_build_is_configured_once', { skip }, (t) => {
  const small = checkout(t);
  assert.deepEqual(
    small.build().calls.map((call) => call.split(' ')[0]),
    ['configure', 'build'],
  );
  assert.deepEqual(
    small.build().calls.map((call) => call.split(' ')[0]),
    ['build'],
  );
});

test('a_build_folder_of_a_moved_checkout_is_made_anew_with_the_flags_that_were_chosen', { skip }, (t) => {
  const first = checkout(t);
  first.build('-DGGML_CUDA=ON');
  first.write('backend-native/build/left.o', 'an object of the other place');
  const moved = new SmallCheckout(path.join(fs.realpathSync(scratchFolder(t)), 'renamed'));
  fs.renameSync(path.join(first.root, 'backend-native/build'), path.join(moved.root, 'backend-native/build'));
  const { calls, said } = moved.build();
  assert.match(said, /^\[moved\] .*renamed\/backend-native\/build was configured as .*; it is made anew$/m);
  assert.match(calls[0] ?? '', /^configure .*-DGGML_CUDA=ON/);
  assert.ok(!fs.existsSync(path.join(moved.root, 'backend-native/build/left.o')));
  assert.doesNotMatch(moved.build().said, /moved/);
});

test('a_build_for_another_processor_is_made_anew_where_it_runs_on_that_alone', { skip }, (t) => {
  const small = checkout(t);
  small.build('-DGGML_CUDA=ON');
  const processor = 'backend-native/build/stamps/processor';
  assert.ok(fs.readFileSync(path.join(small.root, processor), 'utf8').length > 0);
  small.write(processor, 'x64 of another machine');
  const { calls, said } = small.build();
  assert.match(said, /^\[moved\] .*backend-native\/build was compiled for another processor; it is made anew$/m);
  assert.match(calls[0] ?? '', /^configure .*-DGGML_CUDA=ON/);
  assert.doesNotMatch(small.build('-DGGML_NATIVE=OFF').said, /moved/);
  small.write(processor, 'x64 of another machine');
  assert.doesNotMatch(small.build().said, /moved/);
});

test('only_packages_that_the_native_build_takes_from_configure_it_anew', { skip }, (t) => {
  const small = checkout(t);
  small.build();
  small.lock({ 'cmake-js': '8.0.0', 'lit': '9.9.9' });
  assert.equal(small.build().calls.length, 1);
  small.lock({ 'cmake-js': '8.0.1', 'lit': '9.9.9' });
  assert.match(small.build().calls[0] ?? '', /^configure/);
});
