import { type AlertChannel, channelAfter, channelFor, waitSeconds } from "@smscrm/core/alerts/delivery";
import {
  type DueNotice,
  markNoticeSent,
  postponeNotice,
  takeDueNotices,
} from "@smscrm/db/monitoring/alert-notices";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { Logger } from "pino";
import type { Loop } from "../../loop.ts";
import type { Channels } from "./channels.ts";

const REST_MS = 2_000;
/** Slack accepts about one message a second, so a burst is sent over several rounds. */
const NOTICES_PER_ROUND = 5;
const BETWEEN_MS = 1_100;

export interface NotifyOptions {
  pipeline: Pipeline;
  channels: Channels;
  publicUrl: string;
  log: Logger;
  /** A stopping worker does not wait for a channel: the rest is sent by another worker, or after the restart. */
  stopping: AbortSignal;
  /** Counts the results of notifications, for the metrics. */
  onTry: (channel: AlertChannel, outcome: "told" | "put-off" | "refused") => void;
}

/** Sends notices of alerts, one after the other: each alert's opening once, and its resolution once. */
export function notifyLoop(options: NotifyOptions): Loop {
  return {
    name: "notify",
    run: async () => {
      const due = await takeDueNotices(options.pipeline, NOTICES_PER_ROUND);
      for (const [at, notice] of due.entries()) {
        if (at > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
        if (options.stopping.aborted) break;
        await notify(options, notice);
      }
      return due.length === NOTICES_PER_ROUND ? BETWEEN_MS : REST_MS;
    },
  };
}

async function notify(options: NotifyOptions, notice: DueNotice): Promise<void> {
  const { pipeline, channels, publicUrl, log, onTry } = options;
  const isSetUp = (channel: AlertChannel) => channels[channel] !== undefined;
  const { channel: chosen, severity } = notice;
  // A channel that did not get the opening does not get the resolution.
  if (notice.kind === "resolve" && chosen && !isSetUp(chosen))
    return markNoticeSent(pipeline, notice, chosen);
  const channel = chosen && isSetUp(chosen) ? chosen : channelFor(severity, isSetUp);
  const outcome = await channels[channel]!({ ...notice, publicUrl });
  if (outcome.sent) {
    onTry(channel, "told");
    return markNoticeSent(pipeline, notice, channel);
  }
  const { problem, forGood, askedForSeconds } = outcome;
  onTry(channel, forGood ? "refused" : "put-off");
  log.warn({ alertId: notice.id, rule: notice.rule, channel, problem, forGood }, "could not send an alert");
  if (forGood) {
    if (notice.kind === "resolve") return markNoticeSent(pipeline, notice, channel);
    const next = channelAfter(severity, channel, isSetUp);
    return postponeNotice(pipeline, notice, {
      channel: next,
      afterSeconds: 0,
      problem: `${channel}: ${problem}`,
    });
  }
  const afterSeconds = waitSeconds(notice.tries, askedForSeconds);
  return postponeNotice(pipeline, notice, { channel, afterSeconds, problem: `${channel}: ${problem}` });
}
