// Only calls the carrier, through the product's own client, with this many calls in parallel: the upper bound of any
// sender. Takes one JSON argument and prints {"seconds", "workerMicrosEach"}.

import { randomUUID } from "node:crypto";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "@smscrm/core/process/environment";
import { twilioCarrier } from "@smscrm/worker/carrier/carrier";

const { port, messages, inFlight, warmUp } = JSON.parse(process.argv[2]!) as Record<string, number>;
const carrier = twilioCarrier({
  accountSid: SIMULATOR_ACCOUNT_SID,
  authToken: SIMULATOR_AUTH_TOKEN,
  origin: `http://127.0.0.1:${port}`,
  publicUrl: "http://127.0.0.1:3000",
});
const body = "Hi Ann, our spring sale starts today: 20% off everything. Acme. Reply STOP to opt out";

async function send(count: number): Promise<number> {
  let next = 0;
  const startedMs = performance.now();
  const lane = async () => {
    while (next < count) {
      const to = `+6141${String(next++).padStart(7, "0")}`;
      const message = { attemptId: randomUUID(), from: "+61480000001", to, body, validitySeconds: 300 };
      const answer = await carrier.submit(message);
      if (answer.kind !== "accepted") throw new Error(`The carrier answered ${answer.kind}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight! }, lane));
  return (performance.now() - startedMs) / 1_000;
}

await send(warmUp!);
await fetch(`http://127.0.0.1:${port}/count`);
const before = process.cpuUsage();
const seconds = await send(messages!);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ seconds, workerMicrosEach: Math.round((user + system) / messages!) }));
