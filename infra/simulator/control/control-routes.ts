import type { Hono } from "hono";
import { z } from "zod";
import { type Carrier, resetCarrier } from "../carrier.ts";
import { receiveInbound } from "../messages/inbound.ts";
import { type LedgerEntry, ledgerEntryJson } from "../messages/ledger.ts";
import { summarise } from "../messages/ledger-summary.ts";
import { OUTCOMES } from "../messages/outcomes.ts";
import { normaliseNumber, numberFacts, senderTypeOf } from "../messages/phone-numbers.ts";
import { registrationsSchema } from "../registrations.ts";
import type { SimulatorContext, SimulatorEnv } from "../rest/exchange.ts";
import { faultSchema } from "./faults.ts";

const LIMIT_MAX = 50_000;

const inboundSchema = z.strictObject({
  from: z
    .string()
    .transform(normaliseNumber)
    .refine((number) => numberFacts(number) !== null, "not a phone number"),
  to: z
    .string()
    .transform(normaliseNumber)
    .refine((number) => senderTypeOf(number) !== null, "not a number that receives"),
  body: z.string().max(1600, "longer than 1,600 characters"),
  /** Answer only once the application has answered. */
  wait: z.boolean().default(false),
});

const ledgerQuery = z.object({
  since: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(1000),
  to: z.string().transform(normaliseNumber).optional(),
  sid: z.string().optional(),
  kind: z.enum(["create", "list", "fetch", "update", "delete", "other"]).optional(),
  format: z.enum(["entries", "summary"]).default("entries"),
});

/** Adds the simulator's own controls, which Twilio does not have. */
export function addControlRoutes(app: Hono<SimulatorEnv>, carrier: Carrier): void {
  app.get("/simulator/health", (c) => c.json(healthOf(carrier)));
  app.get("/simulator/outcomes", (c) => c.json({ outcomes: OUTCOMES }));
  app.get("/simulator/ledger", (c) => showLedger(c, carrier));
  app.delete("/simulator/ledger", async (c) => {
    await resetCarrier(carrier);
    return c.body(null, 204);
  });
  app.get("/simulator/faults", (c) => c.json({ faults: carrier.faults.list() }));
  app.post("/simulator/faults", (c) => addFaults(c, carrier));
  app.delete("/simulator/faults", (c) => {
    carrier.faults.clear();
    return c.body(null, 204);
  });
  app.delete("/simulator/faults/:id", (c) =>
    carrier.faults.remove(Number(c.req.param("id")))
      ? c.body(null, 204)
      : c.json({ error: "no such fault" }, 404),
  );
  app.put("/simulator/registrations", async (c) => {
    const given = registrationsSchema.safeParse(await c.req.json().catch(() => null));
    if (!given.success) return problems(c, given.error);
    carrier.registrations = given.data;
    return c.body(null, 204);
  });
  app.post("/simulator/inbound", (c) => typeOnHandset(c, carrier));
}

function healthOf(carrier: Carrier): Record<string, unknown> {
  return {
    status: "ok",
    accountSid: carrier.settings.accountSid,
    inboundUrl: carrier.settings.inboundUrl,
    messages: carrier.messages.size(),
    requests: carrier.ledger.size(),
    lastSeq: carrier.ledger.lastSeq(),
    optOuts: carrier.optOuts.size(),
    faults: carrier.faults.list().length,
    /**
     * Statuses and delayed callbacks still to come, and webhooks in flight: both are 0 when nothing will happen any
     * more.
     */
    pendingSteps: carrier.wheel.size(),
    pendingWebhooks: carrier.webhooks.pending(),
  };
}

function showLedger(c: SimulatorContext, carrier: Carrier): Response {
  const query = ledgerQuery.safeParse(c.req.query());
  if (!query.success) return problems(c, query.error);
  const { since, limit, format, to, sid, kind } = query.data;
  if (format === "summary") return c.json(summarise(carrier.ledger));
  const matches = (entry: LedgerEntry) =>
    (to === undefined || (entry.message?.to ?? entry.form?.To) === to) &&
    (sid === undefined || entry.message?.sid === sid) &&
    (kind === undefined || entry.kind === kind);
  const entries = carrier.ledger.entries(since, limit, matches);
  // The next request's `since`; a full page means that there may be more.
  const nextSince = entries.length === limit ? entries.at(-1)!.seq : carrier.ledger.lastSeq();
  return c.json({ entries: entries.map(ledgerEntryJson), nextSince, more: entries.length === limit });
}

async function addFaults(c: SimulatorContext, carrier: Carrier): Promise<Response> {
  const body = await jsonBody(c);
  if (body instanceof Response) return body;
  const several = Array.isArray(body);
  const requests = z
    .array(faultSchema)
    .min(1)
    .max(100)
    .safeParse(several ? body : [body]);
  if (!requests.success) return problems(c, requests.error);
  const faults = requests.data.map((request) => carrier.faults.add(request));
  return c.json(several ? { faults } : faults[0], 201);
}

async function typeOnHandset(c: SimulatorContext, carrier: Carrier): Promise<Response> {
  const body = await jsonBody(c);
  if (body instanceof Response) return body;
  const text = inboundSchema.safeParse(body);
  if (!text.success) return problems(c, text.error);
  const { wait, ...handsetText } = text.data;
  const { message, keyword, webhook } = await receiveInbound(carrier, handsetText);
  return c.json({ sid: message.sid, keyword, webhook: wait ? await webhook : null }, 201);
}

async function jsonBody(c: SimulatorContext): Promise<unknown> {
  // A page of another origin can post a form or plain text without a preflight, but not this type.
  if (!/^application\/json\b/.test(c.req.header("content-type") ?? "")) {
    return c.json({ error: "content-type must be application/json" }, 415);
  }
  return c.req.json().catch(() => c.json({ error: "the body is not JSON" }, 400));
}

function problems(c: SimulatorContext, error: z.ZodError): Response {
  return c.json({ error: z.prettifyError(error), issues: error.issues }, 400);
}
