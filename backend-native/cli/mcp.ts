/** `npm run --silent mcp`: the tools of Look Once for any agent that speaks the Model Context Protocol, over stdio. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { mcpUsage, parseMcpArguments } from './mcp/mcpArguments.js';
import { lookOnceMcpServer } from './mcp/mcpServer.js';
import { sharingClientFor } from './sharingClient.js';
import { runCommand } from './terminal.js';
import { exitStatus } from './usage.js';

void runCommand(mcpUsage, async () => {
  const command = parseMcpArguments(process.argv.slice(2));
  if (command === 'help') {
    process.stderr.write(`${mcpUsage}\n`);
    return exitStatus.done;
  }
  const client = sharingClientFor(command);
  const server = lookOnceMcpServer(client, command);
  const ended = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    // A client that goes away closes our input, and the transport does not tell.
    process.stdin.once('end', resolve);
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
  try {
    await server.connect(new StdioServerTransport());
    await ended;
  } finally {
    await client.close();
    await server.close();
  }
  return exitStatus.done;
});
