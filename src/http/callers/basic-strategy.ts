/**
 * passport-http's Basic strategy behind a strict reading of the header (RFC 7617). passport-http 0.3 cuts passwords at
 * their first colon, refuses those that start with one, takes any scheme that contains "Basic" and answers 400 to
 * malformed credentials; so it is handed credentials in a form that it cannot misread.
 */
import type { Request } from 'express';
import { BasicStrategy } from 'passport-http';
import { utf8Text } from '../../names/utf8.ts';
import type { Credentials } from '../served.ts';

/** The challenge of RFC 7617 that asks for a password in UTF-8. */
export const BASIC_CHALLENGE = 'Basic realm="ldap-user-info", charset="UTF-8"';

const HEADER = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** The credentials of an Authorization header; undefined where it is not exactly RFC 7617's Basic in UTF-8. */
export function parseBasic(header: string | undefined): Credentials | undefined {
  const encoded = HEADER.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = utf8Text(Buffer.from(encoded, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon === -1) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** What of a request tells who asks. */
export type ProvingRequest = Pick<Request, 'socket' | 'res'>;

/**
 * @param verify gets the credentials and the request that brought them; resolves to passport's user, or undefined where the
 * credentials are wrong. Its rejections, and what it throws, end the request with that error.
 */
export class StrictBasicStrategy<User> extends BasicStrategy {
  /** Given by passport to the strategy of each request. */
  declare fail: (challenge: string, status: number) => void;

  constructor(verify: (credentials: Credentials, request: ProvingRequest) => Promise<User | undefined>) {
    super({ passReqToCallback: true }, (request, user, password, done) => {
      const credentials = { user: decode(user), password: decode(password) };
      new Promise<User | undefined>((resolve) => resolve(verify(credentials, request))).then(
        (found) => done(null, found ?? false),
        (error: unknown) => done(error),
      );
    });
  }

  override authenticate(request: Request): void {
    const credentials = parseBasic(request.headers.authorization);
    if (credentials === undefined || credentials.user === '' || credentials.password === '') {
      this.fail(BASIC_CHALLENGE, 401);
      return;
    }
    const safe = Buffer.from(`${encode(credentials.user)}:${encode(credentials.password)}`).toString(
      'base64',
    );
    super.authenticate({
      headers: { authorization: `Basic ${safe}` },
      socket: request.socket,
      res: request.res,
    } as Request);
  }
}

/** The socket's own address: headers that name another one are anybody's to write. */
export function addressOf({ socket }: Pick<Request, 'socket'>): string {
  return socket.remoteAddress ?? 'unknown';
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

function decode(text: string): string {
  return Buffer.from(text, 'base64url').toString('utf8');
}
