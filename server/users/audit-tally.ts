import { type AuditNote, recordAudit } from "@smscrm/db/audit/audit";
import type { Dependencies } from "../dependencies.ts";

/** Equal events within this time are written once at its beginning, and once with a count at its end. */
const WINDOW_MS = 60_000;
/**
 * The most open windows of one action. Beyond it further events are only logged, because a flood must not fill the
 * audit log.
 */
const OPEN_MAX = 5_000;
/** The most names of requested things in one entry. */
const NAMES_MAX = 20;

interface OpenWindow {
  note: AuditNote | null;
  more: number;
  names: Set<string>;
  timer: ReturnType<typeof setTimeout>;
}

export interface TalliedEvent {
  action: string;
  /** Who did it, and where. The same key again within a minute is only counted. */
  key: string;
  /** What was requested, such as a procedure. */
  name?: string;
  /** Called at most once a minute. Null if no known tenant is affected. */
  note: () => AuditNote | null | Promise<AuditNote | null>;
}

export type AuditTally = ReturnType<typeof createAuditTally>;

/**
 * Writes events that outsiders can cause as often as they like (refusals, throttled sign-ins, downloads) to the audit
 * log of the affected tenant, without letting them flood it. Resolves once the entry is written; a failure is logged,
 * never thrown.
 */
export function createAuditTally({
  database,
  log,
  closing,
}: Pick<Dependencies, "database" | "log" | "closing">) {
  const windows = new Map<string, Map<string, OpenWindow>>();

  async function write(note: AuditNote): Promise<void> {
    await database
      .asTenant(note.tenantId, (tx) => recordAudit(tx, note))
      .catch((error) => log.error({ error, action: note.action }, "An audit entry was not written"));
  }

  function close(action: string, key: string): void {
    const window = windows.get(action)?.get(key);
    if (!window) return;
    clearTimeout(window.timer);
    windows.get(action)?.delete(key);
    const { note, more, names } = window;
    if (!note || more === 0) return;
    const what = names.size > 0 ? { what: [...names].sort() } : {};
    void write({ ...note, detail: { ...note.detail, ...what, times: more } });
  }

  closing.addEventListener("abort", () => {
    for (const [action, open] of windows) for (const key of [...open.keys()]) close(action, key);
  });

  return async function tally({ action, key, name, note }: TalliedEvent): Promise<void> {
    const open = windows.get(action) ?? new Map<string, OpenWindow>();
    windows.set(action, open);
    const known = open.get(key);
    if (known) {
      known.more += 1;
      if (name && known.names.size < NAMES_MAX) known.names.add(name);
      return;
    }
    if (open.size >= OPEN_MAX) {
      log.warn({ action }, "Too many at once for the audit log: not written");
      return;
    }
    const timer = setTimeout(() => close(action, key), WINDOW_MS);
    // The timer must not keep the process alive.
    timer.unref();
    const window: OpenWindow = { note: null, more: 0, names: new Set(), timer };
    open.set(key, window);
    try {
      window.note = await note();
    } catch (error) {
      log.error({ error, action }, "An audit entry was not written");
    }
    if (window.note) await write(window.note);
  };
}
