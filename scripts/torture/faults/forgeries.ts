import type { World } from "../world/world.ts";
import { pause } from "./processes.ts";

/** What strangers were told: anything but 403 is a breach. */
export interface Forgery {
  path: string;
  status: number;
}

/**
 * Requests that only the carrier may make, from somebody who does not know the token: receipts for messages that are
 * under way, and a STOP. Their message ids are unlike any of the simulator's, so that the judge finds their traces.
 */
export async function forge(world: World, times: number): Promise<Forgery[]> {
  world.note(`forged: ${times} webhooks`);
  const attempts = await world.operator.run(
    (sql) => sql<{ id: string }[]>`select id from send_attempts order by id desc limit ${times}`,
  );
  const statuses = attempts.map(({ id }) =>
    post(world, `/webhooks/twilio/status/${id}`, { MessageSid: sid(), MessageStatus: "delivered" }),
  );
  const tenant = world.tenants[0]!;
  const inbound = post(world, "/webhooks/twilio/inbound", {
    MessageSid: sid(),
    From: tenant.people[0]!.phone,
    To: tenant.number,
    Body: "STOP",
  });
  return Promise.all([...statuses, inbound]);
}

let forged = 0;
export const FORGED_SID = /^SMf0f0f0f0/;
const sid = () => `SMf0f0f0f0${String(++forged).padStart(24, "0")}`;

const TRIES = 6;

/** Tried again where nobody answered: the API may just be dying. */
async function post(world: World, path: string, form: Record<string, string>): Promise<Forgery> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const status = await postOnce(world, path, form);
    if (status !== 0) return { path, status };
    await pause(300);
  }
  return { path, status: 0 };
}

async function postOnce(world: World, path: string, form: Record<string, string>): Promise<number> {
  try {
    const response = await fetch(`${world.publicUrl}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": "c2lnbmVkIGJ5IG5vYm9keQ==",
      },
      body: new URLSearchParams(form).toString(),
      signal: AbortSignal.timeout(10_000),
    });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}
