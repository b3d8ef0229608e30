/** Data that is written out inside a text: letters without words, of which a model learns nothing. */

/** Shorter ones are icons and examples. */
const leastCharacters = 200;

export interface WithoutData {
  readonly text: string;
  /** Pieces that were left out, and their characters. */
  readonly count: number;
  readonly characters: number;
}

/** Data URIs keep their type, and say how long they were: "data:image/png;base64,(40000 characters left out)". */
export function withoutDataUris(text: string): WithoutData {
  let [count, characters] = [0, 0];
  const shorter = text.replace(
    /(data:[\w.+-]+\/[\w.+-]+(?:;[\w-]+=[\w."-]+)*;base64,)([A-Za-z0-9+/=_%-]+)/g,
    (whole, head: string, data: string) => {
      if (data.length < leastCharacters) return whole;
      count += 1;
      characters += data.length;
      return `${head}(${data.length} characters left out)`;
    },
  );
  return { text: shorter, count, characters };
}
