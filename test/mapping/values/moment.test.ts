import { expect } from 'chai';
import {
  dayIn,
  instantIn,
  isTimezone,
  type Moment,
  NEVER,
  parseDateLiteral,
} from '../../../src/mapping/values/moment.ts';

const HOUR = 3_600_000;
const shown = (moment: Moment | undefined): string | undefined =>
  moment && [moment.from, moment.to].map((each) => new Date(each).toISOString()).join(' ');
const hours = ({ from, to }: Moment): number => (to - from) / HOUR;

describe('mapping: days', () => {
  const days: readonly [says: string, date: string, timezone: string, from: string, hours: number][] = [
    ['in UTC', '2026-12-31', 'UTC', '2026-12-31T00:00:00.000Z', 24],
    ['east of it', '2026-12-31', 'Europe/Paris', '2026-12-30T23:00:00.000Z', 24],
    ['west of it', '2026-12-31', 'America/New_York', '2026-12-31T05:00:00.000Z', 24],
    ['as clocks go forward', '2026-03-29', 'Europe/Paris', '2026-03-28T23:00:00.000Z', 23],
    ['as clocks go back', '2026-10-25', 'Europe/Paris', '2026-10-24T22:00:00.000Z', 25],
    ['that begins at one', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 23],
    ['with two midnights', '2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z', 25],
    ['with half an hour less', '2026-10-04', 'Australia/Lord_Howe', '2026-10-03T13:30:00.000Z', 23.5],
    ['of a leap year', '2028-02-29', 'UTC', '2028-02-29T00:00:00.000Z', 24],
    ['of the leap year 2000', '2000-02-29', 'UTC', '2000-02-29T00:00:00.000Z', 24],
    ['before the year 100', '0099-01-01', 'UTC', '0099-01-01T00:00:00.000Z', 24],
  ];
  for (const [says, date, timezone, from, length] of days) {
    it(`are whole, from midnight to midnight: ${says}`, () => {
      const moment = parseDateLiteral(date, timezone) ?? NEVER;
      expect(new Date(moment.from).toISOString()).to.equal(from);
      expect(hours(moment)).to.equal(length);
    });
  }

  it('end where the next one begins, all through a year', () => {
    let before: Moment | undefined;
    for (let i = 0; i < 366; i++) {
      const date = new Date(Date.UTC(2028, 0, 1) + i * 24 * HOUR).toISOString().slice(0, 10);
      const day = parseDateLiteral(date, 'Europe/Paris');
      if (before !== undefined) expect(before.to, date).to.equal(day?.from);
      before = day;
    }
    expect(before?.to).to.equal(Date.UTC(2028, 11, 31, 23));
  });
});

describe('mapping: dates that a file writes', () => {
  const instants: readonly [text: string, at: string][] = [
    ['2026-12-31T12:00:00Z', '2026-12-31T12:00:00.000Z'],
    ['2026-12-31T12:00:00+01:00', '2026-12-31T11:00:00.000Z'],
    ['2026-12-31T20:00:00-05:30', '2027-01-01T01:30:00.000Z'],
    ['2026-12-31T12:00:00.25Z', '2026-12-31T12:00:00.250Z'],
  ];
  for (const [text, instant] of instants) {
    it(`${text} is an instant, whatever the timezone`, () => {
      expect(shown(parseDateLiteral(text, 'Europe/Paris'))).to.equal(`${instant} ${instant}`);
    });
  }

  const none = [
    '',
    '2026-02-30',
    '2026-02-29',
    '2100-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '26-01-01',
    '20260101',
    '2026-12-31 ',
    ' 2026-12-31',
    '2026-12-31\n',
    '2026-12-31T12:00:00',
    '2026-12-31T12:00Z',
    '2026-12-31t12:00:00z',
    '2026-12-31 12:00:00Z',
    '2026-12-31T24:00:00Z',
    '2026-12-31T12:60:00Z',
    '2026-12-31T12:00:60Z',
    '2026-12-31T12:00:00+0100',
    '2026-12-31T12:00:00+25:00',
    '2026-02-30T12:00:00Z',
    '2026-12-31T12:00:00Z[Europe/Paris]',
    '+002026-12-31',
    '31.12.2026',
    'tomorrow',
  ];
  for (const text of none) {
    it(`${JSON.stringify(text)} is none`, () =>
      expect(parseDateLiteral(text, 'Europe/Paris')).to.equal(undefined));
  }
});

describe('mapping: times on a clock', () => {
  const time = { year: 2026, month: 10, day: 25, hour: 2, minute: 30 };

  it('are the first of two as clocks go back', () => {
    expect(shown(instantIn(time, 'Europe/Paris'))).to.match(/^2026-10-25T00:30:00.000Z/);
  });

  it('are later where clocks skip them', () => {
    expect(shown(instantIn({ ...time, month: 3, day: 29 }, 'Europe/Paris'))).to.match(/^2026-03-29T01:30/);
  });

  it('are none beyond calendar and clock', () => {
    expect(instantIn({ ...time, hour: 24 }, 'UTC')).to.equal(undefined);
    expect(instantIn({ ...time, minute: 60 }, 'UTC')).to.equal(undefined);
    expect(instantIn({ ...time, day: 32 }, 'UTC')).to.equal(undefined);
    expect(dayIn({ year: 2026, month: 2, day: 29 }, 'UTC')).to.equal(undefined);
  });
});

describe('mapping: timezones', () => {
  for (const name of ['UTC', 'Europe/Paris', 'europe/paris', 'Asia/Kolkata', 'Asia/Calcutta', 'Etc/GMT+5'])
    it(`${name} is one`, () => expect(isTimezone(name)).to.equal(true));
  for (const name of ['', 'Paris', 'Europe/Pari', '+01:00', 'UTC+1', 'Europe/Paris ', '2026-01-01[UTC]'])
    it(`${JSON.stringify(name)} is none`, () => expect(isTimezone(name)).to.equal(false));
});
