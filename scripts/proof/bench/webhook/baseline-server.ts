// The webhook's baselines, on the same HTTP server, framework and signature check. `verify` answers once the
// signature is valid and keeps nothing. `insert` then commits one INSERT for each, and merges nothing. Takes one JSON
// argument and prints its port.

import { SIMULATOR_AUTH_TOKEN } from "@smscrm/core/process/environment";
import { openPipeline } from "@smscrm/db/postgres/connection";
import { listen } from "@smscrm/server/http/listen";
import { fieldOf, isSigned, parseForm } from "@smscrm/server/webhooks/signature";
import { Hono } from "hono";

const { mode, url, publicUrl } = JSON.parse(process.argv[2]!) as {
  mode: "verify" | "insert";
  url: string;
  publicUrl: string;
};
const sql = openPipeline(url, { name: "insert each", max: 16 });
const app = new Hono();
app.post("/webhooks/twilio/status/:attemptId", async (c) => {
  const form = parseForm(await c.req.text());
  const address = `${publicUrl}${new URL(c.req.url).pathname}`;
  if (!isSigned([SIMULATOR_AUTH_TOKEN], c.req.header("x-twilio-signature"), address, form)) {
    return c.text("The signature is not valid.\n", 403);
  }
  if (mode === "insert") {
    await sql`
      insert into webhook_events (kind, attempt_id, message_sid, message_status, signature_valid, outcome, payload)
      values ('status', ${c.req.param("attemptId")}, ${fieldOf(form, "MessageSid")}, ${fieldOf(form, "MessageStatus")},
        true, 'merged', ${sql.json(form)})
      on conflict do nothing`;
  }
  return c.body(null, 204);
});
const { port } = await listen({ host: "127.0.0.1", port: 0 }, (request) => app.fetch(request));
console.log(JSON.stringify({ port }));
