import path from 'node:path';
import * as vscode from 'vscode';
import { ChatModels, vendor } from './chatModels.js';
import { registerChatTools } from './chatTools.js';
import { registerParticipant } from './participant.js';

type Services = ConstructorParameters<typeof ChatModels>[0] & { readonly context: vscode.ExtensionContext };

/**
 * What VS Code got after the lowest version that the manifest names, and editors that are made of it later still. In
 * what lacks it, the panel works as everywhere.
 */
export interface NewerApi {
  readonly lm: Partial<
    Pick<typeof vscode.lm, 'registerLanguageModelChatProvider' | 'registerMcpServerDefinitionProvider'>
  >;
  /** Messages to a model hold pictures: without those it would be of no use. */
  readonly LanguageModelDataPart?: unknown;
}

/** Makes Look Once a model, tools and an MCP server for whoever asks in VS Code. Starts nothing. */
export function registerChat(services: Services, newer: NewerApi = vscode): vscode.Disposable {
  return vscode.Disposable.from(
    ...registerModels(services, newer),
    ...registerChatTools(services),
    registerParticipant(services),
    ...registerMcpServer(services.context, newer),
  );
}

function registerModels(services: Services, { lm, LanguageModelDataPart }: NewerApi): vscode.Disposable[] {
  if (!lm.registerLanguageModelChatProvider || LanguageModelDataPart === undefined) return [];
  const models = new ChatModels(services);
  return [models, lm.registerLanguageModelChatProvider(vendor, models)];
}

function registerMcpServer(context: vscode.ExtensionContext, { lm }: NewerApi): vscode.Disposable[] {
  const provider = { provideMcpServerDefinitions: () => [mcpServer(context)] };
  return lm.registerMcpServerDefinitionProvider ? [lm.registerMcpServerDefinitionProvider('look-once', provider)] : [];
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
