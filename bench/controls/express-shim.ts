/** What both shims share: Express and passport-http as their manuals say, and the answer that Immuta asks for. */
import express from 'express';
import passport from 'passport';
import { BasicStrategy } from 'passport-http';

/**
 * Listens on 127.0.0.1 for the caller `immuta:secret`.
 * @param groupsOf names of a person's groups; undefined for nobody
 */
export function serveGroups(port: number, groupsOf: (userid: string) => Promise<string[] | undefined>): void {
  passport.use(
    new BasicStrategy((user, password, done) =>
      done(null, user === 'immuta' && password === 'secret' ? { user } : false),
    ),
  );
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/user-info', passport.authenticate('basic', { session: false }), async (request, response) => {
    const groups = await groupsOf(String(request.query['userid']));
    if (groups === undefined) {
      response.status(404).json({});
      return;
    }
    response.json({ groups: groups.map((name) => ({ name })), authorizations: {} });
  });
  // As our service: connections stay between the rounds.
  app.listen(port, '127.0.0.1').keepAliveTimeout = 65_000;
}

/** The value of the first RDN of a DN that escapes nothing. */
export function nameOf(dn: string): string {
  return dn.slice(dn.indexOf('=') + 1, dn.indexOf(','));
}
