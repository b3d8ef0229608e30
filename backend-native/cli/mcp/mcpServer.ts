/** The tools that an agent gets: to look at files, to read them, to find among them, and which model answers. */
import fs from 'node:fs';
import path from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { CallToolResult, ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { asBackendError } from '../../protocol/errors.js';
import { packageRoot } from '../../server/transport/packageRoot.js';
import { LoadedModel } from '../loadedModel.js';
import type { SharingClient } from '../sharingClient.js';
import { errorLine } from '../terminal.js';
import { find, findInput, findOutput } from './findTool.js';
import { look, lookInput, lookOutput } from './lookTool.js';
import type { McpCommand } from './mcpArguments.js';
import { listModels, modelsOutput } from './modelsTool.js';
import { readText, readTextInput, readTextOutput } from './readTextTool.js';
import { Roots } from '../../client/roots.js';
import type { SharedContext, ToolContext } from './toolContext.js';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

const instructions =
  'Eyes on this machine: screenshots and long documents are read and answered about by a local model, and nothing ' +
  'leaves the machine. Use read_text for the exact words of a picture or document, find to learn which file of a ' +
  'folder shows something, and look for a question about what files show.';

/** @param client is closed by whoever made it */
export function lookOnceMcpServer(client: SharingClient, command: McpCommand): McpServer {
  const server = new McpServer(
    { name: 'look-once', title: 'Look Once', version: packageVersion() },
    { instructions, capabilities: { tools: {} } },
  );
  const shared: SharedContext = { client, command, model: new LoadedModel(client, command.load) };

  const run =
    <A>(work: (args: A, tool: ToolContext) => Promise<Record<string, unknown>>) =>
    async (args: A, extra: Extra): Promise<CallToolResult> => {
      try {
        const tool = { shared, roots: await rootsOf(server, command), ...listening(extra) };
        const structuredContent = await work(args, tool);
        return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
      } catch (error) {
        return { isError: true, content: [{ type: 'text', text: errorLine(asBackendError(error)) }] };
      }
    };

  server.registerTool(
    'look',
    {
      title: 'Look at screenshots and documents',
      description:
        'Answers one question about pictures and documents with a multimodal model on this machine. Says which lines ' +
        'of the pictures the answer rests on, and what was left out.',
      inputSchema: lookInput,
      outputSchema: lookOutput,
      annotations: readOnly,
    },
    run(look),
  );
  server.registerTool(
    'read_text',
    {
      title: 'Read the text of a picture or document',
      description: 'The words of one file in reading order, recognised where it is a picture. Asks no model.',
      inputSchema: readTextInput,
      outputSchema: readTextOutput,
      annotations: readOnly,
    },
    run(readText),
  );
  server.registerTool(
    'find',
    {
      title: 'Find which screenshot or page shows something',
      description:
        'The pictures and pages of documents below a folder that have most to do with the words of the query, the ' +
        'best first. The first search of many pictures takes its time; later ones read only what has changed.',
      inputSchema: findInput,
      outputSchema: findOutput,
      annotations: readOnly,
    },
    run(find),
  );
  server.registerTool(
    'models',
    {
      title: 'List the models on this machine',
      description: 'Models that look can be asked to answer with.',
      inputSchema: {},
      outputSchema: modelsOutput,
      annotations: readOnly,
    },
    run((_: Record<string, never>, tool) => listModels(tool)),
  );
  return server;
}

const readOnly = { readOnlyHint: true, openWorldHint: false };

/** Those of the command line, and those that the client names. */
async function rootsOf(server: McpServer, { roots }: McpCommand): Promise<Roots> {
  const named = server.server.getClientCapabilities()?.roots
    ? (await server.server.listRoots()).roots.map(({ uri }) => uri)
    : [];
  return Roots.of([...named, ...roots]);
}

/** Progress goes to a client that asked for it. */
function listening({ signal, sendNotification, _meta }: Extra): Pick<ToolContext, 'signal' | 'progress'> {
  const progressToken = _meta?.progressToken;
  let last = 0;
  return {
    signal,
    progress: (done, message) => {
      if (progressToken === undefined) return;
      // It has to grow, whatever phase comes next.
      last = Math.max(last + 1e-6, done);
      void sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress: last, total: 1, message },
      });
    },
  };
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(packageRoot(), 'package.json'), 'utf8'));
  return String((manifest as { version?: unknown }).version);
}
