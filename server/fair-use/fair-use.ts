import { setTimeout as sleep } from "node:timers/promises";
import { TRPCError } from "@trpc/server";
import { createFairQueue } from "../fair-queue.ts";
import { tooMany } from "../http/refusals.ts";
import { networkOf } from "../users/network.ts";
import type { Session } from "../users/session.ts";
import { hashToken } from "../users/session-token.ts";
import { createKnownSessions } from "./known-sessions.ts";
import { createWorkLimiter, TooMuchWork, type WorkLimits } from "./work-limiter.ts";

export interface FairUseLimits {
  /** Of one person, in all sessions and from all addresses. */
  person: WorkLimits;
  /** Of one network without a known session: sign-in, and the first request of a session. */
  network: WorkLimits;
  /** Of all networks without a known session together. */
  strangers: WorkLimits;
  /** Of one person who stops or resumes sending, beside all other work. */
  stops: WorkLimits;
}

/** Strangers get their turns by network, at most this many requests at once. */
const STRANGERS_AT_ONCE = 8;

/**
 * A page takes some 20 ms of work, and an open one asks for as much every few seconds: a person at work uses some
 * hundredths of their share.
 */
export const FAIR_USE: FairUseLimits = {
  person: {
    ...{ atOnce: 6, atOnceWhenBusy: 1, msPerSecond: 100, savedMsMax: 3_000, owedMsMax: 1_000 },
    ...{ waitingMax: 100, waitLimitMs: 15_000 },
  },
  network: {
    ...{ atOnce: 4, atOnceWhenBusy: 1, msPerSecond: 120, savedMsMax: 3_000, owedMsMax: 1_000 },
    ...{ waitingMax: 50, waitLimitMs: 15_000 },
  },
  strangers: {
    ...{ atOnce: STRANGERS_AT_ONCE, atOnceWhenBusy: 1, msPerSecond: 120, savedMsMax: 3_000, owedMsMax: 500 },
    ...{ waitingMax: STRANGERS_AT_ONCE, waitLimitMs: 15_000 },
  },
  stops: {
    ...{ atOnce: 2, atOnceWhenBusy: 1, msPerSecond: 100, savedMsMax: 2_000, owedMsMax: 200 },
    ...{ waitingMax: 20, waitLimitMs: 3_000 },
  },
};

/**
 * A stop with a session that the process has not seen yet is refused last. It waits in its network's line, and each leaves
 * the database a rest, because made-up sessions come this way too. Fewer at once than the connections for stopping, so
 * that known sessions never wait.
 */
const STRANGE_STOPS_AT_ONCE = 2;
const STRANGE_STOP_REST_MS = 30;
const STRANGE_STOPS_WAITING = 200;
const STRANGE_STOP_WAIT_MS = 5_000;
/** A refusal is answered this late, so that a flood of refused requests is a slow one. */
const REFUSAL_MS = 1_000;
const REFUSALS_HELD_MAX = 1_000;
/** Where no better time is known. */
const RETRY_AFTER_SECONDS = 5;

/** What a request costs at least: reading its head and its session. */
const REQUEST_MS = 2;
/**
 * What a stop costs at most. It is always the same small work, so more time than this is others' load, which must not
 * use up the share of the person who stops.
 */
const STOP_MS_MAX = 10;

/** What one request is, for its share. */
export interface Asked {
  /** The session's token, if the request has one. It need not be valid. */
  token: string | null;
  /** The visitor's address. */
  address: string;
  /** Stops or resumes sending: has a share of its own. */
  isStop?: boolean;
  /** What the request costs at least. */
  costMs?: number | undefined;
  signal?: AbortSignal;
}

/** The work of one request that is not charged in full, because it has a queue and a limit of its own. */
export interface Charge {
  /** Records that a part took `tookMs` and costs at most `maxMs`. The longest part of a request counts. */
  limit(tookMs: number, maxMs: number): void;
}

export type FairUse = ReturnType<typeof createFairUse>;

/**
 * Gives each person and network a share of the process, so that one tenant's member delays no other tenant. It is asked
 * before a request is read, and it never delays one key for what another did.
 */
