import path from 'node:path';
import * as vscode from 'vscode';
import { findScreenshots, type SearchedFolder } from './findScreenshots.js';
import { describeScreenshot, shownScreenshots, type Screenshot } from './screenshot.js';
import { ScreenshotPreview } from './screenshotPreview.js';

interface ScreenshotItem extends vscode.QuickPickItem {
  readonly screenshot: Screenshot;
}

const shownAtMost = 1000;
const redrawMs = 250;
const previewKey = 'lookOnce.screenshotPreview';
/** What the workbench can draw beside an item, up to a size that it decodes without a pause. */
const drawn = /\.(?:png|jpe?g|webp|gif|bmp|svg)$/i;
const drawnBytes = 8e6;

/**
 * Lets the user pick images of folders, newest first, with a preview of the one in focus.
 * @param folders those of the workspace when they are left out
 * @returns none when it is cancelled
 */
export async function pickScreenshots(
  context: Pick<vscode.ExtensionContext, 'globalState'>,
  folders?: readonly vscode.Uri[],
): Promise<readonly vscode.Uri[]> {
  const searched: readonly SearchedFolder[] =
    folders?.map((uri) => ({ uri, name: path.posix.basename(uri.path) })) ?? vscode.workspace.workspaceFolders ?? [];
  if (searched.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder to ask about its screenshots.'));
    return [];
  }
  const title = folders
    ? vscode.l10n.t('Attach Images of {0}', searched.map(({ name }) => name).join(', '))
    : vscode.l10n.t('Ask About Workspace Screenshots');
  const picker = new ScreenshotPicker(context, searched, title);
  try {
    return await picker.pick();
  } finally {
    picker.dispose();
  }
}

class ScreenshotPicker {
  private readonly pickBox = vscode.window.createQuickPick<ScreenshotItem>();
  private readonly cancellation = new vscode.CancellationTokenSource();
  private readonly preview: ScreenshotPreview;
  private readonly found: Screenshot[] = [];
  private readonly items = new Map<string, ScreenshotItem>();
  private readonly opened = Date.now();
  private redraw: NodeJS.Timeout | undefined;
  /** The newest so far. */
  private first: ScreenshotItem | undefined;

  constructor(
    private readonly context: Pick<vscode.ExtensionContext, 'globalState'>,
    private readonly folders: readonly SearchedFolder[],
    title: string,
  ) {
    this.preview = new ScreenshotPreview(folders.map(({ uri }) => uri));
    const box = this.pickBox;
    box.title = title;
    box.placeholder = vscode.l10n.t('Select the images to ask about');
    box.canSelectMany = true;
    box.matchOnDescription = true;
    // The panel, or the preview, may come up meanwhile.
    box.ignoreFocusOut = true;
    box.busy = true;
    this.showPreviewButton();
  }

  async pick(): Promise<readonly vscode.Uri[]> {
    const box = this.pickBox;
    const chosen = new Promise<readonly vscode.Uri[]>((resolve) => {
      box.onDidAccept(() => {
        // Enter on an image, with none selected, means that one.
        const items = box.selectedItems.length > 0 ? box.selectedItems : box.activeItems;
        resolve(items.map(({ screenshot }) => vscode.Uri.parse(screenshot.uri, true)));
      });
      box.onDidHide(() => {
        resolve([]);
      });
    });
    box.onDidChangeActive(() => {
      this.showPreview();
    });
    box.onDidTriggerButton(() => {
      void this.togglePreview();
    });
    box.onDidChangeValue(() => {
      if (this.found.length > shownAtMost) this.draw();
    });
    box.show();
    const search = findScreenshots(this.folders, this.cancellation.token, (screenshot) => {
      this.found.push(screenshot);
      this.redraw ??= setTimeout(() => {
        this.draw();
      }, redrawMs);
    });
    // A search that fails ends the picking with its error; one that ends leaves the choice to the user.
    return await Promise.race([
      chosen,
      search.then(() => {
        this.searched();
        return chosen;
      }),
    ]);
  }

  dispose(): void {
    clearTimeout(this.redraw);
    this.cancellation.cancel();
    this.cancellation.dispose();
    this.preview.dispose();
    this.pickBox.dispose();
  }

  private searched(): void {
    const box = this.pickBox;
    if (this.cancellation.token.isCancellationRequested) return;
    this.draw();
    box.busy = false;
    if (this.found.length === 0)
      box.placeholder = vscode.l10n.t(
        'No images here, apart from those that files.exclude, search.exclude or .gitignore leave out',
      );
    else if (this.found.length > shownAtMost)
      box.placeholder = vscode.l10n.t(
        'The newest {0} of {1} images: type to find others',
        shownAtMost,
        this.found.length,
      );
  }

  private draw(): void {
    clearTimeout(this.redraw);
    this.redraw = undefined;
    const box = this.pickBox;
    const selected = box.selectedItems;
    const active = box.activeItems;
    box.items = shownScreenshots(
      this.found,
      box.value,
      new Set(selected.map(({ screenshot }) => screenshot.uri)),
      shownAtMost,
    ).map((screenshot) => this.itemOf(screenshot));
    box.selectedItems = selected;
    // Newer images that were found since come above the one in focus, which keeps it once the user has moved to it.
    if (active[0] !== undefined && active[0] !== this.first) box.activeItems = active;
    this.first = box.items[0];
  }

  /** The same screenshot is always the same item, so that what is selected and in focus stays so. */
  private itemOf(screenshot: Screenshot): ScreenshotItem {
    let item = this.items.get(screenshot.uri);
    if (!item) {
      item = {
        screenshot,
        label: path.posix.basename(screenshot.path),
        description: describeScreenshot(screenshot, this.opened, vscode.env.language, this.folders.length > 1),
        iconPath:
          drawn.test(screenshot.path) && screenshot.bytes <= drawnBytes
            ? vscode.Uri.parse(screenshot.uri, true)
            : new vscode.ThemeIcon('file-media'),
      };
      this.items.set(screenshot.uri, item);
    }
    return item;
  }

  private get wantsPreview(): boolean {
    return this.context.globalState.get(previewKey, true);
  }

  private async togglePreview(): Promise<void> {
    await this.context.globalState.update(previewKey, !this.wantsPreview);
    this.showPreviewButton();
    this.showPreview();
  }

  private showPreview(): void {
    const item = this.pickBox.activeItems[0];
    if (item && this.wantsPreview) this.preview.show(item.screenshot);
    else this.preview.hide();
  }

  private showPreviewButton(): void {
    this.pickBox.buttons = [
      this.wantsPreview
        ? { iconPath: new vscode.ThemeIcon('eye-closed'), tooltip: vscode.l10n.t('Hide the Preview') }
        : { iconPath: new vscode.ThemeIcon('eye'), tooltip: vscode.l10n.t('Preview the Image in Focus') },
    ];
  }
}
