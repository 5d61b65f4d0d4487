import type { CallbackRecord, LedgerEntry, RequestKind } from "./message.ts";

export type { CallbackRecord, LedgerEntry, RequestKind } from "./message.ts";

export interface Ledger {
  receive(kind: RequestKind, method: string, path: string, receivedAt: number): LedgerEntry;
  /** Restores an entry from a data file. */
  restore(entry: LedgerEntry): void;
  /** Entries after `since`, oldest first. */
  entries(since: number, limit: number, matches?: (entry: LedgerEntry) => boolean): LedgerEntry[];
  all(): readonly LedgerEntry[];
  size(): number;
  /** The newest sequence number. */
  lastSeq(): number;
  clear(): void;
}

/** Records what the simulator saw, in order of arrival. Tests compare every other record with it. */
export function createLedger(): Ledger {
  let entries: LedgerEntry[] = [];
  let seq = 0;
  /**
   * Finds the first entry after `since` by bisection: sequence numbers rise, though a reset or a restart may leave
   * gaps.
   */
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

/** Adds a callback to the request that created its message. */
export function addCallback(entry: LedgerEntry, record: CallbackRecord): void {
  if (entry.callbacks === null) entry.callbacks = [record];
  else entry.callbacks.push(record);
}

/** Returns an entry as `GET /simulator/ledger` shows it. */
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
