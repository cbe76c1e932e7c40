/** A person who is in the cache, over connections of TLS that stay, against plain ones. */

import { makeCertificates } from '../../test/directories/certificates.ts';
import { missingForSlapd } from '../../test/directories/installed.ts';
import { type Cost, ratioOf, typical } from '../measuring/rounds.ts';
import { compare } from '../measuring/sides.ts';
import { type Path, Unmeasurable } from '../path.ts';
import { crowdLdif, targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const CROWD = { people: 500, groups: 300, each: 40 };

export const tls: Path = {
  name: 'tls',
  measure: async ({ quick, folder }) => {
    if (missingForSlapd()?.includes('openssl'))
      throw new Unmeasurable('openssl missing: install openssl to measure this');
    const certificates = makeCertificates(folder);
    const directory = { ldif: crowdLdif(CROWD) };
    const listen = `tls: { certificate: ${certificates.certificateFile}, key: ${certificates.keyFile} }`;
    const [secure = [], plain = []] = await compare(
      [
        {
          program: await startService({ folder, name: 'secure', directory, listen }),
          ca: certificates.ca,
        },
        { program: await startService({ folder, name: 'plain', directory }) },
      ],
      {
        rounds: quick ? 15 : 45,
        connections: 20,
        requests: 500,
        warmUp: 6000,
        target: (i) => targetOf(i % CROWD.people),
      },
    );
    const cpu = (costs: readonly Cost[]) => `${typical(costs).cpu.toFixed(1)} µs`;
    return [
      {
        name: 'hit over TLS keep-alive: CPU of a request against plain',
        measured: ratioOf('cpu', secure, plain),
        unit: '×',
        better: 'less',
        must: 1.8,
        aim: 1.4,
        told: `${cpu(secure)} against ${cpu(plain)}`,
      },
    ];
  },
};
