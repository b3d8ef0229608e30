/** The parts of VS Code's chat messages, and its tools, in the backend's terms. */
import * as vscode from 'vscode';
import type { ChatPart } from '../../backend-native/client/chatTurns.js';
import type { ToolCall, ToolOffer } from '../../backend-native/protocol/tools.js';

export function chatPartOf(part: unknown): ChatPart {
  if (part instanceof vscode.LanguageModelTextPart) return { text: part.value };
  if (part instanceof vscode.LanguageModelDataPart)
    return { mime: part.mimeType, base64: Buffer.from(part.data).toString('base64') };
  if (part instanceof vscode.LanguageModelToolCallPart) {
    const { callId: id, name, input } = part;
    return { toolCall: { id, name, arguments: JSON.stringify(input) } };
  }
  if (part instanceof vscode.LanguageModelToolResultPart)
    return { toolResult: { id: part.callId, parts: part.content.map(shownPartOf) } };
  return { other: (part as object | null)?.constructor.name ?? String(part) };
}

/** Of what a tool gave: texts are texts, however they are packed. */
function shownPartOf(part: unknown): ChatPart {
  if (part instanceof vscode.LanguageModelPromptTsxPart) return { text: JSON.stringify(part.value) };
  if (part instanceof vscode.LanguageModelDataPart && /^text\/|[/+]json$/.test(part.mimeType))
    return { text: new TextDecoder().decode(part.data) };
  return chatPartOf(part);
}

export function toolCallPart({ id, name, arguments: given }: ToolCall): vscode.LanguageModelToolCallPart {
  return new vscode.LanguageModelToolCallPart(id, name, JSON.parse(given) as object);
}

/** @returns undefined where none are offered */
export function toolOfferOf({
  tools = [],
  toolMode,
}: Pick<vscode.ProvideLanguageModelChatResponseOptions, 'tools' | 'toolMode'>): ToolOffer | undefined {
  if (tools.length === 0) return undefined;
  return {
    list: tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      ...(inputSchema && { parameters: inputSchema as Readonly<Record<string, unknown>> }),
    })),
    required: toolMode === vscode.LanguageModelChatToolMode.Required,
    parallel: true,
  };
}
