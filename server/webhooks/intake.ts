import type { Pipeline } from "@smscrm/db/connection";
import { answersAtAll } from "@smscrm/db/system";
import {
  type InboundMessage,
  ingestInbound,
  ingestStatusEvents,
  type StatusEvent,
} from "@smscrm/db/webhooks";
import { within } from "@smscrm/db/within";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.ts";
import type { SpoolEntry, SpoolKind } from "./spool/entry.ts";
import { blamesTheData } from "./spool/fault.ts";
import { replaySpool } from "./spool/replay.ts";
import type { Spool } from "./spool/spool.ts";

/** Longer than a commit takes on a busy day, and far below the 15 s after which the carrier gives up. */
const COMMIT_LIMIT_MS = 2_000;
/** A STOP in the spool is in force only once it is replayed: so the database's return is noticed at once. */
const PROBE_MS = 100;
/** With nothing of ours in the folder there may still be what a killed process left. */
const LOOK_AROUND_MS = 5_000;
/** As long as a statement may take. */
const REPLAY_LIMIT_MS = 60_000;

/**
 * Takes in webhooks whose signature held: into the database or, while that is away, into the spool, from which they
 * are replayed on its return. What resolves is safe, and may be answered with 2xx.
 */
export interface Intake {
  statuses(events: StatusEvent[]): Promise<void>;
  /** What to answer the person. From the spool silence: whose number it is, and whether it is a repetition, is not known. */
  inbound(message: InboundMessage): Promise<{ answer: string | null }>;
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

  /** Does the work, or says with null that the database is away. Throws what it has against the data. */
  async function reached<T>(work: () => Promise<T>): Promise<{ value: T } | null> {
    if (database.away) return null;
    try {
      return { value: await within(COMMIT_LIMIT_MS, work()) };
    } catch (error) {
      if (blamesTheData(error)) throw error;
      if (!database.away) log.error({ error }, "The database takes no webhooks: they are kept on the disk");
      database.away = true;
      return null;
    }
  }

  async function keep(kind: SpoolKind, entries: SpoolEntry[]): Promise<void> {
    await spool.add(kind, entries);
    metrics.spooled.inc({ kind }, entries.length);
    metrics.spoolBytes.set(spool.bytes);
  }

  void replayFromNowOn(parts, database);
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
      const done = await reached(() => ingestInbound(pipeline, message));
      if (done) return done.value;
      await keep("inbound", [{ kind: "inbound", message: { ...message, receivedAt } }]);
      return { answer: null };
    },
  };
}

/** Until the process stops. While the database is away it is tried ten times a second. */
async function replayFromNowOn(parts: IntakeParts, database: { away: boolean }): Promise<void> {
  let restedMs = LOOK_AROUND_MS;
  while (!parts.closing.aborted) {
    if (database.away || restedMs >= LOOK_AROUND_MS) {
      try {
        if (database.away) await within(COMMIT_LIMIT_MS, answersAtAll(parts.pipeline));
        const takesThem = () => {
          if (database.away) parts.log.info("The database takes webhooks again");
          database.away = false;
        };
        const replayed = await replayOnce(parts, takesThem);
        takesThem();
        // What came while this ran is in the spool too.
        restedMs = replayed > 0 ? LOOK_AROUND_MS : 0;
      } catch (error) {
        // All of it is still on the disk, and tried again.
        parts.log.debug({ error }, "The webhook spool is not replayed yet");
        restedMs = LOOK_AROUND_MS - 10 * PROBE_MS;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
    restedMs += PROBE_MS;
  }
}

/**
 * `onFirst` is called once anything is stored: from then on what comes is stored at once beside the rest of the spool. A
 * STOP must not wait for an hour's callbacks to be replayed before it is in force.
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
    log.error({ refused }, "The database refuses webhooks for what they say: see refused.jsonl");
  return all;
}
