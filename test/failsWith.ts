import assert from 'node:assert/strict';
import { BackendError, type ErrorCode } from '../backend-native/protocol/errors.js';

/** For assert.throws and assert.rejects: a BackendError of this code whose message matches, with a next step. */
export function failsWith(code: ErrorCode, message?: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof BackendError, `Expected a BackendError but received ${String(error)}`);
    assert.equal(error.code, code, error.message);
    if (message) assert.match(error.message, message);
    assert.ok(error.nextStep.length > 0);
    return true;
  };
}