export function createFairUse(limits: FairUseLimits = FAIR_USE) {
  const sessions = createKnownSessions();
  const ofPerson = createWorkLimiter(limits.person, sessions.isShared);
  const ofNetwork = createWorkLimiter(limits.network);
  const ofStrangers = createWorkLimiter(limits.strangers);
  const ofStops = createWorkLimiter(limits.stops);
  const turnsOf = (atOnce: number, waitingPerKeyMax: number, waitLimitMs: number) =>
    createFairQueue({
      ...{ atOnce, atOncePerKey: Math.ceil(atOnce / 2), waitingPerKeyMax, waitLimitMs },
      refusal: () => new TooMuchWork(RETRY_AFTER_SECONDS),
    });
  const strangersInTurn = turnsOf(STRANGERS_AT_ONCE, limits.network.waitingMax, limits.strangers.waitLimitMs);
  const strangeStopsInTurn = turnsOf(STRANGE_STOPS_AT_ONCE, STRANGE_STOPS_WAITING, STRANGE_STOP_WAIT_MS);
  let held = 0;

  const keyOf = (token: string) => hashToken(token).toString("base64");

  function turnFor<T>(
    { token, address, isStop, signal }: Asked,
    work: () => Promise<T>,
    costOf: (ms: number) => number,
  ) {
    const owner = token === null ? undefined : sessions.ownerOf(keyOf(token));
    const how = { costOf, ...(signal ? { signal } : {}) };
    if (owner && isStop)
      return ofStops(owner.person, work, { ...how, costOf: (ms) => Math.min(costOf(ms), STOP_MS_MAX) });
    if (owner) return ofPerson(owner.person, work, how);
    const network = networkOf(address);
    if (isStop) return strangeStopsInTurn(network, () => work().finally(() => sleep(STRANGE_STOP_REST_MS)));
    // The network is charged with its own work, not with the time in the queue of all networks.
    let cost = 0;
    const keepCost = (tookMs: number) => {
      cost = costOf(tookMs);
      return cost;
    };
    const among = () =>
      strangersInTurn(network, () => ofStrangers("all", work, { ...how, costOf: keepCost }));
    return ofNetwork(network, among, { ...how, costOf: () => cost });
  }

  return {
    /** Runs a request when its person or network has a share left. Throws a refusal with words, a second later. */
    async inTurn<T>(asked: Asked, work: (charge: Charge) => Promise<T>): Promise<T> {
      let longestMs = 0;
      let chargedMs = 0;
      const charge: Charge = {
        limit: (tookMs, maxMs) => {
          longestMs = Math.max(longestMs, tookMs);
          chargedMs = Math.max(chargedMs, Math.min(tookMs, maxMs));
        },
      };
      const costOf = (tookMs: number) =>
        Math.max(asked.costMs ?? REQUEST_MS, tookMs - Math.min(tookMs, longestMs) + chargedMs);
      try {
        return await turnFor(asked, () => work(charge), costOf);
      } catch (error) {
        if (!(error instanceof TooMuchWork)) throw error;
        if (held < REFUSALS_HELD_MAX) {
          held += 1;
          await sleep(REFUSAL_MS, undefined, { ref: false });
          held -= 1;
        }
        throw tooMuch(error.retryAfterSeconds);
      }
    },
    /** Whether another tenant is using the process at this moment. */
    isBeside: sessions.isBeside,
    /** Remembers whose session it is. The next request with it has its person's share. */
    learn(token: string | null, session: Session | null): void {
      if (token !== null && session)
        sessions.learn(keyOf(token), { person: session.userId, tenantId: session.tenant.id });
    },
  };
}

/** How long a refused caller should wait, for the header Retry-After. */
const retryAfter = new WeakMap<TRPCError, number>();

function tooMuch(seconds: number): TRPCError {
  const error = tooMany(
    `You have asked for more than your share of this server, which others use too. Wait ${seconds} s, then try again.`,
  );
  retryAfter.set(error, seconds);
  return error;
}

export const isRefusal = (error: unknown): error is TRPCError =>
  error instanceof TRPCError && error.code === "TOO_MANY_REQUESTS";

/** Returns the header of an answer with status 429. */
export const retryAfterHeader = (error: TRPCError): Record<string, string> => ({
  "retry-after": String(retryAfter.get(error) ?? RETRY_AFTER_SECONDS),
});
