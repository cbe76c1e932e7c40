/**
 * `GET /explain` of the admin listener: what the running service answers a userid at this moment, from memory where it
 * would be, and why. The reasons are the trace of the very translation that answers requests.
 */
import type { RequestHandler } from 'express';
import { type Clock, Deadline } from '../deadline.ts';
import { Failure, type FailureCode, isFailure } from '../failure.ts';
import { explanationToJson } from '../user-info/explanation.ts';
import type { UserInfo } from '../user-info/user-info.ts';
import { cacheStatus } from './cache-status.ts';
import { statusOf } from './problems.ts';
import type { ServedEndpoint } from './served.ts';
import { readUserid } from './userid.ts';

/** An endpoint that can say why it answers what it answers. */
type ExplainedEndpoint = Omit<ServedEndpoint, 'userInfo'> & {
  readonly userInfo: Pick<UserInfo, 'explainAnswer'>;
};

export interface ExplainingParts {
  readonly served: () => { readonly endpoints: ReadonlyMap<string, ExplainedEndpoint> };
  readonly clock: Clock;
}

/**
 * Answers 200 with what a caller would get (`status`, `code`) and why; 400 without a usable endpoint or userid, 404
 * for an endpoint that there is not.
 */
export function explainAnswer({ served, clock }: ExplainingParts): RequestHandler {
  return async (request, response) => {
    const { endpoints } = served();
    const paths = [...endpoints.keys()];
    const path = request.query['endpoint'] ?? (paths.length === 1 ? paths[0] : undefined);
    const endpoint = typeof path === 'string' ? endpoints.get(path) : undefined;
    if (endpoint === undefined) {
      const reason = path === undefined ? 'say which endpoint is meant' : 'there is no such endpoint';
      response
        .status(path === undefined ? 400 : 404)
        .json({ status: 'not_explained', reason, endpoints: paths });
      return;
    }
    try {
      const userid = readUserid(request.url);
      response.json({ endpoint: endpoint.path, userid, ...(await explained(endpoint, userid, clock)) });
    } catch (error) {
      if (!isFailure(error, 'bad_userid')) throw error;
      response.status(statusOf(error.code)).json({ status: 'not_explained', reason: error.message });
    }
  };
}

async function explained(
  { userInfo, deadline, revision }: ExplainedEndpoint,
  userid: string,
  clock: Clock,
): Promise<object> {
  try {
    const answer = await userInfo.explainAnswer(userid, new Deadline(clock, deadline));
    if (answer.kind === 'not_found') return problemOf('unknown_user', answer.explanation);
    return {
      status: 200,
      mapping_revision: revision,
      cache: cacheStatus(answer.cache),
      read_seconds_ago: Math.round(answer.age / 1000),
      ...explanationToJson(answer),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return problemOf(error.code, error.message);
  }
}

function problemOf(code: FailureCode, reason: string): object {
  return { status: statusOf(code), code, reason };
}
