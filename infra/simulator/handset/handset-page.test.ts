import { afterEach, beforeEach, expect, test } from "vitest";
import { createManualClock } from "../clock.ts";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "../rest/account.ts";
import { createSimulator, type Simulator } from "../simulator.ts";

const OURS = "+61480000001";
const HANDSET = "+61491570006";
const authorization = `Basic ${Buffer.from(`${SIMULATOR_ACCOUNT_SID}:${SIMULATOR_AUTH_TOKEN}`).toString("base64")}`;
let clock: ReturnType<typeof createManualClock>;
let simulator: Simulator;

beforeEach(() => {
  clock = createManualClock(Date.parse("2026-11-23T08:00:00Z"));
  // Nothing listens at this address: the page must not depend on the application.
  simulator = createSimulator({ clock, inboundUrl: "http://127.0.0.1:9/inbound#rc=0" });
});
afterEach(() => simulator.close());

const send = (to: string, body: string) =>
  simulator.app.request(`/2010-04-01/Accounts/${SIMULATOR_ACCOUNT_SID}/Messages.json`, {
    method: "POST",
    headers: { authorization },
    body: new URLSearchParams({ To: to, From: OURS, Body: body }),
  });
const page = async (query = "") => (await simulator.app.request(`/${query}`)).text();
const reply = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  simulator.app.request(`/simulator/handsets/${encodeURIComponent(HANDSET)}/reply`, {
    method: "POST",
    headers,
    body: new URLSearchParams({ to: OURS, ...form }),
  });

test("finds a phone by its national number and shows its texts, escaped", async () => {
  await send(HANDSET, "<script>alert(1)</script> & more");
  await send("+61491570156", "someone else's");
  clock.advance(5000);
  const found = await page("?search=0491 570 006");
  expect(found).toContain(`<h2>${HANDSET}</h2>`);
  expect(found).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
  expect(found).not.toContain("someone else");
  expect(await page()).toContain("someone else&#39;s");
});

test("a text that has not arrived is marked", async () => {
  await send(HANDSET, "on its way");
  const bubbles = async () => {
    const answer = await simulator.app.request(`/simulator/handsets/${encodeURIComponent(HANDSET)}`);
    return ((await answer.json()) as { bubbles: { arrived: boolean; status: string }[] }).bubbles;
  };
  expect(await bubbles()).toMatchObject([{ arrived: false, status: "queued" }]);
  clock.advance(5000);
  expect(await bubbles()).toMatchObject([{ arrived: true, status: "delivered" }]);
});

test("STOP by its button, with an empty answer box, blocks; the page says so without a script", async () => {
  await send(HANDSET, "Sale");
  expect((await reply({ quick: "STOP", body: "" })).status).toBe(303);
  expect(await page(`?handset=${encodeURIComponent(HANDSET)}`)).toContain(
    `Blocked by STOP: <span>${OURS}</span>`,
  );
  expect((await send(HANDSET, "Again")).status).toBe(400);
});

test("an answer to a name, to nobody, or from another site is refused", async () => {
  expect((await reply({ to: "Acme", body: "Hi" })).status).toBe(400);
  expect((await reply({ to: "", body: "Hi" })).status).toBe(400);
  expect((await reply({ body: "Hi" }, { "sec-fetch-site": "cross-site" })).status).toBe(403);
});
