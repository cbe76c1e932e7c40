/**
 * What readers of memberships keep of groups: one shelf for each way of reading them, since what was read by one way
 * says nothing of another. For how long is the rule of the whole memory.
 */
import type { KeepingRules, Shelf } from '../entries/kept-reads.ts';
import type { ReadGroup } from '../graphs/groups-by-attribute.ts';
import type { PosixGroup } from '../graphs/posix-group.ts';
import type { Group } from '../groups/group.ts';
import type { GroupAtDn } from '../sids/beyond-token.ts';

/** The memory of one kind of reader. */
export class GroupMemory {
  readonly keeping: KeepingRules;
  readonly byAttribute: Shelf<ReadGroup>;
  readonly byBackLink: Shelf<ReadGroup>;
  readonly bySearch: Shelf<readonly Group[]>;
  readonly bySid: Shelf<ReadGroup>;
  readonly byPrimary: Shelf<ReadGroup>;
  readonly byNumber: Shelf<readonly PosixGroup[]>;
  readonly beyondToken: Shelf<GroupAtDn>;

  /** @param shelf makes an empty one */
  constructor(keeping: KeepingRules, shelf: <Value extends object>() => Shelf<Value>) {
    this.keeping = keeping;
    this.byAttribute = shelf();
    this.byBackLink = shelf();
    this.bySearch = shelf();
    this.bySid = shelf();
    this.byPrimary = shelf();
    this.byNumber = shelf();
    this.beyondToken = shelf();
  }
}
