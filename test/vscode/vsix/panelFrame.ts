/// <reference lib="dom" />
import type { Frame, Locator, Page } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a person does in the panel. */
export class PanelFrame {
  private constructor(readonly frame: Frame) {}

  /** The panel that is shown, in the side bar or in an editor; waits for it. */
  static async find(page: Page): Promise<PanelFrame> {
    for (let tries = 0; tries < 300; tries++) {
      for (const frame of page.frames()) {
        // A frame may go while it is looked at.
        const isPanel = await frame
          .locator('look-once-panel')
          .isVisible()
          .catch(() => false);
        if (isPanel) return new PanelFrame(frame);
      }
      await sleep(200);
    }
    throw new Error('There is no panel');
  }

  get question(): Locator {
    return this.frame.locator('textarea.question-input');
  }

  /** The chips of the next question. */
  get draftChips(): Locator {
    return this.frame.locator('look-once-composer look-once-chip');
  }

  get turns(): Locator {
    return this.frame.locator('look-once-turn');
  }

  get answers(): Locator {
    return this.frame.locator('look-once-answer');
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name });
  }

  async chipsAre(...names: readonly string[]): Promise<void> {
    for (const [index, name] of names.entries())
      await this.draftChips.nth(index).filter({ hasText: name }).waitFor({ timeout: 60_000 });
    const count = await this.draftChips.count();
    if (count !== names.length) throw new Error(`Expected ${names.length} attachments but there are ${count}`);
  }

  /** Removes all attachments of the next question. */
  async removeAll(): Promise<void> {
    for (let count = await this.draftChips.count(); count > 0; count = await this.draftChips.count()) {
      // Another one may have gone with the conversation just now.
      await this.draftChips
        .first()
        .getByRole('button', { name: /^Remove / })
        .click({ timeout: 2000 })
        .catch(() => undefined);
    }
  }

  /** Asks, and gives the text of the newest answer once it is over. */
  async ask(question: string): Promise<string> {
    const before = await this.turns.count();
    await this.question.fill(question);
    await this.question.press('Enter');
    await this.turns.nth(before).waitFor({ timeout: 60_000 });
    return this.lastAnswer();
  }

  async lastAnswer(): Promise<string> {
    const answer = this.answers.last();
    await answer.locator('.answer-foot').waitFor({ timeout: 180_000 });
    return (await answer.locator('look-once-markdown').textContent({ timeout: 5000 })) ?? '';
  }

  /** Pastes a file into the question. */
  async paste(name: string, type: string, bytes: Uint8Array): Promise<void> {
    await this.question.evaluate(
      (element, file) => {
        const data = new DataTransfer();
        data.items.add(
          new File([Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0))], file.name, {
            type: file.type,
          }),
        );
        element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      },
      { name, type, base64: Buffer.from(bytes).toString('base64') },
    );
  }

  /** Drops files of the workspace on the panel, as from the Explorer. */
  async drop(...uris: readonly string[]): Promise<void> {
    await this.frame.locator('look-once-panel').evaluate((element, list) => {
      const data = new DataTransfer();
      data.setData('application/vnd.code.uri-list', list);
      for (const type of ['dragover', 'drop'])
        element.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }, uris.join('\r\n'));
  }
}
