import { createWatch } from "./watch.ts";

/** A browser says every few seconds that its member still types. */
const TYPING_MS = 8_000;
/** More at once are no people. */
const TYPISTS_MAX = 500;

/** Who writes a reply to whom. */
export interface Typist {
  phone: string;
  userId: string;
  name: string;
}

export interface Typing {
  typists: Typist[];
}

export type TypingState = ReturnType<typeof createTyping>;

/**
 * Who of a tenant is writing a reply at this moment. It is kept in this process alone and forgotten after a few seconds:
 * nothing depends on it, because a reply that a colleague's newer one overtook is stopped by the database.
 */
export function createTyping(now: () => number = Date.now) {
  const byTenant = new Map<string, Map<string, Typist & { untilMs: number }>>();
  const watch = createWatch<Typing>();
  const of = (tenantId: string): Typing => {
    const theirs = byTenant.get(tenantId);
    for (const [key, { untilMs }] of theirs ?? []) if (untilMs <= now()) theirs!.delete(key);
    if (theirs?.size === 0) byTenant.delete(tenantId);
    return {
      typists: [...(theirs?.values() ?? [])].map(({ phone, userId, name }) => ({ phone, userId, name })),
    };
  };
  return {
    of,
    /** Notes that a member types, or has stopped. One member types one reply at a time. */
    note(tenantId: string, { phone, userId, name }: Typist, isTyping: boolean): void {
      const theirs = byTenant.get(tenantId) ?? new Map();
      if (!isTyping) return void theirs.delete(userId);
      if (theirs.size >= TYPISTS_MAX && !theirs.has(userId)) return;
      byTenant.set(tenantId, theirs.set(userId, { phone, userId, name, untilMs: now() + TYPING_MS }));
    },
    /** Yields who types at once, and after each change. All viewers of a tenant share one reader, which asks no database. */
    watch: (tenantId: string, until: AbortSignal): AsyncGenerator<Typing, void> =>
      watch.watch({ tenantId, id: "typing" }, async () => of(tenantId), [until]),
  };
}
