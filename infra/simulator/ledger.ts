import type { Form } from "./form.ts";
import type { Message } from "./message.ts";

export type RequestKind = "create" | "list" | "fetch" | "update" | "delete" | "other";

/** One callback as it went: what was said, when it was due, and how the receiver answered. */
export interface CallbackRecord {
  status: string;
  /** When the last attempt began, ms since 1970. */
  at: number;
  attempts: number;
  /** HTTP status of the last attempt; 0 when there was no answer. */
  http: number;
  /** Set when a fault kept it from going out at all. */
  lost?: true;
}

/** One request as it arrived, and what came of it. */
export interface LedgerEntry {
  /** Counts every request received since the ledger began: the order of arrival. */
  seq: number;
  /** ms since 1970, taken before the body is read. */
  receivedAt: number;
  kind: RequestKind;
  method: string;
  path: string;
  form: Form | null;
  /** HTTP status answered; null while unanswered, and for ever where the connection was cut. */
  answerStatus: number | null;
  /** Twilio's error code, where one was answered. */
  code: number | null;
  /** What the number or a fault had in store. */
  outcome: string | null;
  message: Message | null;
  callbacks: CallbackRecord[] | null;
}

export interface Ledger {
  receive(kind: RequestKind, method: string, path: string, receivedAt: number): LedgerEntry;
  /** Puts back an entry that a data file remembers. */
  restore(entry: LedgerEntry): void;
  /** Entries after `since`, oldest first. */
  entries(since: number, limit: number, matches?: (entry: LedgerEntry) => boolean): LedgerEntry[];
  all(): readonly LedgerEntry[];
  size(): number;
  /** Newest sequence number given out. */
  lastSeq(): number;
  clear(): void;
}

/** What the simulator saw, in order of arrival: the ground truth that every other record is held against. */
export function createLedger(): Ledger {
  let entries: LedgerEntry[] = [];
  let seq = 0;
  /** The first entry after `since`, by halving: sequence numbers rise, though a reset or a restart may leave gaps. */
  const firstAfter = (since: number): number => {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle]!.seq <= since) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    receive(kind, method, path, receivedAt) {
      seq += 1;
      const answer = { answerStatus: null, code: null, outcome: null, message: null, callbacks: null };
      const entry: LedgerEntry = { seq, receivedAt, kind, method, path, form: null, ...answer };
      entries.push(entry);
      return entry;
    },
    restore(entry) {
      seq = Math.max(seq, entry.seq);
      entries.push(entry);
    },
    entries(since, limit, matches) {
      const found: LedgerEntry[] = [];
      for (let i = firstAfter(since); i < entries.length && found.length < limit; i += 1) {
        if (matches === undefined || matches(entries[i]!)) found.push(entries[i]!);
      }
      return found;
    },
    all: () => entries,
    size: () => entries.length,
    lastSeq: () => seq,
    clear() {
      entries = [];
    },
  };
}

/** Adds a callback to the request that made its message. */
export function addCallback(entry: LedgerEntry, record: CallbackRecord): void {
  if (entry.callbacks === null) entry.callbacks = [record];
  else entry.callbacks.push(record);
}

/** An entry as `GET /simulator/ledger` shows it. */
export function ledgerEntryJson(entry: LedgerEntry): Record<string, unknown> {
  const { message, callbacks, ...request } = entry;
  return {
    ...request,
    sid: message?.sid ?? null,
    to: message?.to ?? entry.form?.To ?? null,
    from: message?.from ?? entry.form?.From ?? null,
    messageStatus: message?.status ?? null,
    errorCode: message?.errorCode ?? null,
    segments: message?.segments ?? null,
    chargedMicros: message?.priceMicros ?? null,
    callbacks: callbacks ?? [],
  };
}
