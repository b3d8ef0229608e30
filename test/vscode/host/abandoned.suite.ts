/** Ends the extension host in the middle of an answer, as a crash of VS Code does. */
import { test } from 'mocha';
import { activated, ask, attach, sample } from './lookOnce.js';
import { hostSuite, tellOutside } from './hostSuite.js';
import { backendPid } from './processes.js';
import { until } from './until.js';

export const run = hostSuite(() => {
  test('the_host_dies', async () => {
    await attach(sample('terminal.png'));
    await ask('What is this?');
    await until('the beginning of an answer', async () => (await activated()).running()?.text, 90);
    tellOutside('abandonedPid', backendPid());
    process.kill(process.pid, 'SIGKILL');
  });
});
