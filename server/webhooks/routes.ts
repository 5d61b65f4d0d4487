import type { StatusEvent } from "@smscrm/db/carrier/webhooks";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import twiml from "twilio/lib/twiml/MessagingResponse.js";
import type { Dependencies } from "../dependencies.ts";
import type { Visitors } from "../users/visitor.ts";
import { createAllowances } from "./allowances.ts";
import { createBatch } from "./batch.ts";
import { createForgedRecord } from "./forged.ts";
import { type Form, fieldOf, isSignature, isSigned, parseForm } from "./signature.ts";

const BYTES_MAX = 64 * 1024;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Kind = "status" | "inbound";

/**
 * Serves the carrier's webhooks: verify, store, commit, and only then answer 2xx, because the carrier repeats a request
 * without that answer. While the database is away they are kept on the disk. No tenant is needed: the matching rows
 * name it.
 */
export function webhookRoutes(dependencies: Dependencies, visitors: Visitors): Hono {
  const { intake, metrics, log } = dependencies;
  const forged = createForgedRecord(dependencies);
  const isAllowed = createAllowances(dependencies);
  const batch = createBatch<StatusEvent>(
    (events) => intake.statuses(events),
    (size) => metrics.webhookBatch.observe(size),
  );
  const routes = new Hono();
  routes.use(
    bodyLimit({ maxSize: BYTES_MAX, onError: (c) => c.text("A webhook has at most 64 kB.\n", 413) }),
  );

  /** Returns the signed form, or the response that refuses the request. */
  async function signedForm(c: Context, kind: Kind): Promise<Form | Response> {
    if (!isForm(c.req.header("content-type"))) {
      metrics.webhooks.inc({ kind, outcome: "refused" });
      return c.text("Send application/x-www-form-urlencoded.\n", 415);
    }
    const signature = c.req.header("x-twilio-signature");
    const mayBeUnsigned = () => isAllowed(visitors.visitorOf(c).address, kind, c.req.path);
    // Without anything like a signature the body is not read: most forgeries cost no more than this.
    if (!isSignature(signature) && !(await mayBeUnsigned())) return refused(c, kind);
    const form = parseForm(await c.req.text());
    if (!isSignature(signature)) return form;
    if (isSigned(dependencies.webhookTokens, signature, signedUrl(c), form)) return form;
    return (await mayBeUnsigned()) ? form : refused(c, kind);
  }

  async function refused(c: Context, kind: Kind): Promise<Response> {
    await forged(kind, c.req.path);
    return c.text("The signature is not valid.\n", 403);
  }

  const signedUrl = (c: Context) => {
    const { pathname, search } = new URL(c.req.url);
    return `${dependencies.publicUrl}${pathname}${search}`;
  };

  function failed(c: Context, kind: Kind, error: unknown): Response {
    metrics.webhooks.inc({ kind, outcome: "failed" });
    metrics.tally.failedWith(error);
    log.error({ error, kind }, "A webhook was not stored; the carrier is told to repeat it");
    return c.text("Not stored. Please repeat.\n", 503);
  }

  routes.post("/status/:attemptId", async (c) => {
    const form = await signedForm(c, "status");
    if (form instanceof Response) return form;
    const event = statusEvent(c.req.param("attemptId"), form);
    if (!event) return c.text("MessageSid and MessageStatus are needed.\n", 400);
    const stored = batch.add(event);
    if (!stored) {
      metrics.webhooks.inc({ kind: "status", outcome: "overloaded" });
      return c.text("Too many at once. Please repeat.\n", 503);
    }
    try {
      await stored;
    } catch (error) {
      return failed(c, "status", error);
    }
    metrics.webhooks.inc({ kind: "status", outcome: "stored" });
    return c.body(null, 204);
  });

  routes.post("/inbound", async (c) => {
    const form = await signedForm(c, "inbound");
    if (form instanceof Response) return form;
    const [messageSid, from, to] = ["MessageSid", "From", "To"].map((name) =>
      storable(fieldOf(form, name) ?? ""),
    );
    if (!messageSid || !from || !to) return c.text("MessageSid, From and To are needed.\n", 400);
    const body = fieldOf(form, "Body") ?? "";
    const optOutType = fieldOf(form, "OptOutType");
    try {
      const message = { messageSid, from, to, body: storable(body), optOutType, payload: storableForm(form) };
      await intake.inbound(message);
      metrics.webhooks.inc({ kind: "inbound", outcome: "stored" });
      return c.body(NO_ANSWER, 200, { "content-type": "text/xml; charset=utf-8" });
    } catch (error) {
      return failed(c, "inbound", error);
    }
  });

  return routes;
}

const isForm = (contentType = "") => /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType);

function statusEvent(attemptId: string, form: Form): StatusEvent | null {
  const messageSid = fieldOf(form, "MessageSid") ?? fieldOf(form, "SmsSid");
  const messageStatus = fieldOf(form, "MessageStatus") ?? fieldOf(form, "SmsStatus");
  if (!messageSid || !messageStatus) return null;
  const code = Number(fieldOf(form, "ErrorCode") || Number.NaN);
  return {
    attemptId: UUID.test(attemptId) ? attemptId.toLowerCase() : null,
    messageSid: storable(messageSid).slice(0, 64),
    messageStatus: storable(messageStatus).slice(0, 32),
    // The column's size: an event that does not fit would fail its whole batch.
    errorCode: Number.isInteger(code) && Math.abs(code) < 2 ** 31 ? code : null,
    payload: storableForm(form),
  };
}

/** PostgreSQL's text and jsonb accept neither NUL nor lone surrogates. */
const storable = (text: string) => text.replaceAll("\u0000", "\ufffd").toWellFormed();

function storableForm(form: Form): Form {
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => [
      storable(name),
      Array.isArray(value) ? value.map(storable) : storable(value),
    ]),
  );
}

/** Our answers are messages. An answer in the webhook would pass no gate, use no budget and appear in no conversation. */
const NO_ANSWER = new twiml().toString();
