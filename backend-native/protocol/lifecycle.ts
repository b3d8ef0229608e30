/** The handshake. Its messages are those of the Language Server Protocol, with what is ours inside. */

export interface InitializeParams {
  readonly processId: number | null;
  readonly rootUri: null;
  readonly capabilities: Record<string, never>;
  readonly initializationOptions: {
    /** The client's protocolVersion; the server refuses another than its own with version_mismatch. */
    readonly protocolVersion: number;
    /** What an offer of a backend names, from a guest who read it there; nothing from who started the backend. */
    readonly token?: string;
  };
}

export interface InitializeResult {
  readonly capabilities: { readonly experimental: { readonly protocolVersion: number } };
  readonly serverInfo: { readonly name: string; readonly version: string };
}

/** `window/logMessage`: 1 error, 2 warning, 3 info, 4 log, 5 debug. */
export interface LogMessageParams {
  readonly type: 1 | 2 | 3 | 4 | 5;
  readonly message: string;
}
