/** What unanswered searches tell of a server, by when they were sent. */
import { expect } from 'chai';
import { Silence } from '../../../src/directory/ldap/silence.ts';

const SHORT = { milliseconds: 100, patience: 5000 };
const ago = (milliseconds: number) => performance.now() - milliseconds;

describe('silence', () => {
  const { now } = performance;
  let time = 0;
  beforeEach(() => {
    time = 10_000;
    performance.now = () => time;
  });
  afterEach(() => {
    performance.now = now;
  });

  it('tells nothing where whoever asked had less time than a server may take', () => {
    const silence = new Silence();
    expect(silence.tells(ago(100), SHORT)).to.equal(false);
    expect(silence.tells(ago(4500), { milliseconds: 4499, patience: 5000 })).to.equal(false);
  });

  it('tells where it had nearly all of it', () => {
    expect(new Silence().tells(ago(4500), { milliseconds: 4500, patience: 5000 })).to.equal(true);
    expect(new Silence().tells(ago(10), { milliseconds: 10 })).to.equal(true);
  });

  it('tells once no search was answered for as long as one may take, however short each was', () => {
    const silence = new Silence();
    expect(silence.tells(ago(4999), SHORT)).to.equal(false);
    expect(new Silence().tells(ago(5000), SHORT)).to.equal(true);
    // Since the first of them.
    const long = new Silence();
    expect(long.tells(ago(4900), SHORT)).to.equal(false);
    time += 100;
    expect(long.tells(ago(100), SHORT)).to.equal(true);
  });

  it('tells nothing once a search was answered meanwhile', () => {
    const silence = new Silence();
    expect(silence.tells(ago(5000), SHORT)).to.equal(true);
    silence.end();
    expect(silence.tells(ago(100), SHORT)).to.equal(false);
  });
});
