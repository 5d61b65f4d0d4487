import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../infra/simulator/start.ts";
import { twilioCarrier } from "./carrier.ts";

const ACCOUNT_SID = "AC00000000000000000000000000000001";
const AUTH_TOKEN = "5151515151515151aaaaaaaaaaaaaaaa";
const SECRET_TEXT = "Your test result is ready";
const TO = "+61401000001";

let simulator: RunningSimulator;
const servers: Server[] = [];
beforeEach(async () => {
  simulator = await startSimulator({ port: 0, segmentsPerSecond: 1e9 });
});
afterEach(async () => {
  await simulator.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const carrierAt = (origin: string, authToken = AUTH_TOKEN) =>
  twilioCarrier({ accountSid: ACCOUNT_SID, authToken, origin, publicUrl: "http://127.0.0.1:9" });
const message = (to = TO) => ({
  attemptId: "01936f3e-7c00-7000-8000-000000000001",
  from: "+61480001001",
  to,
  body: SECRET_TEXT,
  validitySeconds: 300,
});

/** Starts a server that gives every request the same answer, or none. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((_, response) =>
    response.writeHead(status, { location: "http://127.0.0.1:9/" }).end(body),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns all that an error could write to a log: its own fields, its causes, its stack. */
function everythingOf(error: unknown): string {
  const seen: string[] = [];
  for (let one = error as Error | undefined; one; one = one.cause as Error | undefined) {
    seen.push(
      String(one),
      one.stack ?? "",
      JSON.stringify(one),
      JSON.stringify(Object.getOwnPropertyNames(one)),
    );
  }
  return seen.join("\n");
}
const SECRETS = [
  AUTH_TOKEN,
  SECRET_TEXT,
  TO,
  "Authorization",
  Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString("base64"),
];

test("accepted: with a callback address that contains the attempt's id, retries requested, and a time limit for the carrier", async () => {
  const answer = await carrierAt(simulator.url).submit(message());
  expect(answer).toMatchObject({ kind: "accepted", status: "queued" });
  const [entry] = simulator.simulator.ledger.all();
  expect(entry?.form?.StatusCallback).toBe(
    "http://127.0.0.1:9/webhooks/twilio/status/01936f3e-7c00-7000-8000-000000000001#rc=5&rp=all&rt=4000",
  );
  expect(entry?.form?.ValidityPeriod).toBe("300");
});

test.each([
  ["+61401991610", 21610],
  ["+61401991211", 21211],
  ["+61401991614", 21614],
])("a refusal of %s returns its code", async (to, code) => {
  expect(await carrierAt(simulator.url).submit(message(to))).toMatchObject({ kind: "refused", code });
});

test("wrong credentials count as a refusal of the account", async () => {
  const answer = await carrierAt(simulator.url, "0".repeat(32)).submit(message());
  expect(answer).toMatchObject({ kind: "refused", httpStatus: 401, code: 20003 });
});

test("a refused connection proves that nothing was sent", async () => {
  const { url } = simulator;
  await simulator.close();
  const answer = await carrierAt(url).submit(message());
  expect(answer).toMatchObject({
    kind: "no-answer",
    cause: expect.stringMatching(/ECONNREFUSED|ConnectionRefused/),
  });
});

test.each([
  ["a reset after the request", "+61401980105"],
  ["a reset before the carrier accepted it", "+61401980104"],
])("%s proves nothing", async (_, to) => {
  const answer = await carrierAt(simulator.url).submit(message(to));
  expect(answer).toMatchObject({ kind: "no-answer", cause: expect.not.stringMatching(/REFUSED|NOTFOUND/i) });
});

test.each([
  ["a page from a proxy", 200, "<html>Welcome</html>"],
  ["a success without a message", 201, "{}"],
  ["half an answer", 201, '{"sid": "SM'],
])("%s is no answer", async (_, status, body) => {
  expect(await carrierAt(await answering(status, body)).submit(message())).toMatchObject({
    kind: "no-answer",
  });
});

test("a redirect is not followed: a text is never sent to another server", async () => {
  const answer = await carrierAt(await answering(307, "")).submit(message());
  expect(answer).toMatchObject({ kind: "refused", httpStatus: 307 });
});

test("no error contains credentials, a number or the text", async () => {
  const { url } = simulator;
  const failing = [
    carrierAt(
      await answering(
        500,
        JSON.stringify({ code: 20500, message: `failed: ${SECRET_TEXT} ${TO}`, status: 500 }),
      ),
    ),
    carrierAt(await answering(200, SECRET_TEXT)),
    carrierAt("http://127.0.0.1:1"),
    carrierAt(url, "0".repeat(32)),
  ];
  for (const carrier of failing) {
    const errors = await Promise.all([
      carrier.listTo(TO, new Date(0)).then(
        () => null,
        (error: unknown) => error,
      ),
      carrier.fetch(`SM${"0".repeat(32)}`).then(
        () => null,
        (error: unknown) => error,
      ),
      carrier.submit(message()),
    ]);
    for (const error of errors) {
      const shown = error instanceof Error ? everythingOf(error) : JSON.stringify(error);
      for (const secret of SECRETS) expect(shown).not.toContain(secret);
    }
  }
});

test("a message is found by its recipient and by its id; an unknown id is null", async () => {
  const carrier = carrierAt(simulator.url);
  const answer = await carrier.submit(message());
  const sid = answer.kind === "accepted" ? answer.sid : "";
  expect(await carrier.listTo(TO, new Date(Date.now() - 60_000))).toMatchObject([
    { sid, to: TO, body: SECRET_TEXT },
  ]);
  expect(await carrier.listTo(TO, new Date(Date.now() + 60_000))).toEqual([]);
  expect(await carrier.fetch(sid)).toMatchObject({ sid });
  expect(await carrier.fetch(`SM${"0".repeat(32)}`)).toBeNull();
});
