import type { Hono } from "hono";
import type { Carrier } from "../carrier.ts";
import { receiveInbound } from "../messages/inbound.ts";
import { normaliseNumber, numberFacts, senderTypeOf } from "../messages/phone-numbers.ts";
import type { SimulatorContext, SimulatorEnv } from "../rest/exchange.ts";
import { handsetPage } from "./handset-page.ts";
import { conversationOf, handsetsMatching } from "./handsets.ts";

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; form-action 'self'; base-uri 'none'";

/** Serves the handset page, where a person reads the texts and answers STOP. It works without its script, too. */
export function addHandsetRoutes(app: Hono<SimulatorEnv>, carrier: Carrier): void {
  app.get("/", (c) => {
    const search = c.req.query("search") ?? "";
    const handsets = handsetsMatching(carrier, search);
    const number =
      normaliseNumber(c.req.query("handset") ?? "") || (search === "" ? "" : (handsets[0]?.number ?? ""));
    const conversation = number === "" ? null : conversationOf(carrier, number);
    c.header("content-security-policy", PAGE_POLICY);
    return c.html(handsetPage({ search, handsets, conversation }));
  });
  app.get("/simulator/handsets", (c) =>
    c.json({ handsets: handsetsMatching(carrier, c.req.query("search") ?? "") }),
  );
  app.get("/simulator/handsets/:number", (c) =>
    c.json(conversationOf(carrier, normaliseNumber(c.req.param("number")))),
  );
  app.post("/simulator/handsets/:number/reply", (c) => reply(c, carrier));
}

async function reply(c: SimulatorContext, carrier: Carrier): Promise<Response> {
  if (c.req.header("sec-fetch-site") === "cross-site") return c.text("not from another site", 403);
  const from = normaliseNumber(c.req.param("number") ?? "");
  const form = await c.req.parseBody();
  const to = normaliseNumber(String(form.to ?? ""));
  const body = String(form.quick ?? form.body ?? "").slice(0, 1600);
  if (numberFacts(from) === null || !canReceive(to))
    return c.text("this text cannot be sent: no such number", 400);
  if (body.trim() !== "") await receiveInbound(carrier, { from, to, body });
  return c.redirect(`/?handset=${encodeURIComponent(from)}`, 303);
}

/** Whether the number can receive an answer; an alphanumeric sender can't. */
function canReceive(number: string): boolean {
  const type = senderTypeOf(number);
  return type !== null && type !== "alphanumeric";
}
