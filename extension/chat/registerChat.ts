import path from 'node:path';
import * as vscode from 'vscode';
import { ChatModels, vendor } from './chatModels.js';
import { registerChatTools } from './chatTools.js';
import { registerParticipant } from './participant.js';

type Services = ConstructorParameters<typeof ChatModels>[0] & { readonly context: vscode.ExtensionContext };

/** Makes Look Once a model, tools and an MCP server for whoever asks in VS Code. Starts nothing. */
export function registerChat(services: Services): vscode.Disposable {
  const { context } = services;
  const models = new ChatModels(services);
  return vscode.Disposable.from(
    models,
    vscode.lm.registerLanguageModelChatProvider(vendor, models),
    ...registerChatTools(services),
    registerParticipant(services),
    vscode.lm.registerMcpServerDefinitionProvider('look-once', {
      provideMcpServerDefinitions: () => [mcpServer(context)],
    }),
  );
}

/** The process that VS Code itself runs on is Node as well. Its client names the folders of the workspace as roots. */
function mcpServer({ extensionPath, extension }: vscode.ExtensionContext): vscode.McpStdioServerDefinition {
  const { version } = extension.packageJSON as { version: string };
  return new vscode.McpStdioServerDefinition(
    'Look Once',
    process.execPath,
    [path.join(extensionPath, 'dist', 'mcp.cjs')],
    { ELECTRON_RUN_AS_NODE: '1' },
    version,
  );
}
