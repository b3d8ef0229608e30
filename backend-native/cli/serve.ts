/** `npm run --silent serve`: an OpenAI-compatible endpoint on this machine, for clients that speak nothing else. */
import { LoadedModel } from './loadedModel.js';
import { listen } from './serve/httpServer.js';
import { parseServeArguments, serveUsage } from './serve/serveArguments.js';
import { sharingClientFor } from './sharingClient.js';
import { runCommand } from './terminal.js';
import { exitStatus } from './usage.js';

void runCommand(serveUsage, async () => {
  const command = parseServeArguments(process.argv.slice(2), process.env);
  if (command === 'help') {
    process.stdout.write(`${serveUsage}\n`);
    return exitStatus.done;
  }
  const client = sharingClientFor(command);
  const { server, port } = await listen({ client, command, model: new LoadedModel(client, command.load) });
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  process.stdout.write(`Look Once answers at http://127.0.0.1:${port}/v1\n`);
  // One that was given is known to whoever gave it, and stays out of logs.
  if (command.tokenIsNew) process.stdout.write(`API key: ${command.token}\n`);
  await ended;
  server.close();
  server.closeAllConnections();
  await client.close();
  return exitStatus.done;
});
