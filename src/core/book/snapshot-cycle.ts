import type { bool, i32 } from '#base/numeric/types';
import { F_LAST, F_MAYBE_BAD_BOOK, F_SNAPSHOT } from '#core/mbo/mbo-layout';

/**
 * Snapshot life cycle and validity of a book. Source: vacuum-pressure.md section 4 (`valid` by its rule: a plain
 * clear makes the book invalid until the next record), velocity.md section 6 (a plain clear ends a snapshot). Kernel code.
 */
export class SnapshotCycle {
  valid: bool = false;
  inProgress: bool = false;
  /** This record started a snapshot. */
  began: bool = false;
  /** In progress before this record and not after it. */
  completed: bool = false;
  /** `F_MAYBE_BAD_BOOK` since the last clear or completed snapshot. */
  suspect: bool = false;

  /** Valid, no snapshot, and nothing of the last record to take back: an ordinary record changes nothing here. */
  get isSteady(): bool {
    return this.valid && !this.inProgress && !this.began && !this.completed;
  }

  /** Steps before the book is changed. Returns true when the record opens a snapshot without a clear: wipe first. */
  before(flags: i32, isClear: bool): bool {
    const was = this.inProgress;
    const ofSnapshot = (flags & F_SNAPSHOT) !== 0;
    const opensWithoutClear = ofSnapshot && !isClear && !was;
    this.began = ofSnapshot && (isClear || !was);
    if (this.began) this.inProgress = true;
    if (opensWithoutClear) this.valid = false;
    if (!ofSnapshot) this.inProgress = false;
    if (this.inProgress && (flags & F_LAST) !== 0) this.inProgress = false;
    if (!this.inProgress) this.valid = true;
    this.completed = was && !this.inProgress;
    if (isClear || this.completed) this.suspect = false;
    if ((flags & F_MAYBE_BAD_BOOK) !== 0) this.suspect = true;
    if (isClear) this.valid = false;
    return opensWithoutClear;
  }
}
