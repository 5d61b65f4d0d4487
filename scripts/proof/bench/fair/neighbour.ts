import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Uses the product like the members of the neighbour tenant for some seconds: each in turn opens a page, pauses and
 * resumes. Prints every duration, as JSON. A program of its own, so that nothing else delays its clock.
 */
const { url, tenantId, members, seconds } = JSON.parse(process.argv[2]!) as {
  url: string;
  tenantId: string;
  members: string[];
  seconds: number;
};

/** What each page asks in one request, as in `client/data`. */
const PAGES: Readonly<Record<string, Record<string, unknown>>> = {
  home: { "home.summary": null, "inbox.counts": null, "alerts.open": null },
  campaigns: { "campaigns.list": {} },
  contacts: { "contacts.list": {}, "contacts.tags": null },
  messages: { "messages.list": { viewerZone: "Australia/Sydney" } },
  inbox: { "inbox.list": {}, "inbox.counts": null },
  settings: { "settings.get": null, "numbers.list": null, "budget.status": null },
};
/** A person's time between two pages. Without it the neighbour would be a load itself. */
const REST_MS = 20;

async function timed(cookie: string, path: string, body: string | undefined): Promise<number> {
  const from = performance.now();
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json", "x-forwarded-for": "203.0.113.7" },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  const ms = performance.now() - from;
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`);
  return ms;
}

const loop = monitorEventLoopDelay({ resolution: 5 });
loop.enable();
const pages: Record<string, number[]> = Object.fromEntries(Object.keys(PAGES).map((name) => [name, []]));
const pauses: number[] = [];
const resumes: number[] = [];
const failures: string[] = [];
let turn = 0;
const endsAt = performance.now() + seconds * 1_000;
for (let round = 0; performance.now() < endsAt; round += 1) {
  for (const [name, asked] of Object.entries(PAGES)) {
    const names = Object.keys(asked);
    const body = JSON.stringify(Object.fromEntries(names.map((each, at) => [at, asked[each]])));
    const pausePath = round % 2 ? "/trpc/killSwitch.pause" : `/tenants/${tenantId}/pause`;
    const member = members[turn++ % members.length]!;
    try {
      pages[name]!.push(await timed(member, `/trpc/${names.join(",")}?batch=1`, body));
      pauses.push(await timed(member, pausePath, round % 2 ? "{}" : undefined));
      resumes.push(await timed(member, `/tenants/${tenantId}/resume`, undefined));
    } catch (error) {
      failures.push((error as Error).message);
    }
    await sleep(REST_MS);
  }
}
console.log(JSON.stringify({ pages, pauses, resumes, failures, ownDelayMs: loop.percentile(99) / 1e6 }));
process.exit(0);
