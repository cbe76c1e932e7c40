/** What an operation that must fail fails with. */
import { expect } from 'chai';
import { Failure, type FailureCode } from '../../src/failure.ts';

/** The failure that the work rejects with; the test fails where it resolves, or rejects with anything else. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  let result: unknown;
  try {
    result = await work;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error(`it should have failed, and gave ${JSON.stringify(result)}`);
}

/** Expects a failure of this code. */
export async function expectFailure(
  work: Promise<unknown>,
  code: FailureCode,
  message?: RegExp,
): Promise<void> {
  const failure = await failureOf(work);
  expect(failure.code, failure.message).to.equal(code);
  if (message) expect(failure.message).to.match(message);
}
