import {
  type InboundMessage,
  ingestInbound,
  ingestStatusEvents,
  type StatusEvent,
} from "@smscrm/db/carrier/webhooks";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { blamesTheData } from "@smscrm/db/postgres/connection-faults";
import { pingDatabase } from "@smscrm/db/postgres/system";
import { within } from "@smscrm/db/postgres/within";
import type { Logger } from "pino";
import type { Metrics } from "../monitoring/metrics.ts";
import type { SpoolEntry, SpoolKind } from "./spool/entry.ts";
import { forgetRefused, replaySpool } from "./spool/replay.ts";
import type { Spool } from "./spool/spool.ts";

/** Longer than a commit takes under load, and far below the 15 s after which the carrier gives up. */
const COMMIT_LIMIT_MS = 2_000;
/** A STOP in the spool takes effect only once it is replayed, so the database's return must be noticed at once. */
const PROBE_MS = 100;
/** A killed process may have left entries, also when this one wrote none. */
const LOOK_AROUND_MS = 5_000;
/** The time limit of a statement during a replay. */
const REPLAY_LIMIT_MS = 60_000;
/** How long a process that stops tries to store what it kept. It has to end within the 20 s that it is given. */
const LAST_REPLAY_MS = 3_000;

/**
 * Stores webhooks whose signature is valid: in the database or, while that is away, in the spool, from which they are
 * replayed later. Once a call resolves, the webhook is safe and may be answered with 2xx.
 */
export interface Intake {
  statuses(events: StatusEvent[]): Promise<void>;
  inbound(message: InboundMessage): Promise<void>;
  /** Removes an erased person from this machine's disk. `ours` are the tenant's numbers. */
  forget(phone: string, ours: readonly string[]): Promise<void>;
  /**
   * Stores what the spool holds, within a few seconds. To be called once no more requests come: the next process may
   * have another disk. What the database does not take in that time stays in the spool.
   */
  close(): Promise<void>;
}

export interface IntakeParts {
  pipeline: Pipeline;
  spool: Spool;
  log: Logger;
  metrics: Metrics;
  /** Aborted when the process stops: no further replay begins. */
  closing: AbortSignal;
}

export function createIntake(parts: IntakeParts): Intake {
  const { pipeline, spool, metrics, log } = parts;
  const database = { away: false };

  /** Does the work. Returns null if the database is away; throws if it refuses the data. */
  async function reached<T>(work: () => Promise<T>): Promise<{ value: T } | null> {
    if (database.away) return null;
    try {
      return { value: await within(COMMIT_LIMIT_MS, work()) };
    } catch (error) {
      if (blamesTheData(error)) throw error;
      if (!database.away) log.error({ error }, "The database accepts no webhooks: they are kept on the disk");
      database.away = true;
      return null;
    }
  }

  async function keep(kind: SpoolKind, entries: SpoolEntry[]): Promise<void> {
    await spool.add(kind, entries);
    metrics.spooled.inc({ kind }, entries.length);
    metrics.spoolBytes.set(spool.bytes);
  }

  const replaying = replayFromNowOn(parts, database);
  return {
    async statuses(events) {
      if (await reached(() => ingestStatusEvents(pipeline, events))) return;
      await keep(
        "status",
        events.map((event) => ({ kind: "status", event })),
      );
    },
    async inbound(message) {
      const receivedAt = new Date();
      if (await reached(() => ingestInbound(pipeline, message))) return;
      await keep("inbound", [{ kind: "inbound", message: { ...message, receivedAt } }]);
    },
    forget: (phone, ours) => forgetRefused(spool.folder, phone, ours),
    async close() {
      try {
        await within(
          LAST_REPLAY_MS,
          replaying.then(() => replayTheRest(parts)),
        );
      } catch (error) {
        log.error(
          { error },
          "The spool is not replayed: the next API with this DATA_DIR stores its webhooks",
        );
      }
    },
  };
}

/** Replays until the process stops. While the database is away it tries ten times a second. */
async function replayFromNowOn(parts: IntakeParts, database: { away: boolean }): Promise<void> {
  let restedMs = LOOK_AROUND_MS;
  while (!parts.closing.aborted) {
    if (database.away || restedMs >= LOOK_AROUND_MS) {
      try {
        if (database.away) await within(COMMIT_LIMIT_MS, pingDatabase(parts.pipeline));
        const takesThem = () => {
          if (database.away) parts.log.info("The database accepts webhooks again");
          database.away = false;
        };
        const replayed = await replayOnce(parts, takesThem);
        takesThem();
        // What arrived during the replay is in the spool too.
        restedMs = replayed > 0 ? LOOK_AROUND_MS : 0;
      } catch (error) {
        // All of it is still on the disk and will be retried.
        parts.log.debug({ error }, "The webhook spool is not replayed yet");
        restedMs = LOOK_AROUND_MS - 10 * PROBE_MS;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
    restedMs += PROBE_MS;
  }
}

/** Replays once the database answers. Its caller limits the time. */
async function replayTheRest(parts: IntakeParts): Promise<void> {
  for (const deadline = Date.now() + LAST_REPLAY_MS; ; ) {
    try {
      await within(COMMIT_LIMIT_MS, pingDatabase(parts.pipeline));
      await replayOnce(parts, () => {});
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
    }
  }
}

/**
 * Replays the spool once. `onFirst` is called once anything is stored: from then on new webhooks go straight to the
 * database. A STOP must not wait until an hour's callbacks are replayed.
 */
async function replayOnce(
  { pipeline, spool, metrics, log }: IntakeParts,
  onFirst: () => void,
): Promise<number> {
  const { stored, refused, torn } = await replaySpool(spool.folder, {
    status: (events) => within(REPLAY_LIMIT_MS, ingestStatusEvents(pipeline, events)).then(onFirst),
    inbound: (message) => within(REPLAY_LIMIT_MS, ingestInbound(pipeline, message)).then(onFirst),
  });
  spool.count();
  metrics.spoolBytes.set(spool.bytes);
  for (const [outcome, entries] of Object.entries({ stored, refused, torn }))
    metrics.replayed.inc({ outcome }, entries);
  const all = stored + refused + torn;
  if (all > 0) log.info({ stored, refused, torn }, "Webhooks from the spool are stored");
  if (refused > 0)
    log.error({ refused }, "The database refuses webhooks because of their data: see refused.jsonl");
  return all;
}
