import type { Locator, Page } from 'playwright-core';

/** What a person does with the workbench around the panel. */
export class WorkbenchPage {
  constructor(readonly page: Page) {}

  /** @param label as the palette shows it, such as "Look Once: Open Panel" */
  async runCommand(label: string): Promise<void> {
    // The palette's list is a snapshot, and a panel that takes the focus closes it: it is opened until the command was
    // chosen.
    for (let tries = 0; ; tries++) {
      try {
        await this.page.keyboard.press('F1');
        await this.quickInput().fill(`>${label}`, { timeout: 5000 });
        await this.quickPickRow(label).click({ timeout: 5000 });
        return;
      } catch (error) {
        if (tries === 10) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  quickInput(): Locator {
    return this.page.locator('.quick-input-widget input[type="text"]').first();
  }

  quickPickRow(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** The row of a file at the top of the workspace. */
  file(name: string): Locator {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).first();
  }

  tab(name: string): Locator {
    return this.page.locator(`.tabs-container .tab[data-resource-name="${name}"]`).first();
  }

  async openFile(name: string): Promise<void> {
    await this.file(name).dblclick();
    await this.tab(name).waitFor({ timeout: 20_000 });
  }

  /** Selects a file and those below it, up to another. */
  async selectFiles(first: string, last: string, count: number): Promise<void> {
    const selected = this.page.locator('.explorer-folders-view .monaco-list-row.selected');
    for (let tries = 0; tries < 10; tries++) {
      await this.file(first).click();
      await this.tab(first).waitFor({ timeout: 20_000 });
      await this.file(last).click({ modifiers: ['Shift'] });
      // A menu on a selection that changes meanwhile would be about one file.
      await this.page.waitForTimeout(500);
      if ((await selected.count()) === count) return;
    }
    throw new Error(`Expected ${count} selected files but there are ${await selected.count()}`);
  }

  /** Opens the context menu and chooses an entry of it. */
  async choose(place: Locator, entry: string): Promise<void> {
    const label = this.page.locator('.monaco-menu .action-label', { hasText: entry }).first();
    // A menu takes no click in the first moments after it was opened, and closes when something else takes the focus.
    for (let tries = 0; ; tries++) {
      try {
        if (!(await label.isVisible())) await place.click({ button: 'right' });
        await label.click({ timeout: 3000 });
        await label.waitFor({ state: 'hidden', timeout: 2000 });
        return;
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }

  /** Answers the file dialog of a remote window. */
  async enterPath(file: string): Promise<void> {
    const input = this.quickInput();
    // The dialog opens with the workspace's folder, some moments after it is shown.
    await input.waitFor({ timeout: 20_000 });
    for (let tries = 0; tries < 5 && (await input.isVisible()); tries++) {
      await input.fill(file, { timeout: 5000 }).catch(() => undefined);
      await this.page.keyboard.press('Enter');
      await input.waitFor({ state: 'hidden', timeout: 4000 }).catch(() => undefined);
    }
  }

  async chooseTheme(name: string): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput().fill(name);
    await this.page.keyboard.press('Enter');
  }

  /** Makes the secondary side bar so many pixels wide. */
  async widenPanel(width: number): Promise<void> {
    const bar = await this.page.locator('.part.auxiliarybar').boundingBox();
    if (!bar) throw new Error('The secondary side bar is not there');
    const sashes = await this.page.locator('.monaco-sash.vertical:not(.disabled)').all();
    const boxes = (await Promise.all(sashes.map((sash) => sash.boundingBox()))).filter((box) => box !== null);
    const [sash] = boxes.sort(
      (one, other) => Math.abs(one.x + one.width / 2 - bar.x) - Math.abs(other.x + other.width / 2 - bar.x),
    );
    if (!sash) throw new Error('There is nothing to drag');
    const [x, y] = [sash.x + sash.width / 2, sash.y + sash.height / 3];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + bar.width - width, y, { steps: 8 });
    await this.page.mouse.up();
  }
}
