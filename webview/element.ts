import { LitElement } from 'lit';

/**
 * The base of the panel's elements. They render into the page itself instead of a shadow root: one style sheet, one
 * tree for labels and ids, and the codicon font without a copy of its style sheet in every root.
 */
export abstract class PanelElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Puts the focus on what the next drawing shows, once its own content is there. */
  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    const element = this.querySelector<HTMLElement & { readonly updateComplete?: Promise<unknown> }>(selector);
    await element?.updateComplete;
    element?.focus();
  }

  /** Tells an element above; it bubbles. */
  protected emit(type: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
