import type { SendJobStatus } from "@smscrm/core/send/send-job";
import type { Campaign } from "../../data/campaigns.ts";
import type { Import } from "../../data/imports.ts";
import { lookUp } from "./look-up.ts";

export type Tone = "ok" | "warn" | "danger" | "accent" | "quiet";
export type Words = { label: string; tone: Tone; meaning: string };
type Table<Status extends string> = Readonly<Record<Status, Words>>;

/** The keys of these tables come from the types of core and the API, so a new status without words does not compile. */
const MESSAGE_STATUS = {
  queued: { label: "Queued", tone: "quiet", meaning: "Not sent to the carrier yet" },
  sending: { label: "Sending", tone: "accent", meaning: "Being sent to the carrier now" },
  unknown: {
    label: "Outcome unknown",
    tone: "warn",
    meaning: "The carrier's answer was lost. We look it up, and never send it again automatically.",
  },
  sent: {
    label: "Awaiting delivery",
    tone: "accent",
    meaning: "Accepted by the carrier. There is no delivery receipt yet.",
  },
  delivered: { label: "Delivered", tone: "ok", meaning: "The carrier confirmed delivery" },
  failed: {
    label: "Not sent or failed",
    tone: "danger",
    meaning: "Stopped by a check, or failed at the carrier",
  },
  canceled: { label: "Canceled", tone: "quiet", meaning: "The campaign was canceled before it was sent" },
} as const satisfies Table<SendJobStatus>;

const CAMPAIGN_STATUS = {
  draft: { label: "Draft", tone: "quiet", meaning: "Nothing is sent until it is launched" },
  scheduled: { label: "Scheduled", tone: "accent", meaning: "It launches automatically at its time" },
  launching: { label: "Launching", tone: "accent", meaning: "The list of recipients is being made" },
  running: { label: "Sending", tone: "accent", meaning: "Messages are sent as soon as they are allowed" },
  paused: { label: "Paused", tone: "warn", meaning: "Nothing is sent until it is resumed" },
  completed: { label: "Finished", tone: "ok", meaning: "Every message has its final status" },
  canceled: { label: "Canceled", tone: "quiet", meaning: "Messages that were still queued are not sent" },
} as const satisfies Table<Campaign["status"]>;

const IMPORT_STATUS = {
  uploading: { label: "Uploading", tone: "accent", meaning: "The file is being uploaded" },
  ready: { label: "Needs your answers", tone: "warn", meaning: "Match the columns, then start the import" },
  queued: { label: "Starting", tone: "accent", meaning: "It starts in a moment" },
  running: { label: "Importing", tone: "accent", meaning: "Rows are being read" },
  completed: { label: "Finished", tone: "ok", meaning: "Every row was read" },
  failed: { label: "Failed", tone: "danger", meaning: "The import stopped because of an error" },
  canceled: { label: "Canceled", tone: "quiet", meaning: "A teammate canceled it" },
} as const satisfies Table<Import["status"]>;

/** A status that this version does not know shows as it is. */
const wordsFor = (table: Table<string>, status: string): Words =>
  lookUp(table, status) ?? { label: status, tone: "quiet", meaning: status };

export const campaignWords = (status: string): Words => wordsFor(CAMPAIGN_STATUS, status);

/** All message statuses, for a filter. */
export const MESSAGE_STATUSES = Object.keys(MESSAGE_STATUS) as SendJobStatus[];

/** Whether a failed message reached the carrier. Otherwise one of our own checks stopped it. */
export const failedAtCarrier = (reason: string): boolean =>
  reason === "Provider error" || reason === "Undelivered";

/** Returns the words for a message. The status "failed" has two meanings, so it needs the reason. */
export function messageWords(status: string, reason?: string | null): Words {
  if (status !== "failed" || !reason) return wordsFor(MESSAGE_STATUS, status);
  return failedAtCarrier(reason)
    ? { label: "Failed", tone: "danger", meaning: "It was sent, and the carrier could not deliver it" }
    : { label: "Not sent", tone: "warn", meaning: "A check stopped it before it was sent" };
}

export const importWords = (status: string): Words => wordsFor(IMPORT_STATUS, status);
