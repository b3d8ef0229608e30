import * as vscode from 'vscode';

/** Its id in package.json. */
const walkthroughId = 'lookOnce.start';

/** Opens the walkthrough of this extension in the active editor group. */
export async function openWalkthrough({ extension }: Pick<vscode.ExtensionContext, 'extension'>): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extension.id}#${walkthroughId}`, false);
}
