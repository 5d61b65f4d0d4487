import { RATE_CARD } from "@smscrm/core/price/pricing";
import type { CarrierAnswer } from "@smscrm/core/send/submission-outcome";
import type { CarrierUpdate } from "@smscrm/db/carrier/carrier-updates";
import type { RegisteredKind } from "@smscrm/db/carrier/registrations";
import twilio from "twilio";
import { fetchHttpClient, NoAnswer } from "./http-client.ts";
import { type Listed, readTenDlc, readTollFree } from "./registrations.ts";

export interface CarrierSettings {
  accountSid: string;
  authToken: string;
  apiKey?: string | undefined;
  apiSecret?: string | undefined;
  /** Origin of the simulator; null for the real carrier. */
  origin: string | null;
  /** Our public address, which the carrier calls for webhooks. */
  publicUrl: string;
}

interface OutgoingMessage {
  attemptId: string;
  from: string;
  to: string;
  body: string;
  validitySeconds: number;
}

/** A message as the carrier knows it. */
export interface CarrierMessage {
  sid: string;
  from: string;
  to: string;
  body: string;
  /** inbound · outbound-api · outbound-reply · outbound-call */
  direction: string;
  status: string;
  errorCode: number | null;
  createdAt: Date | null;
  /** Null while the carrier gives no price, or gives it in another currency than that of our prices. */
  priceMicros: number | null;
}

export interface Carrier {
  submit(message: OutgoingMessage): Promise<CarrierAnswer>;
  fetch(sid: string): Promise<CarrierMessage | null>;
  /** Returns messages to this number that were created at `since` or later. */
  listTo(to: string, since: Date): Promise<CarrierMessage[]>;
  /** Yields all messages of the account that were created at `since` or later, page by page; some may come twice. */
  listSince(since: Date): AsyncIterable<CarrierMessage[]>;
  /** Yields messages to or from one of our numbers with a send date in that time, page by page; it may include others. */
  listMessages(
    of: { to: string } | { from: string },
    since: Date,
    until: Date | null,
  ): AsyncIterable<CarrierMessage[]>;
  /** Reads the registrations of all numbers of a kind, one request for each page. */
  registrations(kind: RegisteredKind): Promise<Listed>;
}

/**
 * Retries on any fault, up to five times in the 15 s that a webhook may take. By default the carrier calls once and waits
 * all that time for an answer: a server that hangs would lose the callback although another one is up. Ours answers
 * within about 2 s, also with its database away. Source: Twilio, "Webhooks connection overrides".
 */
const CALLBACK_OVERRIDES = "#rc=5&rp=all&rt=4000";
const LIST_LIMIT = 200;

export function twilioCarrier(settings: CarrierSettings): Carrier {
  const { accountSid, authToken, apiKey, apiSecret, origin, publicUrl } = settings;
  const httpClient = fetchHttpClient(origin) as never;
  const client = apiKey
    ? twilio(apiKey, apiSecret ?? "", { accountSid, httpClient })
    : twilio(accountSid, authToken, { httpClient });
  // The SDK loads this part of itself on first use. Without this line it would load during the first claim, and a
  // slow machine needs the claim's whole quarter of a second for that.
  void client.messages.create;
  return {
    submit: (message) => submit(client, publicUrl, message),
    fetch: async (sid) => {
      try {
        return toMessage(await client.messages(sid).fetch());
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw reduced(error);
      }
    },
    listTo: async (to, since) => {
      try {
        // A message that is still queued has no send date, so it is filtered here.
        const found = await client.messages.list({ to, limit: LIST_LIMIT, pageSize: LIST_LIMIT });
        return found.map(toMessage).filter((message) => !message.createdAt || message.createdAt >= since);
      } catch (error) {
        throw reduced(error);
      }
    },
    listSince: (since) => listSince(client, since),
    listMessages: (of, since, until) =>
      pages(client, { ...of, dateSentAfter: since, ...(until ? { dateSentBefore: until } : {}) }),
    registrations: (kind) =>
      (kind === "long-code" ? readTenDlc : readTollFree)(client).catch((error) => {
        throw reduced(error);
      }),
  };
}

