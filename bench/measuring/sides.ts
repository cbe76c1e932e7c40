/** Programs that are asked the same in turns: warmed up first, then measured round by round, then ended. */
import { type Client, openClient } from './load.ts';
import type { Program } from './program.ts';
import { alternately, type Cost, costOf } from './rounds.ts';

/** A program and how it is reached. */
export interface Side {
  readonly program: Program;
  /** PEM of its authority where it speaks TLS. */
  readonly ca?: string;
  /** Requests of one of its rounds where that is not the load's number: a slow side needs no more. */
  readonly requests?: number;
}

export interface SidesLoad {
  readonly rounds: number;
  readonly connections: number;
  /** Requests of one round. Few, so that a round is over before the machine changes. */
  readonly requests: number;
  /** Requests before the first round. */
  readonly warmUp: number;
  readonly target: (i: number) => string;
}

/** What each round of each side took. The programs have ended then, also where one failed. */
export async function compare(
  sides: readonly Side[],
  { rounds, connections, requests, warmUp, target }: SidesLoad,
): Promise<readonly (readonly Cost[])[]> {
  try {
    const openTo = ({ program, ca }: Side) => openClient({ port: program.port, ca }, connections);
    for (const side of sides) {
      const client = await openTo(side);
      await client.load(Math.ceil((warmUp * (side.requests ?? requests)) / requests), target);
      client.close();
    }
    // Others than those of the warm-up, which a server may give up on while the next side has its own.
    const clients: Client[] = [];
    for (const side of sides) {
      const client = await openTo(side);
      await client.load(connections, target);
      clients.push(client);
    }
    return await alternately(
      rounds,
      sides.map(({ program, requests: own = requests }, i) => {
        const client = clients[i];
        if (client === undefined) throw new Error('a side without a client');
        return () => costOf(program, client, own, target);
      }),
    );
  } finally {
    await Promise.all(sides.map(({ program }) => program.end()));
  }
}
