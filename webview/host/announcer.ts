/**
 * What a screen reader hears of a streaming answer: whole sentences, each once, instead of every token.
 */
export class Announcer {
  private key = '';
  private heard = 0;

  /** The answer that is announced until another one is, or it is over; '' for none. */
  get following(): string {
    return this.key;
  }

  /** @param key of an answer; a new one is announced from its beginning */
  follow(key: string): void {
    if (key === this.key) return;
    this.key = key;
    this.heard = 0;
  }

  /**
   * @param text the whole answer so far
   * @param finished whether the rest is to be said even when it does not end like a sentence
   * @returns what was not said before, without Markdown's marks; '' when there is nothing new
   */
  next(text: string, finished: boolean): string {
    const end = finished ? text.length : this.heard + lastSentenceEnd(text.slice(this.heard));
    if (end <= this.heard) return '';
    const fresh = text.slice(this.heard, end);
    this.heard = end;
    return plainText(fresh);
  }
}

/** @returns the index after the last sentence or line that is complete, 0 for none */
function lastSentenceEnd(text: string): number {
  let end = 0;
  for (const match of text.matchAll(/[.!?。！？…]["')\]]*\s|\n/gu)) end = match.index + match[0].length;
  return end;
}

function plainText(markdown: string): string {
  return markdown
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/^\s*(?:#{1,6}|>|```\S*|[-*+])\s*/gm, '')
    .replaceAll(/[*_`~]+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
