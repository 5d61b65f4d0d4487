/** Whose session a token is, as the last request with it showed. Only for fair shares: it opens nothing. */
interface Owner {
  person: string;
  tenantId: string;
}

const KNOWN_MAX = 50_000;
/** A tenant counts as using the server for this long after a request. Open pages ask every few seconds. */
const IN_USE_MS = 10 * 60_000;
/** A tenant's page is being loaded for about this long after a request. */
const LOADING_MS = 2_000;

/** Remembers the owners of tokens, so that a request can be assigned to its person before its session is read. */
export function createKnownSessions() {
  /** The longest unused first. */
  const owners = new Map<string, Owner>();
  const usedAt = new Map<string, number>();
  /** The last request of any tenant, and the last one of another tenant than that. */
  let last = { tenantId: "", at: Number.NEGATIVE_INFINITY };
  let before = last;

  return {
    ownerOf: (token: string | null): Owner | undefined => (token === null ? undefined : owners.get(token)),
    learn(token: string, owner: Owner): void {
      owners.delete(token);
      owners.set(token, owner);
      const { tenantId } = owner;
      const at = Date.now();
      usedAt.set(tenantId, at);
      if (last.tenantId !== tenantId) before = last;
      last = { tenantId, at };
      const [oldest] = owners.keys();
      if (owners.size > KNOWN_MAX && oldest !== undefined) owners.delete(oldest);
    },
    /** Whether another tenant than this one is loading a page now. */
    isBeside(tenantId: string): boolean {
      const other = last.tenantId === tenantId ? before : last;
      return other.at > Date.now() - LOADING_MS;
    },
    /** Whether several tenants use the server. With one alone, nobody needs protection from another. */
    isShared(): boolean {
      if (usedAt.size < 2) return false;
      const since = Date.now() - IN_USE_MS;
      let inUse = 0;
      for (const [tenantId, at] of usedAt) {
        if (at >= since) inUse += 1;
        else usedAt.delete(tenantId);
        if (inUse > 1) return true;
      }
      return false;
    },
  };
}
