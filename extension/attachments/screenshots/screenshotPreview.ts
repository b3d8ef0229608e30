import path from 'node:path';
import * as vscode from 'vscode';
import { previewHtml } from './previewHtml.js';
import type { Screenshot } from './screenshot.js';

/** Long enough that holding an arrow key does not decode every picture on the way. */
const settleMs = 120;

/**
 * Shows one image after the other in an editor tab of its own, which goes as it came: the tabs of the user stay as they
 * are.
 */
export class ScreenshotPreview implements vscode.Disposable {
  private tab: vscode.WebviewPanel | undefined;
  private pending: NodeJS.Timeout | undefined;

  /** @param folders where the images are: nothing else can be shown */
  constructor(private readonly folders: readonly vscode.Uri[]) {}

  show(screenshot: Screenshot): void {
    clearTimeout(this.pending);
    this.pending = setTimeout(() => {
      this.draw(screenshot);
    }, settleMs);
  }

  hide(): void {
    clearTimeout(this.pending);
    this.tab?.dispose();
  }

  dispose(): void {
    this.hide();
  }

  private draw(screenshot: Screenshot): void {
    const name = path.posix.basename(screenshot.path);
    const tab = (this.tab ??= this.open());
    tab.title = name;
    tab.webview.html = previewHtml({
      cspSource: tab.webview.cspSource,
      src: tab.webview.asWebviewUri(vscode.Uri.parse(screenshot.uri, true)).toString(),
      alt: vscode.l10n.t('{0} cannot be previewed', name),
    });
  }

  private open(): vscode.WebviewPanel {
    const tab = vscode.window.createWebviewPanel(
      'lookOnce.screenshotPreview',
      vscode.l10n.t('Preview'),
      { viewColumn: vscode.ViewColumn.Active, preserveFocus: true },
      { localResourceRoots: this.folders, enableScripts: false },
    );
    tab.onDidDispose(() => {
      this.tab = undefined;
    });
    return tab;
  }
}
