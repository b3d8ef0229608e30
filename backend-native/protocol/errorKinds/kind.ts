/**
 * How a kind of error is declared: its facts, the English sentence that is made of them and, where the code's own does
 * not fit, the next step. Clients that speak other languages or have other buttons make their words of the same facts.
 */

/** A list of texts stands for one of them. */
type Field = 'text' | 'text?' | 'number' | 'texts' | readonly string[];
export type Fields = Readonly<Record<string, Field>>;

type ValueOf<F> = F extends 'number'
  ? number
  : F extends 'texts'
    ? readonly string[]
    : F extends readonly (infer One)[]
      ? One
      : string;

type OptionalIn<F extends Fields> = { [K in keyof F]: F[K] extends 'text?' ? K : never }[keyof F];

export type FactsOf<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalIn<F>>]: ValueOf<F[K]> } & {
  readonly [K in OptionalIn<F>]?: string | undefined;
};

export interface Kind<F extends Fields> {
  readonly fields: F;
  says(facts: FactsOf<F>): string;
}

/** One that knows better what to do than its code does; undefined in the cases in which it does not. */
export interface AdvisingKind<F extends Fields> extends Kind<F> {
  nextStep(facts: FactsOf<F>): string | undefined;
}

export function kind<const F extends Fields>(fields: F, says: (facts: FactsOf<F>) => string): Kind<F>;
export function kind<const F extends Fields>(
  fields: F,
  says: (facts: FactsOf<F>) => string,
  nextStep: string | ((facts: FactsOf<F>) => string | undefined),
): AdvisingKind<F>;
export function kind<const F extends Fields>(
  fields: F,
  says: (facts: FactsOf<F>) => string,
  nextStep?: string | ((facts: FactsOf<F>) => string | undefined),
): Kind<F> {
  if (nextStep === undefined) return { fields, says };
  const advising: AdvisingKind<F> = {
    fields,
    says,
    nextStep: typeof nextStep === 'string' ? () => nextStep : nextStep,
  };
  return advising;
}

/** The field of those who have words for every value that it may have. */
export function oneOf<T extends object>(words: T): readonly (keyof T & string)[] {
  return Object.keys(words) as (keyof T & string)[];
}

/** Whether the facts of another process, maybe an older or a newer one, are those of the kind. */
export function hasFields(fields: Fields, value: Partial<Record<string, unknown>>): boolean {
  return Object.entries(fields).every(([name, field]) => isOf(field, value[name]));
}

function isOf(field: Field, value: unknown): boolean {
  switch (field) {
    case 'text':
      return typeof value === 'string';
    case 'text?':
      return value === undefined || typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'texts':
      return Array.isArray(value) && value.every((one) => typeof one === 'string');
    default:
      return typeof value === 'string' && field.includes(value);
  }
}
