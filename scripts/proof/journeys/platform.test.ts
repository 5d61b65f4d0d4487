import { classifyReply } from "@smscrm/core/replies/replies";
import { FICTION } from "@smscrm/server/testing/test-api";
import { replayLoop } from "@smscrm/worker/rules/replay-loop";
import type { Page } from "playwright-core";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { joinAs, keepCodes, setUpApp } from "./person.ts";
import { type Production, startProduction } from "./production.ts";

const OPERATOR = "pat@platform.example.com";
const OWNER = "ada@example.com";
const PASSWORD = "the first one she chose";

let production: Production;
let url: string;
let sql: postgres.Sql;

beforeAll(async () => {
  production = await startProduction("127.0.0.1");
  url = production.url;
  sql = postgres(production.databaseUrl, { max: 1 });
}, 300_000);
afterAll(async () => {
  await sql?.end();
  await production?.stop();
}, 120_000);

const shot = (page: Page, name: string) => production.shot(page, `platform-${name}`);
const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
const dialog = (page: Page) => page.getByRole("dialog");
const menu = (page: Page) => page.getByRole("navigation", { name: "Main" }).first();

/** Replays a draft by the worker's own loop and login, because no worker runs here. */
async function replayByWorker(): Promise<void> {
  const pipeline = postgres(production.environment.DATABASE_WORKER_URL, { max: 1 });
  const isDone = async () =>
    (await sql`select from country_rule_changes where replay_state = 'done' and status = 'open'`).length > 0;
  while (!(await isDone())) await replayLoop({ pipeline, stop: new AbortController().signal }).run();
  await pipeline.end();
}

/** Gives the reason that a dialog asks for. */
async function giveReason(page: Page, reason: string, action: string): Promise<void> {
  await dialog(page).getByLabel("Reason").fill(reason);
  await dialog(page).getByRole("button", { name: action, exact: true }).click();
  await dialog(page).waitFor({ state: "hidden" });
}

