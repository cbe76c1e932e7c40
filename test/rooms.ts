/**
 * The plan of the house, as data: which room may import which. What is made of it is architecture.test.ts's; a new room,
 * or a new arrow, is a row here, to be thought about.
 */

/** For each room, what it may import of the house; files at the top of src/ are rooms by their own name. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  names: [],
  time: [],
  'multimap.ts': [],
  'recent-map.ts': [],
  'octets.ts': [],
  'slices.ts': [],
  text: [],
  files: ['names'],
  yaml: ['text'],
  'package-root.ts': [],
  'failure.ts': [],
  'deadline.ts': ['failure.ts'],
  'person.ts': [],
  'password-hash.ts': [],
  'caller-certificate.ts': ['names'],
  mapping: ['names', 'time', 'text', 'yaml', 'person.ts', 'failure.ts', 'multimap.ts', 'recent-map.ts'],
  directory: [
    'names',
    'time',
    'text',
    'person.ts',
    'failure.ts',
    'deadline.ts',
    'multimap.ts',
    'recent-map.ts',
    'slices.ts',
  ],
  'user-info': [
    'directory',
    'mapping',
    'names',
    'octets.ts',
    'person.ts',
    'failure.ts',
    'deadline.ts',
    'recent-map.ts',
  ],
  observe: ['directory', 'person.ts', 'failure.ts', 'deadline.ts'],
  config: [
    'names',
    'files',
    'yaml',
    'directory',
    'user-info',
    'observe',
    'password-hash.ts',
    'caller-certificate.ts',
  ],
  'json-schema': ['config', 'mapping'],
  plan: ['mapping', 'names', 'text', 'person.ts', 'failure.ts'],
  snapshot: ['directory', 'mapping', 'names', 'person.ts'],
  visibility: ['directory', 'mapping', 'names', 'text', 'yaml', 'failure.ts', 'slices.ts'],
  http: [
    'person.ts',
    'user-info',
    'observe',
    'names',
    'failure.ts',
    'deadline.ts',
    'password-hash.ts',
    'caller-certificate.ts',
  ],
  setup: [
    'files',
    'config',
    'mapping',
    'directory',
    'visibility',
    'yaml',
    'person.ts',
    'failure.ts',
    'slices.ts',
  ],
  doctor: ['directory', 'names', 'text', 'failure.ts', 'deadline.ts'],
  reload: ['config', 'directory', 'yaml', 'deadline.ts'],
  compose: [
    'setup',
    'directory',
    'doctor',
    'mapping',
    'user-info',
    'http',
    'observe',
    'reload',
    'snapshot',
    'visibility',
    'deadline.ts',
  ],
  'compose.ts': ['compose', 'setup', 'directory', 'user-info', 'http', 'observe', 'reload', 'visibility'],
  cli: [
    'directory',
    'doctor',
    'observe',
    'compose.ts',
    'files',
    'setup',
    'mapping',
    'names',
    'plan',
    'snapshot',
    'config',
    'text',
    'user-info',
    'visibility',
    'yaml',
    'failure.ts',
    'deadline.ts',
    'password-hash.ts',
    'package-root.ts',
  ],
  'main.ts': ['cli', 'yaml'],
};

/** What texts are made of, and what rules say of them. */
const TEXTS = ['values', 'patterns'];
const LANGUAGE = ['condition.ts', 'rule.ts', 'translation.ts'];
/** A compiled mapping, and what comes of it. */
const COMPILED = [...TEXTS, ...LANGUAGE, 'outputs', 'mapping.ts'];
/** Entries, and how they are asked for. */
const READ = ['settings', 'filters', 'entries'];

/**
 * The rooms inside of the two big storeys, lower ones first: what each may import of its own storey. A file that lies
 * there beside the rooms is one by itself.
 */
export const INNER: Readonly<Record<string, readonly string[]>> = {
  'mapping/values': [],
  'mapping/patterns': ['values'],
  'mapping/answer.ts': [],
  'mapping/translation.ts': ['answer.ts'],
  'mapping/condition.ts': TEXTS,
  'mapping/rule.ts': [...TEXTS, 'condition.ts', 'translation.ts'],
  'mapping/outputs': ['patterns', ...LANGUAGE, 'answer.ts'],
  'mapping/recognising': [...TEXTS, 'condition.ts', 'rule.ts', 'outputs'],
  'mapping/mapping.ts': ['values', 'rule.ts', 'recognising'],
  'mapping/named.ts': [...TEXTS, ...LANGUAGE, 'recognising', 'mapping.ts'],
  'mapping/compile': [...COMPILED, 'recognising'],
  'mapping/compile.ts': ['values', 'rule.ts', 'recognising', 'mapping.ts', 'compile'],
  'mapping/deciding': [...COMPILED, 'recognising'],
  'mapping/tracing': [...COMPILED, 'answer.ts', 'deciding'],
  'mapping/translate.ts': ['rule.ts', 'translation.ts', 'outputs', 'mapping.ts', 'deciding', 'tracing'],
  'mapping/testing': ['values', 'translation.ts', 'recognising', 'mapping.ts', 'compile', 'translate.ts'],
  'mapping/explaining': [...COMPILED, 'answer.ts', 'deciding', 'tracing', 'translate.ts'],
  'directory/settings': [],
  'directory/filters': [],
  'directory/entries': ['settings', 'filters'],
  'directory/groups': READ,
  'directory/graphs': [...READ, 'groups'],
  'directory/sids': [...READ, 'groups', 'graphs'],
  'directory/memberships': [...READ, 'groups', 'graphs', 'sids'],
  'directory/forests': [...READ, 'sids', 'memberships'],
  'directory/people': [...READ, 'groups', 'memberships'],
  'directory/sight': [...READ, 'graphs', 'people'],
  'directory/ldap': [...READ, 'forests'],
  'directory/ldif': [...READ, 'forests', 'people'],
  'directory/directory.ts': ['groups', 'people', 'sight'],
  'directory/sentinel.ts': ['settings', 'entries'],
  'directory/entry-directory.ts': [
    ...READ,
    'groups',
    'graphs',
    'sids',
    'memberships',
    'forests',
    'people',
    'sight',
    'directory.ts',
    'sentinel.ts',
  ],
};

/** Inner rooms that not everybody may import who may import their storey. */
export const KNOWN_TO: Readonly<Record<string, readonly string[]>> = {
  'directory/ldap': ['compose', 'doctor'],
  'directory/ldif': ['compose', 'config', 'setup', 'snapshot', 'cli'],
  'mapping/explaining': ['cli', 'user-info'],
};

/** Packages and Node modules that a pure room may use. */
export const PURE_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  mapping: ['zod', 're2js', 'temporal-polyfill', 'csv-parse/sync'],
  names: [],
  time: [],
  plan: ['node:crypto'],
  yaml: ['yaml', 'zod', 'fastest-levenshtein'],
};
