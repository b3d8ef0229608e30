import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseServeArguments, type ServeCommand } from '../../../../backend-native/cli/serve/serveArguments.js';
import { UsageError } from '../../../../backend-native/cli/usage.js';

function parse(args: readonly string[], env: NodeJS.ProcessEnv = {}): ServeCommand {
  const command = parseServeArguments(args, env);
  assert.notEqual(command, 'help');
  return command as ServeCommand;
}

test('a_token_is_made_that_nobody_guesses', () => {
  const one = parse([]);
  assert.ok(one.tokenIsNew && one.token.length >= 32);
  assert.notEqual(one.token, parse([]).token);
});

test('a_token_comes_from_the_line_or_the_environment', () => {
  const env = { LOOK_ONCE_TOKEN: 'from-the-environment' };
  assert.deepEqual([parse([], env).token, parse([], env).tokenIsNew], [env.LOOK_ONCE_TOKEN, false]);
  assert.equal(parse(['--token', 'from-the-command-line'], env).token, 'from-the-command-line');
});

test('what_cannot_be_understood_is_a_usage_error', () => {
  for (const args of [
    ['--token', 'short'],
    ['--token', 'with a space in it'],
    ['--port', '70000'],
    ['--port', ''],
    ['--what'],
  ])
    assert.throws(() => parseServeArguments(args, {}), UsageError, args.join(' '));
});

test('the_options_of_the_model_arrive', () => {
  const { load, kvRatio, maxTokens, port } = parse([
    '--model',
    'm',
    '--mmproj',
    'p',
    '--kv-ratio',
    '0.2',
    '--no-cache',
    '--port',
    '0',
  ]);
  assert.deepEqual([load.modelPath, load.mmprojPath, load.engine?.cache], ['m', 'p', undefined]);
  assert.deepEqual([kvRatio, maxTokens, port], [0.2, 1024, 0]);
});
