/** Reading all of what is attached in parts, for questions about the whole of what is longer than the context. */

/** What it would cost, without asking anything. */
export interface ReadAllPlan {
  readonly parts: number;
  /** Of the documents, all parts together; questions and answers come on top. */
  readonly tokens: number;
  /** Questions that will be asked: one for each part, and those that put the answers together. */
  readonly questions: number;
}

/** What one part answered. */
export interface PartReport {
  /** Documents of the part and their pages, such as "handbook.pdf, pages 1-12". */
  readonly label: string;
  readonly answer: string;
  /** Of the prompt. */
  readonly tokens: number;
}
