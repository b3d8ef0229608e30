import { modelCommandFrom, modelOptions, modelUsage, parsedOptions, type ModelCommand } from '../modelArguments.js';

export const mcpUsage = `Usage: npm run --silent mcp -- [options]

A server of the Model Context Protocol on stdin and stdout, with the tools look, read_text, find and models. Clients
name the folders that it may read (their roots); --root names more, or all for a client that names none.

  --root DIR                 a folder whose files may be read; may be given several times
${modelUsage}`;

export interface McpCommand extends ModelCommand {
  readonly roots: readonly string[];
}

/** @throws UsageError for a line that cannot be understood, BackendError for a value that is not allowed */
export function parseMcpArguments(args: readonly string[]): McpCommand | 'help' {
  const values = parsedOptions(args, { root: { type: 'string', multiple: true }, ...modelOptions });
  if (values.help) return 'help';
  return { roots: values.root ?? [], ...modelCommandFrom(values) };
}
