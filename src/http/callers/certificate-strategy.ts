/** The passport strategy for callers whose only proof is their client certificate. */
import type { Request } from 'express';
import type { Strategy } from 'passport';

/**
 * For requests without an Authorization header alone: what stands there is a proof too, and must be right.
 * @param recognise resolves to passport's user, or undefined where there is none; its rejection ends the request
 */
export function certificateStrategy<User extends object>(
  recognise: (request: Request) => Promise<User | undefined>,
): Strategy {
  return {
    authenticate(request) {
      recognise(request).then(
        (user) => (user === undefined ? this.fail(401) : this.success(user)),
        (error: unknown) => this.error(error),
      );
    },
  };
}
