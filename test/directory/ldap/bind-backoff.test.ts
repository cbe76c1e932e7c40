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

  it('lets one bind of a secret out at a time until it was accepted, and none after a refusal', async () => {
    const backoff = new BindBackoff(new TurnedClock());
    let sent = 0;
    const bind = async () => {
      sent++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      backoff.refused('refused');
      throw new Error('refused');
    };
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => backoff.inTurn(bind)));
    expect(sent).to.equal(1);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
  });

  it('lets binds out at once after one was accepted', async () => {
    const backoff = new BindBackoff(new TurnedClock());
    await backoff.inTurn(async () => backoff.succeeded());
    let running = 0;
    let most = 0;
    const bind = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
    };
    await Promise.all([1, 2, 3].map(() => backoff.inTurn(bind)));
    expect(most).to.equal(3);
  });
});
