/** One suite for lanes.mjs: what it needs is built already, and its counts go to the process that started this one. */
import { Stop, runMain } from './report.mjs';
import { runSuite } from './run-suites.mjs';
import { suites } from './suites.mjs';

await runMain(async () => {
  const [, , name] = process.argv;
  const suite = suites.find((one) => one.name === name);
  if (!suite || !process.send) throw new Stop('This is started by npm test.');
  // Whoever waits for the counts is gone: a signal, which is passed on to what runs here, and once more to what a suite
  // of several programs starts next.
  const endToo = () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => {
      process.emit('SIGTERM');
      process.exit(1);
    }, 1000);
  };
  process.on('disconnect', endToo);
  const counts = await runSuite(suite);
  process.off('disconnect', endToo);
  process.send(counts);
  process.disconnect();
  return 0;
});
