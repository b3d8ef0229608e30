/** Questions that say what they are about only together with one before them, and turns that ask nothing. */

/** Content words: a question with more of them stands for itself. */
const followUpWords = 4;

/**
 * @param earlier the questions before, oldest first
 * @returns a short follow-up with the last question that stands for itself; any other as it is
 */
export function withContext(question: string, earlier: readonly string[]): string {
  if (!leansOnEarlier(question)) return question;
  const before = [...earlier].reverse().find((each) => !leansOnEarlier(each) && !asksNothing(each));
  return before === undefined ? question : `${question} ${before}`;
}

function leansOnEarlier(question: string): boolean {
  const leans = /^\s*(and|or|what about|how about)\b|\b(it|its|they|their|he|his|she|her|that one|this one)\b/i;
  return leans.test(question) && wordCount(question) <= 2 * followUpWords;
}

function wordCount(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

/** Whether a turn only thanks, agrees or greets, such as "Great, that works": no document has more to say to it. */
export function asksNothing(turn: string): boolean {
  if (turn.includes('?')) return false;
  const words = turn.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  return words.length <= longestReply && words.every((word) => replyWords.has(word));
}

const longestReply = 12;
/** English and German. No word that a document could be searched for. */
const replyWords = new Set(
  (
    'a all alright and appreciate appreciated are as awesome been brilliant but bye clear cool correct did does done ' +
    'exactly excellent fine for glad good goodbye got great have hello help helped helpful helps hey hi i is it its ' +
    "it's i'm i'll just lot made makes many me much my nice no nope not now oh ok okay perfect please really " +
    "right see sense so sounds super sure thank thanks that that's the then this understand understood very was well " +
    "with wonderful work worked works yeah yep yes you you're your " +
    'alles auch aus bin danke das dank dass der die dir es fein funktioniert für ganz gar genau geholfen gern gerne ' +
    'gesehen gut habe hallo hat herzlichen hilft ich ihnen ist ja jetzt klar klappt klasse mir nein nun okay passt ' +
    'perfekt prima richtig schon schön sehr so stimmt super toll tschüss und verstanden verstehe vielen wunderbar'
  ).split(' '),
);
