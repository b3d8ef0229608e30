/** From the recogniser's probabilities to characters. */
export interface Decoded {
  readonly text: string;
  /** The mean probability of the characters, from 0 to 1; 0 for no character. */
  readonly confidence: number;
  /** For each character of the text (code points), the time step at which it was seen. */
  readonly steps: readonly number[];
}

/**
 * Takes the likeliest class of every time step; repeats and blanks fall away.
 * @param probabilities [steps, classes], from `start`; each step adds up to 1
 * @param characters by class; class 0 is the blank
 * @param allowed by class, those that may be taken; all when it is left out
 */
export function decodeCtc(
  probabilities: Float32Array,
  start: number,
  steps: number,
  characters: readonly string[],
  allowed?: Uint8Array,
): Decoded {
  const classes = characters.length;
  let text = '';
  const at: number[] = [];
  let sum = 0;
  let last = 0;
  for (let step = 0; step < steps; step += 1) {
    const from = start + step * classes;
    let best = 0;
    let most = probabilities[from] ?? 0;
    // Above a half nothing can be likelier: the rest of 18,710 classes need not be looked at.
    for (let i = 1; i < classes && most <= 0.5; i += 1) {
      const probability = probabilities[from + i] ?? 0;
      if (probability > most && (!allowed || allowed[i] === 1)) [best, most] = [i, probability];
    }
    if (best !== 0 && best !== last) {
      text += characters[best] ?? '';
      at.push(step);
      sum += most;
    }
    last = best;
  }
  return { text, confidence: at.length === 0 ? 0 : sum / at.length, steps: at };
}
