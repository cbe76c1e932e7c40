import { expect } from 'chai';
import { BindBackoff } from '../../../src/directory/ldap/bind-backoff.ts';
import { Failure } from '../../../src/failure.ts';
import { TurnedClock } from '../../turned-clock.ts';

describe('the backoff after refused binds', () => {
  it('doubles from 30 seconds to 5 minutes, and starts anew after a success', () => {
    const clock = new TurnedClock();
    const backoff = new BindBackoff(clock);
    backoff.check();
    for (const seconds of [30, 60, 120, 240, 300, 300]) {
      backoff.refused('refused');
      clock.turn(seconds * 1000 - 1);
      expect(() => backoff.check())
        .to.throw(Failure, 'refused')
        .with.property('code', 'directory_refused');
      clock.turn(1);
      backoff.check();
    }
    backoff.succeeded();
    backoff.refused('again');
    clock.turn(30_000);
    backoff.check();
  });
});
