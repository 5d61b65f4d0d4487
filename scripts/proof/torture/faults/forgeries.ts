import type { Environment } from "../environment/environment.ts";
import type { Forgery } from "../environment/records.ts";
import { pause } from "./processes.ts";

export type { Forgery } from "../environment/records.ts";

/**
 * Sends requests that only the carrier may send, without its token: receipts for messages in flight, and a STOP.
 * Their message ids differ from the simulator's, so that traces of them can be found.
 */
export async function forge(environment: Environment, times: number): Promise<Forgery[]> {
  environment.note(`forged: ${times} webhooks`);
  const attempts = await environment.operator.run(
    (sql) => sql<{ id: string }[]>`select id from send_attempts order by id desc limit ${times}`,
  );
  const statuses = attempts.map(({ id }) =>
    post(environment, `/webhooks/twilio/status/${id}`, { MessageSid: sid(), MessageStatus: "delivered" }),
  );
  const tenant = environment.tenants[0]!;
  const inbound = post(environment, "/webhooks/twilio/inbound", {
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

/** Retries without an answer, because the API may be dying. */
async function post(environment: Environment, path: string, form: Record<string, string>): Promise<Forgery> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const status = await postOnce(environment, path, form);
    if (status !== 0) return { path, status };
    await pause(300);
  }
  return { path, status: 0 };
}

async function postOnce(
  environment: Environment,
  path: string,
  form: Record<string, string>,
): Promise<number> {
  try {
    const response = await fetch(`${environment.publicUrl}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": "c2lnbmVkIGJ5IG5vYm9keSEhISE=",
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
