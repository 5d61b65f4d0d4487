import type { Hono } from "hono";
import type { Carrier } from "../carrier.ts";
import type { LedgerEntry, RequestKind } from "../messages/ledger.ts";
import { cancelMessage } from "../messages/lifecycle.ts";
import { isFinal, type Message } from "../messages/message.ts";
import { createAuthorizer } from "./account.ts";
import { createMessage, pause } from "./create-request.ts";
import {
  type Answer,
  disturbedAnswer,
  errorAnswer,
  jsonAnswer,
  type SimulatorContext,
  type SimulatorEnv,
} from "./exchange.ts";
import { field, parseForm } from "./form.ts";
import { messageJson } from "./message-json.ts";
import { listMessages } from "./message-list.ts";

const COLLECTION = "/2010-04-01/Accounts/:account/Messages.json";
const ONE = "/2010-04-01/Accounts/:account/Messages/:file";

type Act = (c: SimulatorContext, entry: LedgerEntry) => Promise<Answer> | Answer;

/** Adds the message routes of Twilio's REST API. */
export function addCarrierRoutes(app: Hono<SimulatorEnv>, carrier: Carrier, closing: AbortSignal): void {
  const { ledger, settings, messages } = carrier;
  const isAuthorized = createAuthorizer(settings.accountSid, settings.authToken);
  const collectionPath = COLLECTION.replace(":account", settings.accountSid);
  let concurrent = 0;

  /** Writes the request into the ledger first, then authenticates, then runs the action. */
  const route = (kind: RequestKind, act: Act) => async (c: SimulatorContext) => {
    const receivedAt = settings.clock.now();
    // Nearly every entry shares this string.
    const path = c.req.path === collectionPath ? collectionPath : c.req.path;
    const entry = ledger.receive(kind, c.req.method, path, receivedAt);
    concurrent += 1;
    try {
      if (settings.latencyMs > 0) await pause(carrier, settings.latencyMs);
      const { response, status, code } =
        barredBy(c) ?? (await disturbRead(c, entry)) ?? (await act(c, entry));
      entry.answerStatus = status;
      entry.code = code;
      if (status !== null) response.headers.set("twilio-concurrent-requests", String(concurrent));
      return response;
    } finally {
      concurrent -= 1;
    }
  };

  const barredBy = (c: SimulatorContext): Answer | null => {
    if (!isAuthorized(c.req.header("authorization"))) return errorAnswer(20003);
    if (c.req.param("account") !== settings.accountSid) return errorAnswer(20404);
    return settings.concurrencyLimit !== undefined && concurrent > settings.concurrencyLimit
      ? errorAnswer(20429)
      : null;
  };

  const disturbRead = async (c: SimulatorContext, entry: LedgerEntry): Promise<Answer | null> => {
    if (entry.kind === "create") return null;
    const fault = carrier.faults.forRequest("read", c.req.query("To") ?? "", c.req.query("From") ?? "");
    if (fault === null) return null;
    if (fault.latencyMs > 0) await pause(carrier, fault.latencyMs);
    if (fault.disturbance === null) return null;
    entry.outcome = fault.disturbance.kind;
    return disturbedAnswer(c, fault.disturbance, closing);
  };

  const onMessage = (
    kind: RequestKind,
    act: (c: SimulatorContext, message: Message) => Promise<Answer> | Answer,
  ) =>
    route(kind, (c, entry) => {
      const message = messages.get((c.req.param("file") ?? "").replace(/\.json$/, ""));
      if (message === undefined) return errorAnswer(20404);
      entry.message = message;
      return act(c, message);
    });

  app.post(
    COLLECTION,
    route("create", (c, entry) => createMessage(c, carrier, entry, closing)),
  );
  app.get(
    COLLECTION,
    route("list", (c) =>
      jsonAnswer(200, listMessages(messages, new URL(c.req.url).searchParams, settings.accountSid)),
    ),
  );
  app.get(
    ONE,
    onMessage("fetch", (_c, message) => jsonAnswer(200, messageJson(message, settings.accountSid))),
  );
  app.post(
    ONE,
    onMessage("update", (c, message) => updateMessage(c, carrier, message)),
  );
  app.delete(
    ONE,
    onMessage("delete", (_c, message) => deleteMessage(carrier, message)),
  );
  app.all(
    "/2010-04-01/*",
    route("other", () => errorAnswer(20404)),
  );
}

/** Cancels a scheduled message (`Status=canceled`) or redacts one at rest (`Body=`). */
async function updateMessage(c: SimulatorContext, carrier: Carrier, message: Message): Promise<Answer> {
  const form = parseForm(await c.req.text());
  if (field(form, "Status") === "canceled") {
    if (!cancelMessage(carrier, message)) return errorAnswer(30409);
  } else if (field(form, "Body") === "" && isFinal(message)) {
    message.body = "";
    if (message.entry?.form) message.entry.form.Body = "";
    carrier.journal.write({ k: "r", sid: message.sid });
  } else return errorAnswer(20001);
  await carrier.journal.committed();
  return jsonAnswer(200, messageJson(message, carrier.settings.accountSid));
}

async function deleteMessage(carrier: Carrier, message: Message): Promise<Answer> {
  if (!isFinal(message)) return errorAnswer(20001);
  message.deleted = true;
  carrier.journal.write({ k: "d", sid: message.sid });
  await carrier.journal.committed();
  return { response: new Response(null, { status: 204 }), status: 204, code: null };
}