/** The largest page that the carrier returns. */
const PAGE_SIZE = 1_000;

/**
 * Reads two lists, because neither is complete. The list by date lacks messages that are still queued. The other one
 * ends only by its order, newest first, which no document promises.
 */
async function* listSince(client: twilio.Twilio, since: Date): AsyncGenerator<CarrierMessage[]> {
  const recent = (message: CarrierMessage) => !message.createdAt || message.createdAt >= since;
  for await (const page of pages(client, { dateSentAfter: since })) yield page.filter(recent);
  for await (const page of pages(client, {})) {
    const found = page.filter(recent);
    if (found.length > 0) yield found;
    else if (page.length > 0) return;
  }
}

interface MessagesPage {
  instances: SdkMessage[];
  nextPage(): Promise<MessagesPage> | undefined;
}

async function* pages(
  client: twilio.Twilio,
  filter: { to?: string; from?: string; dateSentAfter?: Date; dateSentBefore?: Date },
): AsyncGenerator<CarrierMessage[]> {
  try {
    let page: MessagesPage | undefined = await client.messages.page({ ...filter, pageSize: PAGE_SIZE });
    while (page) {
      yield page.instances.map(toMessage);
      page = await page.nextPage();
    }
  } catch (error) {
    throw reduced(error);
  }
}

async function submit(
  client: twilio.Twilio,
  publicUrl: string,
  message: OutgoingMessage,
): Promise<CarrierAnswer> {
  try {
    const created = await client.messages.create({
      to: message.to,
      from: message.from,
      body: message.body,
      statusCallback: `${publicUrl}/webhooks/twilio/status/${message.attemptId}${CALLBACK_OVERRIDES}`,
      validityPeriod: message.validitySeconds,
    });
    // A success without a message id (for example a proxy's own page) proves nothing.
    if (!created.sid) return { kind: "no-answer", cause: "unreadable" };
    return { kind: "accepted", httpStatus: 201, sid: created.sid, status: created.status };
  } catch (error) {
    if (error instanceof NoAnswer) return { kind: "no-answer", cause: error.code };
    const httpStatus = statusOf(error);
    // If the SDK can't parse an answer, its meaning is unknown.
    if (httpStatus === null) return { kind: "no-answer", cause: "unreadable" };
    return { kind: "refused", httpStatus, code: codeOf(error) };
  }
}

function statusOf(error: unknown): number | null {
  const { status } = error as { status?: unknown };
  return typeof status === "number" ? status : null;
}

function codeOf(error: unknown): number | null {
  const { code } = error as { code?: unknown };
  return typeof code === "number" ? code : null;
}

/** Returns an error that is safe to log: no credentials, no text, no number. */
function reduced(error: unknown): Error {
  if (error instanceof NoAnswer) return error;
  return new Error(`The carrier refused a request (HTTP ${statusOf(error)}, code ${codeOf(error)})`);
}

interface SdkMessage {
  sid: string;
  from: string | null;
  to: string | null;
  body: string | null;
  status: string;
  errorCode: number | null;
  dateCreated: Date | null;
  price: string | null;
  priceUnit: string | null;
  direction: string;
}

function toMessage(message: SdkMessage): CarrierMessage {
  return {
    sid: message.sid,
    from: message.from ?? "",
    to: message.to ?? "",
    body: message.body ?? "",
    direction: message.direction,
    status: message.status,
    errorCode: message.errorCode ?? null,
    createdAt: message.dateCreated,
    priceMicros: priceMicrosOf(message),
  };
}

/**
 * Returns the price in micros. The carrier gives negative decimal strings in the account's currency, which may differ
 * from the budgets' currency.
 */
function priceMicrosOf({ price, priceUnit }: SdkMessage): number | null {
  if (!price || priceUnit?.toUpperCase() !== RATE_CARD.currency) return null;
  const micros = Math.round(Math.abs(Number(price)) * 1_000_000);
  return Number.isSafeInteger(micros) ? micros : null;
}

export function toUpdate(message: CarrierMessage, attemptId: string): CarrierUpdate {
  const { sid, status, errorCode, priceMicros } = message;
  return { attemptId, sid, status, errorCode, priceMicros };
}
