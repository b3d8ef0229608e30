import { errorKinds, type ErrorReason } from '../../backend-native/protocol/errorReasons.js';

type Field = string | readonly string[];

/** Reasons of every kind: with each value that a field may have, and with and without what may be left out. */
export const sampleReasons: readonly ErrorReason[] = Object.entries(errorKinds).flatMap(([kind, { fields }]) =>
  Object.entries(fields as Readonly<Record<string, Field>>)
    .reduce<object[]>(
      (samples, [name, field]) =>
        samples.flatMap((sample) => valuesOf(name, field).map((value) => ({ ...sample, ...value }))),
      [{}],
    )
    .map((facts) => ({ kind, ...facts }) as ErrorReason),
);

function valuesOf(name: string, field: Field): object[] {
  switch (field) {
    case 'text':
      return [{ [name]: `some ${name}` }];
    case 'text?':
      return [{}, { [name]: `some ${name}` }];
    case 'number':
      return [{ [name]: 1 }, { [name]: 7_654_321 }];
    case 'texts':
      return [{ [name]: ['first', 'second'] }];
    default:
      return (field as readonly string[]).map((value) => ({ [name]: value }));
  }
}
