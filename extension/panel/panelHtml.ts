import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from '../../webview/protocol/page.js';

/** Where the panel's page and all it loads are; nothing outside of it can be loaded. */
export function panelRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const resource = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(panelRoot(extensionUri), name)).toString();
  return pageHtml({
    language: vscode.env.language,
    nonce: randomBytes(24).toString('base64url'),
    cspSource: webview.cspSource,
    script: resource('main.js'),
    style: resource('main.css'),
  });
}
