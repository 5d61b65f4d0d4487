import type { InboundMessage, StatusEvent } from "@smscrm/db/carrier/webhooks";
import { z } from "zod";

/** An entry of the spool: a webhook whose signature is valid, as the database will get it. */
export type SpoolEntry =
  | { kind: "status"; event: StatusEvent }
  | { kind: "inbound"; message: InboundMessage & { receivedAt: Date } };
export type SpoolKind = SpoolEntry["kind"];

const payload = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

const status = z.object({
  kind: z.literal("status"),
  event: z.object({
    attemptId: z.string().nullable(),
    messageSid: z.string(),
    messageStatus: z.string(),
    errorCode: z.int().nullable(),
    payload,
  }),
});

const inbound = z.object({
  kind: z.literal("inbound"),
  message: z.object({
    messageSid: z.string(),
    from: z.string(),
    to: z.string(),
    body: z.string(),
    optOutType: z.string().nullable(),
    receivedAt: z.coerce.date(),
    payload,
  }),
});

const entry = z.discriminatedUnion("kind", [status, inbound]);

export function toLine(value: SpoolEntry): string {
  return JSON.stringify(value);
}

/** Null if the line is incomplete: its write was cut short, so it was never answered with 2xx. */
export function parseLine(line: string): SpoolEntry | null {
  try {
    return entry.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
