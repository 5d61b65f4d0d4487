import { readFileSync } from "node:fs";
import { callOverTrpc } from "../../demo/session.ts";

/**
 * Measures how long each page's data takes on a running server, with the dashboard's requests: `bun
 * scripts/proof/pages/measure.ts [TIMES]`. SMSCRM_URL and DATA_DIR as in `pnpm demo`. Prints the median and the 95th
 * percentile in milliseconds.
 */
const times = Number(process.argv[2] ?? 40);
const url = process.env.SMSCRM_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`;
const account = JSON.parse(readFileSync(`${process.env.DATA_DIR ?? ".data"}/demo-sign-in.json`, "utf8"));
const { api } = await callOverTrpc(url, account);

const { items: campaigns } = await api.campaigns.list.query({ limit: 50 });
const large = campaigns.find((campaign) => campaign.audienceCount > 0) ?? campaigns[0]!;
const deep = await cursorAfter(20, (cursor) => api.messages.list.query({ cursor, limit: 100 }));
const { items: talks } = await api.inbox.list.query({ limit: 1 });
const { items: people } = await api.contacts.list.query({ limit: 1 });
const { items: jobs } = await api.messages.list.query({ limit: 1, status: "failed" });
const { today } = await api.home.summary.query();

const pages: Record<string, () => Promise<unknown>> = {
  Home: () => api.home.summary.query(),
  Campaigns: () => api.campaigns.list.query({}),
  "Campaign, live": () => api.campaigns.progress.query({ id: large.id }),
  "Campaign, chart": () => api.campaigns.pace.query({ id: large.id }),
  Messages: () => api.messages.list.query({}),
  "Messages, page 21": () => api.messages.list.query({ cursor: deep }),
  "Messages, failed": () => api.messages.list.query({ status: "failed" }),
  "Messages, by reason": () => api.messages.list.query({ status: "queued", reason: "Quiet hours" }),
  "Messages, of a campaign by reason": () =>
    api.messages.list.query({ campaignId: large.id, status: "failed", reason: "Do not contact" }),
  "Messages, by number": () => api.messages.list.query({ phone: people[0]!.phone }),
  "Messages, handed over today": () => api.messages.list.query({ submittedSince: today.since.toString() }),
  Message: () => api.messages.get.query({ id: jobs[0]!.id }),
  Contacts: () => api.contacts.list.query({}),
  "Contacts, by name": () => api.contacts.list.query({ search: "mia ngu" }),
  "Contacts, by number": () => api.contacts.list.query({ search: "0400 123" }),
  "Contacts, by tag": () => api.contacts.list.query({ tag: "group-7" }),
  "Contacts, opted out": () => api.contacts.list.query({ optedOut: true }),
  "Tags of the contact list": () => api.contacts.tags.query(),
  Contact: () => api.contacts.get.query({ id: people[0]!.id }),
  Inbox: () => api.inbox.list.query({}),
  "Inbox, possible opt-outs": () => api.inbox.list.query({ view: "undecided" }),
  "Inbox, counts": () => api.inbox.counts.query(),
  Conversation: () => api.inbox.turns.query({ phone: talks[0]!.phone }),
  "Reply outlook": () => api.inbox.correspondence.query({ phone: talks[0]!.phone }),
  "Do not contact": () => api.doNotContact.list.query({}),
  Budgets: () => api.budget.status.query(),
  Numbers: () => api.numbers.list.query(),
  "Audit log": () => api.audit.list.query({}),
  System: () => api.system.status.query(),
};

for (const [name, ask] of Object.entries(pages)) {
  const ms: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const before = performance.now();
    await ask();
    ms.push(performance.now() - before);
  }
  ms.sort((a, b) => a - b);
  const at = (share: number) =>
    ms[Math.min(ms.length - 1, Math.floor(ms.length * share))]!.toFixed(1).padStart(8);
  console.log(`${name.padEnd(36)} median ${at(0.5)}  p95 ${at(0.95)}`);
}

/** Returns the cursor after this many pages. */
async function cursorAfter(
  pagesBefore: number,
  read: (cursor: string | null) => Promise<{ nextCursor: string | null }>,
): Promise<string | null> {
  let cursor: string | null = null;
  for (let page = 0; page < pagesBefore; page += 1) cursor = (await read(cursor)).nextCursor ?? cursor;
  return cursor;
}
