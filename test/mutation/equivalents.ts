/**
 * Changes after which everything stays the same for everybody, so that no test can notice them. What is slower then
 * belongs to bench/.
 */
export interface Equivalent {
  /** The line that is changed, without the spaces before and behind it. */
  readonly line: string;
  /** As the tester prints it: `what → what it becomes`. */
  readonly change: string;
  readonly why: string;
}

const FASTER = 'the short way for what is usual: the long way gives the same';

export const EQUIVALENT: Readonly<Record<string, readonly Equivalent[]>> = {
  'src/directory/ldap/connection.ts': [
    {
      line: "...(bind.kind === 'simple' ? { dn: bind.dn, password: bind.password } : {}),",
      change: "bind.kind === 'simple' → true",
      why: 'asked for by the types: the other binds have neither DN nor password, and undefined counts as not given',
    },
    {
      line: 'const paged = response.controls?.find((control) => control instanceof PagedResultsControl);',
      change: '?. → .',
      why: 'asked for by the types: a message that was read has a list of controls',
    },
    {
      line: 'if (this.#socket.writableCorked === 0) {',
      change: 'this.#socket.writableCorked === 0 → true',
      why: 'what is corked twice is uncorked twice, in the same turn',
    },
    {
      line: 'if (operation !== undefined) this.#rest();',
      change: 'operation !== undefined → true',
      why: 'asked for by the types: whoever takes one knows that it is there',
    },
    {
      line: 'if (this.#retired || ends === BindResponse || this.#answeredAt > sentAt) return;',
      change: 'this.#answeredAt > sentAt → this.#answeredAt >= sentAt',
      why: 'nothing is answered at the moment at which it is sent',
    },
    {
      line: 'const isSlow = this.#answeredAt > sentAt;',
      change: 'this.#answeredAt > sentAt → this.#answeredAt >= sentAt',
      why: 'nothing is answered at the moment at which it is sent',
    },
    {
      line: 'if (operation === undefined) return;',
      change: 'operation === undefined → false',
      why: 'asked for by the types: the timer of what has ended is cleared',
    },
    {
      line: 'this.#take(id)?.reject(error);',
      change: '?. → .',
      why: 'asked for by the types: what is given up is there',
    },
    {
      line: 'if (error instanceof MessageTooLongError)',
      change: 'error instanceof MessageTooLongError → true',
      why: 'asked for by the types: another error names no message, and nothing is kept under undefined',
    },
    {
      line: 'for (const id of this.#pending.ids) this.#take(id)?.reject(error);',
      change: '?. → .',
      why: 'asked for by the types: they are those that are there',
    },
    {
      line: 'this.#lose(error instanceof Error ? error.message : String(error));',
      change: 'error instanceof Error → true',
      why: 'asked for by the types: what is thrown there is an Error',
    },
  ],
  'src/directory/ldap/servers/servers.ts': [
    {
      line: 'if (this.#faults.size === 0) return;',
      change: 'this.#faults.size === 0 → false',
      why: FASTER,
    },
    {
      line: 'if (this.#faults.size === 0) return undefined;',
      change: 'this.#faults.size === 0 → false',
      why: FASTER,
    },
    {
      line: "return 'address' in failed ? `${failed.text} at ${failed.address}` : `the name ${failed.text}`;",
      change: "'address' in failed → true",
      why: 'what has no address has another key either way',
    },
  ],
  'src/http/callers/authentication.ts': [
    {
      line: "served.callers.anyByPassword(required(endpoint, 'findEndpoint').callers);",
      change: "'findEndpoint' → ''",
      why: 'the name of a step in a defect that cannot be',
    },
    {
      line: 'if (error !== null && error !== undefined) {',
      change: 'error !== undefined → true',
      why: 'passport tells of no error by null',
    },
    {
      line: "const exchange = exchangeOf(required(request.res, 'beginExchange'));",
      change: "'beginExchange' → ''",
      why: 'the name of a step in a defect that cannot be',
    },
    {
      line: 'passport.authenticate(proof, { session: false }, decide)(request, response, next);',
      change: '{ session: false } → {}',
      why: 'with a callback passport makes no session anyway',
    },
    {
      line: 'passport.authenticate(proof, { session: false }, decide)(request, response, next);',
      change: 'false → true',
      why: 'with a callback passport makes no session anyway',
    },
    {
      line: 'const left = resetTime === undefined ? window : resetTime.getTime() - Date.now();',
      change: 'resetTime === undefined → false',
      why: 'asked for by the types: the store in memory tells the time',
    },
  ],
  'src/http/callers/passwords.ts': [
    {
      line: 'const standIn = this.#hashed[(userDigest[0] ?? 0) % this.#hashed.length];',
      change: 'userDigest[0] ?? 0 → userDigest[0]',
      why: 'asked for by the types: a digest has octets',
    },
  ],
  'src/http/listening/connections.ts': [
    {
      line: "const { code = '' } = error;",
      change: "'' → 'changed'",
      why: 'asked for by the types: neither is the code of anything that is answered',
    },
    {
      line: '} else if (socket.writable && /^(?:HPE_|ERR_HTTP_)/.test(code)) {',
      change: '/^(?:HPE_|ERR_HTTP_)/ → /(?:HPE_|ERR_HTTP_)/',
      why: 'no code of Node or OpenSSL has these letters further behind',
    },
    {
      line: 'while (!isQuiet && performance.now() < until) {',
      change: 'performance.now() < until → performance.now() <= until',
      why: 'one turn of the event loop more, where no time at all has passed',
    },
  ],
  'src/mapping/deciding/taking.ts': [
    {
      line: 'return this.reasons.reduce((a, b) => (orderOfFacts(b) < orderOfFacts(a) ? b : a));',
      change: 'orderOfFacts(b) < orderOfFacts(a) → orderOfFacts(b) <= orderOfFacts(a)',
      why: 'of equal texts either is the first',
    },
    {
      line: 'if (!way.every((condition) => isPossible(condition, person))) continue;',
      change: '!way.every((condition) => isPossible(condition, person)) → false',
      why: 'asked first to spare the rest: what is impossible matches nothing',
    },
    {
      line: "const isWhole = template.kind === 'group' || template.value !== undefined;",
      change: "template.kind === 'group' → false",
      why: FASTER,
    },
    {
      line: "const isWhole = template.kind === 'group' || template.value !== undefined;",
      change:
        "template.kind === 'group' || template.value !== undefined → template.kind === 'group' && template.value !== undefined",
      why: FASTER,
    },
    {
      line: "const isWhole = template.kind === 'group' || template.value !== undefined;",
      change: "template.kind === 'group' || template.value !== undefined → false",
      why: FASTER,
    },
    {
      line: "const isWhole = template.kind === 'group' || template.value !== undefined;",
      change: "'group' → ''",
      why: FASTER,
    },
    {
      line: "const isWhole = template.kind === 'group' || template.value !== undefined;",
      change: 'template.value !== undefined → false',
      why: FASTER,
    },
    {
      line: 'if (isWhole && placeholdersOf(template).every((placeholder) => captures.has(placeholder))) {',
      change: 'isWhole && placeholdersOf(template).every((placeholder) => captures.has(placeholder)) → false',
      why: FASTER,
    },
    {
      line: 'if (isWhole && placeholdersOf(template).every((placeholder) => captures.has(placeholder))) {',
      change: 'captures.has(placeholder) → undefined',
      why: FASTER,
    },
    {
      line: 'if (isWhole && placeholdersOf(template).every((placeholder) => captures.has(placeholder))) {',
      change:
        '{ for (const key of outputsOf(template, captures, bounds, comparisons).map(keyOfOutput)) { const out… → {}',
      why: FASTER,
    },
    {
      line: 'if (kind === template.kind && isName(name) && (value === undefined || isValue(value)))',
      change: 'value === undefined → false',
      why: 'asked for by the types: what has no value is asked for none',
    },
    {
      line: 'if (template.placeholders.length === 0) {',
      change: 'template.placeholders.length === 0 → false',
      why: FASTER,
    },
    {
      line: 'if (template.placeholders.length === 0) {',
      change:
        '{ const key = comparisonKey(template.text); return (text) => comparisonKey(text) === key; } → {}',
      why: FASTER,
    },
    {
      line: "const bound = bounds.get(placeholder) ?? { kind: 'open' };",
      change: "bounds.get(placeholder) ?? { kind: 'open' } → bounds.get(placeholder)",
      why: 'asked for by the types: each placeholder of take has its bound',
    },
    {
      line: "const bound = bounds.get(placeholder) ?? { kind: 'open' };",
      change: "{ kind: 'open' } → {}",
      why: 'asked for by the types: each placeholder of take has its bound',
    },
    {
      line: "const bound = bounds.get(placeholder) ?? { kind: 'open' };",
      change: "'open' → ''",
      why: 'asked for by the types: each placeholder of take has its bound',
    },
  ],
  'src/mapping/deciding/validity.ts': [
    {
      line: 'const ALWAYS: ValidityVerdict = { off: undefined, changesAt: undefined };',
      change: '{ off: undefined, changesAt: undefined } → {}',
      why: 'both are read by name',
    },
    {
      line: 'const moments = values.flatMap(({ moment }) => (moment === undefined ? [] : [moment]));',
      change: 'moment === undefined → false',
      why: 'asked for by the types: a date that could be read has its moment',
    },
    {
      line: 'const moments = values.flatMap(({ moment }) => (moment === undefined ? [] : [moment]));',
      change: "[] → ['changed']",
      why: 'asked for by the types: a date that could be read has its moment',
    },
  ],
  'src/mapping/patterns/bound.ts': [
    {
      line: 'if (key === undefined) return;',
      change: 'key === undefined → false',
      why: 'nothing is looked up under undefined',
    },
    {
      line: 'const byMeaning = dnKey === undefined ? undefined : (isExact ? exactDnTexts : dnTexts).get(dnKey);',
      change: 'dnKey === undefined → false',
      why: 'nothing is kept under undefined',
    },
  ],
  'src/names/dn.ts': [
    {
      line: 'const PLAIN_VALUE = /[^\\\\,+";<>\\0]*/y;',
      change: '/[^\\\\,+";<>\\0]*/y → /[^\\\\,+";<>\\0]/y',
      why: FASTER,
    },
    {
      line: '} catch {',
      change: '{ return undefined; } → {}',
      why: 'a function without an answer answers undefined',
    },
    {
      line: 'const value = dn.rdns[0]?.[0]?.value;',
      change: '?. → .',
      why: 'asked for by the types: no RDN is empty',
    },
    {
      line: 'const type = dn.rdns[0]?.[0]?.type;',
      change: '?. → .',
      why: 'asked for by the types: no RDN is empty',
    },
    { line: 'PLAIN_VALUE.test(text);', change: 'PLAIN_VALUE.test(text) → undefined', why: FASTER },
    {
      line: 'if (separators.includes(text.charAt(end)) && !hasLoneSurrogate(plain))',
      change: 'separators.includes(text.charAt(end)) && !hasLoneSurrogate(plain) → false',
      why: FASTER,
    },
    {
      line: 'const character = String.fromCodePoint(text.codePointAt(at) ?? 0);',
      change: 'text.codePointAt(at) ?? 0 → text.codePointAt(at)',
      why: 'asked for by the types: a character stands there',
    },
    {
      line: String.raw`return keyOfText(value).replace(/[\\,+#]/g, '\\$&');`,
      change: '/[\\\\,+#]/g → /[^\\\\,+#]/g',
      why: 'keys are unambiguous by that too',
    },
  ],
  'src/user-info/cache.ts': [
    {
      line: 'if (this.#flights.has(question.key) || now < (kept.noRefreshBefore ?? now)) return;',
      change: 'kept.noRefreshBefore ?? now → kept.noRefreshBefore',
      why: 'asked for by the types: no number is less than undefined',
    },
    {
      line: "deadline.place.become('background');",
      change: "'background' → ''",
      why: 'asked for by the types: a refresh is in the background by itself, as long as no caller waits for it',
    },
    {
      line: 'return newest !== undefined && reader.suffices(newest.found) ? newest : new Remembered(found);',
      change: 'newest !== undefined → true',
      why: 'asked for by the types: what is newer is there',
    },
  ],
  'src/user-info/lookup.ts': [
    {
      line: 'if (found === undefined) return { person: undefined, readAt, attributes: NO_ATTRIBUTES, identities: false };',
      change: 'false → true',
      why: 'nothing more is ever needed of nobody',
    },
  ],
};
