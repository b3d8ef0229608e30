/** What a model may call, what it calls, and what came of it. */

export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** A JSON Schema of an object; none for a tool without parameters. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** The model is told of all of them; which it calls, if any, is its choice. */
export interface ToolOffer {
  readonly list: readonly ToolDefinition[];
  /** The answer is a call. */
  readonly required?: boolean;
  /** One answer may hold several calls, where the model can write them. */
  readonly parallel?: boolean;
}

export interface ToolCall {
  /** Tells it from the other calls of a conversation. */
  readonly id: string;
  readonly name: string;
  /** JSON, an object. */
  readonly arguments: string;
}

export interface ToolResult {
  /** Of the call. */
  readonly id: string;
  /** Of the tool. */
  readonly name: string;
  readonly content: string;
}
