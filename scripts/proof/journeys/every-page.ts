import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { callOverTrpc, type Session } from "../../demo/session.ts";

/** The running server: SMSCRM_URL, or this machine's PORT. */
export const ORIGIN = process.env.SMSCRM_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`;

export interface Address {
  name: string;
  at: string;
}

/** Returns every page, with one example of each noun. */
export async function addresses({ api }: Session): Promise<Address[]> {
  const [campaigns, messages, contacts, imports, inbox] = await Promise.all([
    api.campaigns.list.query({}),
    api.messages.list.query({}),
    api.contacts.list.query({}),
    api.imports.list.query({}),
    api.inbox.list.query({ view: "all" }),
  ]);
  const fixed = [
    "/",
    "/campaigns",
    "/campaigns/new",
    "/campaigns/approvals",
    "/templates",
    "/templates/new",
    "/templates/snippets",
    "/templates/snippets/new",
    "/templates/languages",
    "/flows",
    "/flows/new",
    "/inbox",
    "/inbox/settings",
    "/messages",
    "/reports",
    "/contacts",
    "/audiences",
    "/contacts/import",
    "/contacts/duplicates",
  ];
  const more = [
    "/audiences/new",
    "/do-not-contact",
    "/budgets",
    "/numbers",
    "/settings",
    "/settings/single-sign-on",
    "/security",
    "/alerts",
    "/audit",
    "/privacy",
    "/system",
    "/nothing-here",
  ];
  const failed = messages.items.find((message) => message.status === "failed") ?? messages.items[0];
  return [
    ...[...fixed, ...more].map((at) => ({
      name: at === "/" ? "home" : at.slice(1).replaceAll("/", "-"),
      at,
    })),
    ...campaigns.items
      .slice(0, 2)
      .map(({ id }, n) => ({ name: `campaign-${n + 1}`, at: `/campaigns/${id}` })),
    ...(failed ? [{ name: "message", at: `/messages/${failed.id}` }] : []),
    ...contacts.items.slice(0, 1).map(({ id }) => ({ name: "contact", at: `/contacts/${id}` })),
    ...(contacts.items.length > 1
      ? [{ name: "merge", at: `/contacts/${contacts.items[0]!.id}/merge/${contacts.items[1]!.id}` }]
      : []),
    ...imports.items.slice(0, 1).map(({ id }) => ({ name: "import", at: `/contacts/import/${id}` })),
    ...inbox.items
      .slice(0, 1)
      .map(({ phone }) => ({ name: "conversation", at: `/inbox#with=${encodeURIComponent(phone)}` })),
  ];
}

/** Signs in with the demo account in the server's DATA_DIR. */
export function demoSession(): Promise<Session> {
  const file = path.resolve(process.env.DATA_DIR ?? ".data", "demo-sign-in.json");
  return callOverTrpc(ORIGIN, JSON.parse(readFileSync(file, "utf8")));
}

/** Opens a page in a new signed-in browser with an empty cache. */
export async function openedBy(
  session: Session,
  browser: Browser,
  viewport: { width: number; height: number },
): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: "en-AU", timezoneId: "Australia/Sydney" });
  const [name, value] = session.cookie().split(";")[0]!.split("=") as [string, string];
  await context.addCookies([{ name, value, url: ORIGIN }]);
  return context.newPage();
}
