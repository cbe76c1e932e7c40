/**
 * The directory's section of the config as it should be: what stands in the file, with the proposed changes. Owns that
 * no secret is printed: a password that stands in the file itself becomes a reference to one, and comments are left out.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is the config file's own syntax

import { Document, isMap, isScalar, parseDocument, Scalar, visit, YAMLMap } from 'yaml';
import type { SettingChange } from './step.ts';

const REFERENCE = /^\$\{(?:file|env):[^${}]+\}$/;
const SECRET_FILE = '${file:secrets/ldap-bind}';

/** YAML of `directories` with this one in it. */
export function proposedSection(
  configText: string,
  directory: string,
  changes: readonly SettingChange[],
): string {
  const source = parseDocument(configText);
  const section = source.getIn(['directories', directory], true);
  const proposal = new Document({ directories: { [directory]: {} } });
  const at = ['directories', directory];
  proposal.setIn(at, isMap(section) ? section.clone() : new YAMLMap());
  for (const { path, value } of changes) {
    if (value === undefined) proposal.deleteIn([...at, ...path]);
    else proposal.setIn([...at, ...path], proposal.createNode(value));
  }
  const password = proposal.getIn([...at, 'bind', 'password'], true);
  if (password !== undefined && !(isScalar(password) && REFERENCE.test(String(password.value)))) {
    const reference = new Scalar(SECRET_FILE);
    reference.type = 'QUOTE_DOUBLE';
    proposal.setIn([...at, 'bind', 'password'], reference);
  }
  visit(proposal, {
    Node: (_key, node) => {
      node.comment = null;
      node.commentBefore = null;
      delete node.spaceBefore;
    },
  });
  return proposal.toString({ lineWidth: 0 });
}

/** Whether the directory's section has the key. */
export function isWrittenIn(configText: string, directory: string): (path: readonly string[]) => boolean {
  const source = parseDocument(configText);
  return (path) => source.hasIn(['directories', directory, ...path]);
}
