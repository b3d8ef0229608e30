/** The settings as package.json declares them, and the check of a value against that. */

export interface SettingSchema {
  /** Several: a number, or null where it is left to the program. */
  readonly type: SettingType | readonly SettingType[];
  readonly default: SettingValue;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly (string | boolean)[];
}

type SettingType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'null';

export type SettingValue = string | number | boolean | null | readonly string[];
export type SettingsSchema = ReadonlyMap<string, SettingSchema>;

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly { readonly properties: Readonly<Record<string, SettingSchema>> }[];
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

/** @param manifest our own package.json */
export function schemaOf(manifest: unknown): SettingsSchema {
  const sections = (manifest as Manifest).contributes.configuration;
  return new Map(sections.flatMap(({ properties }) => Object.entries(properties)));
}

/** Settings that a workspace may only set once it is trusted. */
export function restrictedSettings(manifest: unknown): ReadonlySet<string> {
  return new Set((manifest as Manifest).capabilities.untrustedWorkspaces.restrictedConfigurations);
}

/** What stood for an empty box before there was one. */
export const wordForNull = 'auto';

/** The settings that may be left empty. */
export function nullableSettings(schema: SettingsSchema): readonly string[] {
  return [...schema].filter(([, one]) => isNullable(one)).map(([name]) => name);
}

/** What a value should have been. */
export type Expectation =
  | { readonly kind: 'enum'; readonly values: readonly (string | boolean)[] }
  | {
      readonly kind: 'range';
      /** Whether it may be left empty. */
      readonly empty: boolean;
      readonly integer: boolean;
      readonly minimum: number | undefined;
      readonly maximum: number | undefined;
    }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'string' }
  | { readonly kind: 'strings' };

/**
 * The value to use: the given one when it fits; a number out of range moved to the bound that it crossed; otherwise
 * the default. `expected` is there when it is not the one given.
 */
export function checkSetting(
  schema: SettingSchema,
  given: unknown,
): { readonly value: SettingValue; readonly expected?: Expectation } {
  if (schema.enum) {
    const value = schema.enum.find((one) => one === given);
    return value === undefined ? { value: schema.default, expected: { kind: 'enum', values: schema.enum } } : { value };
  }
  if (isNullable(schema)) return given === null || given === wordForNull ? { value: null } : checkNumber(schema, given);
  switch (schema.type as SettingType) {
    case 'boolean':
      return typeof given === 'boolean' ? { value: given } : { value: schema.default, expected: { kind: 'boolean' } };
    case 'array':
      return isStrings(given) ? { value: given } : { value: schema.default, expected: { kind: 'strings' } };
    case 'string':
      return typeof given === 'string' ? { value: given } : { value: schema.default, expected: { kind: 'string' } };
    case 'number':
    case 'integer':
    case 'null':
      return checkNumber(schema, given);
  }
}

/** The declared setting whose name is nearest to an unknown one; undefined when none is near. */
export function nearestSetting(schema: SettingsSchema, unknown: string): string | undefined {
  const farthest = 3;
  const near = [...schema.keys()]
    .map((name) => ({ name, distance: editDistance(name.toLowerCase(), unknown.toLowerCase()) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

function checkNumber(schema: SettingSchema, given: unknown): ReturnType<typeof checkSetting> {
  const { minimum, maximum } = schema;
  const integer = schema.type === 'integer';
  const expected: Expectation = { kind: 'range', empty: isNullable(schema), integer, minimum, maximum };
  if (typeof given !== 'number' || !Number.isFinite(given)) return { value: schema.default, expected };
  if (minimum !== undefined && given < minimum) return { value: minimum, expected };
  if (maximum !== undefined && given > maximum) return { value: maximum, expected };
  return integer && !Number.isInteger(given) ? { value: Math.round(given), expected } : { value: given };
}

function isNullable({ type }: SettingSchema): boolean {
  return Array.isArray(type) && type.includes('null');
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
