import type { TestTenant } from "../plan/tenants.ts";

/** The answers to forged requests: anything but 403 is a breach. */
export interface Forgery {
  path: string;
  status: number;
}

/** The result of restoring a backup in a run; `restored` (I10) checks it. */
export interface Restored {
  /** From the backup to the restore: the restored database does not know this time. */
  lostSeconds: number;
  /** Messages that the carrier had and the backup did not. */
  unknownToBackup: number;
  /** Opt-outs from before the restore, and those among them that were missing after it. */
  optOuts: number;
  lostOptOuts: string[];
  /** Requests from the restore to its unlocking. */
  whileLocked: number;
  /**
   * Messages that the carrier accepted afterwards: all, those sent twice, and those to a person who had opted out
   * before the restore.
   */
  sentAfter: number;
  resent: string[];
  afterStop: string[];
  /** Why it could not be finished. */
  stuck: string | null;
}

/** An action on the product, for the trace of a message. */
export interface RecordedAction {
  at: number;
  what: string;
}

/** A text from a handset, and the answer to its webhook. */
export interface SentText {
  tenant: TestTenant;
  from: string;
  body: string;
  /** When it was typed. */
  at: number;
  sid: string;
  http: number;
}