// One journey in order: each step needs the result of the one before.
describe("a platform operator", () => {
  let operator: Page;
  let owner: Page;
  const refused: string[] = [];
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    await shot(operator, "failed");
    if (owner) await shot(owner, "failed-owner");
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));

  it("joins by the console's link, and must set up a second factor first", async () => {
    const { link } = await production.ops("platform", "invite", OPERATOR);
    operator = await production.strangersPage();
    await joinAs(operator, link, { name: "Pat", password: PASSWORD });
    await operator.getByRole("button", { name: "Set up an app" }).waitFor();
    await shot(operator, "second-factor");
    await setUpApp(operator);
    await keepCodes(operator);
    await operator.goto(url);
    await heading(operator, "Organisations");
    operator.on("response", (response) => {
      if (response.status() === 403) refused.push(new URL(response.url()).pathname);
    });
    expect(await menu(operator).getByRole("link").allTextContents()).toEqual([
      "Organisations",
      "Countries",
      "Platform members",
      "Audit log",
    ]);
    expect((await production.ops("platform", "list")).output).toContain(`${OPERATOR}  Pat, owner`);
    expect((await production.ops("tenant", "list")).output).toContain("There is no organisation yet");
    const { output } = await production.ops("health").catch(({ message }) => ({ output: String(message) }));
    expect(output).not.toContain("Platform");
  });

  it("creates an organisation, whose owner joins by the link", async () => {
    await operator.getByRole("button", { name: "New organisation" }).click();
    await dialog(operator).getByLabel("Name").fill("Acme");
    await dialog(operator).getByLabel("Country").fill("au");
    await dialog(operator).getByLabel("Time zone").fill("Australia/Sydney");
    await dialog(operator).getByLabel("Owner’s email").fill(OWNER);
    await shot(operator, "create");
    await dialog(operator).getByRole("button", { name: "Create" }).click();
    const shown = operator.getByRole("dialog", { name: "Invitation link" });
    const link = (await shown.locator(".font-mono").textContent())!;
    production.tokens.push(link.split("#")[1]!);
    await shown.getByRole("button", { name: "Close" }).click();
    owner = await production.strangersPage();
    await joinAs(owner, link, { name: "Ada", password: PASSWORD });
    await heading(owner, "Home");
    await operator.getByRole("link", { name: "Acme" }).click();
    await heading(operator, "Acme");
    await operator.getByText(OWNER).waitFor();
  });

  it("sets limits that the owner sees and can't pass", async () => {
    await operator.getByRole("button", { name: "Change" }).click();
    await dialog(operator).getByLabel("Budget per day, USD").fill("100");
    await dialog(operator).getByLabel("Earliest text").fill("10:00");
    await dialog(operator).getByLabel("Latest text").fill("18:00");
    await dialog(operator).getByLabel("Reason").fill("Contract of November");
    await shot(operator, "limits");
    await dialog(operator).getByRole("button", { name: "Save limits" }).click();
    await operator.getByText("Limits saved, 1 setting lowered.").waitFor();
    await operator.getByText("10:00–18:00").waitFor();
    await shot(operator, "organisation");
    await owner.goto(`${url}/settings#limits`);
    await owner.getByText("The platform allows at most 100").waitFor();
    await owner.getByText("The platform allows texts only within 10:00–18:00.").waitFor();
    await owner.getByLabel("Budget per day, USD").fill("100.01");
    await owner.locator("#limits").getByRole("button", { name: "Save" }).click();
    await owner.getByText("The platform's operator limits the daily budget to 100.00.").waitFor();
    await shot(owner, "limit-refused");
    expect((await production.ops("tenant", "limits", "acme")).output).toMatch(/daily budget +100\.00 USD/);
  });

  it("sets rules of a country with their source, exports them, and puts the shipped ones back", async () => {
    const change = async (rule: string, fields: Record<string, string>) => {
      await operator.getByRole("button", { name: `Change ${rule}` }).click();
      for (const [label, text] of Object.entries(fields))
        await dialog(operator).getByLabel(label, { exact: true }).fill(text);
      await dialog(operator).getByLabel("Source").fill("https://example.com/rules");
    };
    const save = async () => {
      await dialog(operator).getByRole("button", { name: "Save" }).click();
      await dialog(operator).waitFor({ state: "hidden" });
    };
    await menu(operator).getByRole("link", { name: "Countries" }).click();
    await operator.getByLabel("Search").fill("kenya");
    await operator.getByRole("link", { name: "Kenya" }).click();
    await heading(operator, "Kenya");
    await operator.getByText("No price in core/data/rate-card.json").waitFor();
    await change("price", { "Price per segment, US$": "0" });
    await dialog(operator).getByRole("button", { name: "Save" }).click();
    await dialog(operator)
      .getByText(/nothing is ever sent free/)
      .waitFor();
    await dialog(operator).getByLabel("Price per segment, US$").fill("0.0314");
    await save();
    const days = Object.fromEntries(["Monday", "Tuesday", "Wednesday"].map((day) => [day, "10:00-16:00"]));
    await change("hours", { ...days, "Law or practice": "Rules of the authority" });
    await operator.setViewportSize({ width: 360, height: 800 });
    await shot(operator, "country-hours-360");
    await operator.setViewportSize({ width: 1280, height: 900 });
    await shot(operator, "country-hours");
    await save();
    await operator.getByText("Rules of the authority").waitFor();
    await change("public holidays", { "Public holidays": "12-12 Jamhuri Day" });
    await save();
    await shot(operator, "country");
    const [download] = await Promise.all([
      operator.waitForEvent("download"),
      operator.getByRole("button", { name: "Export" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("country-rules-KE.json");
    expect((await production.ops("law", "check", "KE")).output).toContain("Set by the platform since");
    await operator.getByRole("button", { name: "Use shipped hours" }).click();
    await dialog(operator).getByLabel("Reason").fill("It was a try");
    await dialog(operator).getByRole("button", { name: "Use shipped" }).click();
    await dialog(operator)
      .getByText(/the law's hours become longer/)
      .waitFor();
    await shot(operator, "country-looser");
    await dialog(operator).getByRole("button", { name: "See what this would have changed" }).click();
    await heading(operator, "Hours: draft");
    await operator.getByText("Replaying the last 30 days").waitFor();
    await shot(operator, "country-draft-waiting");
    await replayByWorker();
    await operator.getByText("Nothing is sent differently yet").waitFor();
    await operator.getByText("In the last 30 days nothing was decided").waitFor();
    await operator.getByText("The platform has no other operator, so you can activate it alone").waitFor();
    expect(await accessibilityFaultsOf(operator, url, [new URL(operator.url()).pathname])).toEqual([]);
    await operator.emulateMedia({ colorScheme: "light" });
    await operator.getByText("Nothing is sent differently yet").waitFor();
    await shot(operator, "country-draft");
    await operator.setViewportSize({ width: 360, height: 800 });
    await shot(operator, "country-draft-360");
    await operator.setViewportSize({ width: 1280, height: 900 });
    await operator.getByRole("button", { name: "Withdraw" }).click();
    await operator.getByText("The draft was withdrawn.").waitFor();
    await operator.getByRole("link", { name: "Kenya" }).first().click();
    await heading(operator, "Kenya");
    await operator.getByRole("table", { name: "Drafts" }).getByText("Withdrawn").waitFor();
    const at = new Date().toISOString();
    const replies = [1, 2, 3].map((n) => ({
      ...{ sid: `SM${n}`, phone: `+25471234567${n}`, kind: classifyReply("weya") },
      facts: n === 3 ? null : { at, law: 0 },
    }));
    await sql`
      insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind, facts)
      select t.id, sid, phone, '+254700000000', 'weya', r.kind, nullif(facts, 'null') from tenants t,
        jsonb_to_recordset(${sql.json(replies)}) as r (sid text, phone text, kind text, facts jsonb)
      where t.name = 'Acme'`;
    await change("reply words", { Language: "Luo", "Means STOP": "weya" });
    await dialog(operator).getByRole("button", { name: "See what this would have changed" }).click();
    await heading(operator, "Reply words: draft");
    await replayByWorker();
    await operator
      .getByText("In the last 30 days 2 more replies would have been heard as an opt-out")
      .waitFor();
    await operator.getByText("1 from before smscrm stored what a replay needs").waitFor();
    expect(await accessibilityFaultsOf(operator, url, [new URL(operator.url()).pathname])).toEqual([]);
    await shot(operator, "country-replies-draft");
    await operator.emulateMedia({ colorScheme: "dark" });
    await operator.setViewportSize({ width: 360, height: 800 });
    await shot(operator, "country-replies-draft-360");
    await operator.emulateMedia({ colorScheme: "light" });
    await operator.setViewportSize({ width: 1280, height: 900 });
    await operator.getByRole("button", { name: "Withdraw" }).click();
    await operator.getByText("The draft was withdrawn.").waitFor();
    await operator.getByRole("link", { name: "Kenya" }).first().click();
    await heading(operator, "Kenya");
    await operator.getByRole("button", { name: "Use shipped hours" }).click();
    await dialog(operator).getByLabel("Reason").fill("It was a try");
    await dialog(operator).getByRole("button", { name: "Use shipped" }).click();
    await dialog(operator).getByLabel("I have read the source, and it allows this").check();
    await dialog(operator).getByRole("button", { name: "Use shipped" }).click();
    await dialog(operator).waitFor({ state: "hidden" });
    await menu(operator).getByRole("link", { name: "Organisations" }).click();
    await operator.getByRole("link", { name: "Acme" }).click();
    await heading(operator, "Acme");
  });

  it("asks to look inside, and an owner decides", async () => {
    const [tenant] = await sql<{ id: string }[]>`select id from tenants where name = 'Acme'`;
    await sql`
      insert into contacts (tenant_id, phone_e164, country, line_type, first_name, timezone, timezone_source, consent_basis)
      values (${tenant!.id}, ${FICTION[0]}, 'AU', 'MOBILE', 'Mia', 'Australia/Sydney', 'stated', 'express')`;
    await operator.getByRole("button", { name: "Ask an owner" }).click();
    await giveReason(operator, "Ticket 4711: no receipts", "Ask");
    await operator.getByText("Asked. An owner has not decided yet.").waitFor();
    // The open page asks again every half minute; the person does not wait for it.
    await owner.goto(`${url}/settings#support`);
    await owner.reload();
    await owner.getByText("Ticket 4711: no receipts").waitFor();
    await owner.getByLabel("For how long").selectOption("4");
    await shot(owner, "support-asked");
    await owner.getByRole("button", { name: "Allow Pat to look inside" }).click();
    await owner.getByText(/Can look inside until/).waitFor();
    await operator.reload();
    await operator.getByRole("button", { name: "Look inside" }).click();
    await operator.getByText("You are looking into Acme").waitFor();
    await menu(operator).getByRole("link", { name: "Contacts", exact: true }).click();
    await operator.getByText("Mia").first().waitFor();
    await shot(operator, "visit");
    await operator.setViewportSize({ width: 360, height: 800 });
    await shot(operator, "visit-360");
    await operator.setViewportSize({ width: 1280, height: 900 });
    expect(refused).toEqual([]);
  });

  it("finds each look in the owner's audit log, and is out when the owner ends it", async () => {
    await owner.goto(`${url}/audit`);
    await owner.getByText("A platform operator looked at data").first().waitFor();
    await shot(owner, "audit");
    await owner.goto(`${url}/settings#support`);
    await owner.getByRole("button", { name: "End the access of Pat" }).click();
    await owner.getByText(/^Ended/).waitFor();
    await operator.goto(`${url}/contacts`);
    await heading(operator, "Sign in");
  });

  it("suspends and closes an organisation; then nobody can sign in there", async () => {
    const context = operator.context();
    await context.clearCookies();
    await production.signIn(operator, OPERATOR, PASSWORD);
    await operator.getByRole("button", { name: /recovery code/ }).waitFor();
    await sql`delete from totp_factors`;
    await sql`delete from recovery_codes`;
    await context.clearCookies();
    await production.signIn(operator, OPERATOR, PASSWORD);
    await setUpApp(operator);
    await keepCodes(operator);
    await operator.goto(`${url}/platform`);
    await operator.getByRole("link", { name: "Acme" }).click();
    await operator.getByRole("button", { name: "Suspend" }).click();
    await giveReason(operator, "Spam complaints", "Suspend");
    await owner.goto(url);
    await owner
      .getByText(/Spam complaints/)
      .first()
      .waitFor();
    await operator.getByRole("button", { name: "Close", exact: true }).click();
    await giveReason(operator, "Contract ended", "Close organisation");
    await operator.getByRole("button", { name: "Reopen" }).waitFor();
    await shot(operator, "closed");
    await owner.goto(url);
    await heading(owner, "Sign in");
    await production.signIn(owner, OWNER, PASSWORD);
    await owner.getByText("E-mail address or password is wrong.").waitFor();
    expect((await production.ops("tenant", "list")).output).toMatch(/Acme.*CLOSED since .*: Contract ended/);
  });

  it("has pages that everybody can use, at every width and in both themes", async () => {
    const [tenant] = await sql<{ id: string }[]>`select id from tenants where name = 'Acme'`;
    const pages = [
      "/platform",
      "/platform/countries",
      "/platform/countries/KE",
      "/platform/members",
      `/platform/${tenant!.id}`,
      "/audit",
    ];
    expect(await accessibilityFaultsOf(operator, url, pages)).toEqual([]);
    for (const colorScheme of ["light", "dark"] as const) {
      await operator.emulateMedia({ colorScheme });
      for (const width of [1440, 768, 360]) {
        await operator.setViewportSize({ width, height: 900 });
        for (const page of pages) {
          await operator.goto(`${url}${page}`);
          await operator.getByRole("heading", { level: 1 }).waitFor();
          const shown = await operator.evaluate<number>("document.documentElement.scrollWidth");
          expect(shown, `${page} at ${width}`).toBeLessThanOrEqual(width);
        }
        await shot(operator, `list-${colorScheme}-${width}`);
      }
    }
    expect(refused).toEqual([]);
  });
});
