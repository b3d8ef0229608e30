/** Questions that say what they are about only together with one before them. */

/** Content words: a question with more of them stands for itself. */
const followUpWords = 4;

/**
 * @param earlier the questions before, oldest first
 * @returns a short follow-up with the last question that stands for itself; any other as it is
 */
export function withContext(question: string, earlier: readonly string[]): string {
  if (!leansOnEarlier(question)) return question;
  const before = [...earlier].reverse().find((each) => !leansOnEarlier(each));
  return before === undefined ? question : `${question} ${before}`;
}

function leansOnEarlier(question: string): boolean {
  const leans = /^\s*(and|or|what about|how about)\b|\b(it|its|they|their|he|his|she|her|that one|this one)\b/i;
  return leans.test(question) && wordCount(question) <= 2 * followUpWords;
}

function wordCount(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}
