import { type AlertChannel, channelAfter, channelFor, waitSeconds } from "@smscrm/core/alerts/delivery";
import { type DueNotice, markTold, putOffNotice, takeDueNotices } from "@smscrm/db/alert-notices";
import type { Pipeline } from "@smscrm/db/connection";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";
import type { Channels } from "./channels.ts";

const REST_MS = 2_000;
/** Slack takes about one message a second; a burst of more is told over the next rounds. */
const NOTICES_PER_ROUND = 5;
const BETWEEN_MS = 1_100;

export interface Telling {
  pipeline: Pipeline;
  channels: Channels;
  publicUrl: string;
  log: Logger;
  /** Nobody waits for a channel when the worker stops: what is left is told by another, or after the restart. */
  stopping: AbortSignal;
  /** Counts what became of tries, for the metrics. */
  onTry: (channel: AlertChannel, outcome: "told" | "put-off" | "refused") => void;
}

/** Tells people of alerts, one after the other: each has its beginning told once, and its end once. */
export function tellLoop(telling: Telling): Loop {
  return {
    name: "tell",
    run: async () => {
      const due = await takeDueNotices(telling.pipeline, NOTICES_PER_ROUND);
      for (const [at, notice] of due.entries()) {
        if (at > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
        if (telling.stopping.aborted) break;
        await tell(telling, notice);
      }
      return due.length === NOTICES_PER_ROUND ? BETWEEN_MS : REST_MS;
    },
  };
}

async function tell(telling: Telling, notice: DueNotice): Promise<void> {
  const { pipeline, channels, publicUrl, log, onTry } = telling;
  const isSetUp = (channel: AlertChannel) => channels[channel] !== undefined;
  const { channel: chosen, severity } = notice;
  // Only who heard of its beginning is told of its end.
  if (notice.telling === "resolve" && chosen && !isSetUp(chosen)) return markTold(pipeline, notice, chosen);
  const channel = chosen && isSetUp(chosen) ? chosen : channelFor(severity, isSetUp);
  const outcome = await channels[channel]!({ ...notice, publicUrl });
  if (outcome.told) {
    onTry(channel, "told");
    return markTold(pipeline, notice, channel);
  }
  const { problem, forGood, askedForSeconds } = outcome;
  onTry(channel, forGood ? "refused" : "put-off");
  log.warn(
    { alertId: notice.id, rule: notice.rule, channel, problem, forGood },
    "an alert could not be told",
  );
  if (forGood) {
    if (notice.telling === "resolve") return markTold(pipeline, notice, channel);
    const next = channelAfter(severity, channel, isSetUp);
    return putOffNotice(pipeline, notice, {
      channel: next,
      afterSeconds: 0,
      problem: `${channel}: ${problem}`,
    });
  }
  const afterSeconds = waitSeconds(notice.tries, askedForSeconds);
  return putOffNotice(pipeline, notice, { channel, afterSeconds, problem: `${channel}: ${problem}` });
}
