import * as vscode from 'vscode';

/**
 * Which of the restricted settings a workspace that is not trusted would set. VS Code withholds their values without a
 * word, so the files of the workspace are looked at; only names are read from them.
 */
export async function withheldSettings(restricted: ReadonlySet<string>): Promise<readonly string[]> {
  if (vscode.workspace.isTrusted) return [];
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  const files = [
    ...(workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, '.vscode', 'settings.json')),
    ...(workspaceFile && workspaceFile.scheme !== 'untitled' ? [workspaceFile] : []),
  ];
  const texts = await Promise.all(files.map(readText));
  return [...restricted].filter((name) => texts.some((text) => names(text, name)));
}

/** Whether a JSON file with comments has the key, not after a comment on its line. */
export function names(json: string, key: string): boolean {
  return json.split('\n').some((line) => {
    const index = line.indexOf(`"${key}"`);
    return index >= 0 && !line.slice(0, index).includes('//');
  });
}

async function readText(uri: vscode.Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    // Most workspaces have no such file.
    if (error instanceof vscode.FileSystemError) return '';
    throw error;
  }
}
