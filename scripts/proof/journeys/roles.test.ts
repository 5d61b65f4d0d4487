import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";
import { addContacts, DRAFT } from "@smscrm/server/testing/test-api";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { acceptInvitation, inviteMember, openSettings } from "./members.ts";
import { type Production, startProduction } from "./production.ts";

const NUMBER = "+61491570006";
/** Its digits in a row or in groups, as a page could show them. */
const DIGITS = /4\D?9\D?1\D?5\D?7\D?0\D?0\D?0\D?6/;

let production: Production;
let url: string;
let sql: Pipeline;

beforeAll(async () => {
  production = await startProduction("127.0.0.1");
  url = production.url;
  sql = openPipeline(production.databaseUrl, { name: "journey", max: 1 });
}, 300_000);
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  await production?.stop();
}, 120_000);

const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
const menuOf = (page: Page) =>
  page.getByRole("navigation", { name: "Main" }).first().getByRole("link").allTextContents();

/** Takes pictures at two widths, in both themes. */
async function shots(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await production.shot(page, `roles-${name}-${width}-${colorScheme}`);
    }
  }
}

const settings = (page: Page, section: string) => openSettings(page, url, section);
const arrive = (page: Page, name: string, role: string) => inviteMember(production, page, name, role);

async function makeRole(owner: Page, name: string, labels: readonly string[]): Promise<void> {
  await owner.getByRole("button", { name: "Add role" }).click();
  const dialog = owner.getByRole("dialog", { name: "Add a role" });
  await dialog.getByLabel("Name").fill(name);
  for (const label of labels) await dialog.getByLabel(label, { exact: true }).check();
  await shots(owner, `dialog-${name.toLowerCase().replace(" ", "-")}`);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
  await owner.getByText(name, { exact: true }).first().waitFor();
}

/** Collects the requests that were refused, and what answers tell of the number. */
function watch(page: Page): { refused: string[]; told: string[] } {
  const seen = { refused: [] as string[], told: [] as string[] };
  page.on("response", async (response) => {
    const where = new URL(response.url()).pathname;
    if (response.status() === 403) seen.refused.push(where);
    const text = where.startsWith("/trpc/") ? await response.text().catch(() => "") : "";
    if (DIGITS.test(text)) seen.told.push(where);
  });
  return seen;
}

// One journey in order: each step needs the result of the one before.
describe("roles of one's own", () => {
  let owner: Page;
  let writer: Page;
  let desk: Page;
  let wanda: ReturnType<typeof watch>;
  let fred: ReturnType<typeof watch>;
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    for (const [name, page] of Object.entries({ owner, writer, desk }))
      if (page) await production.shot(page, `roles-failed-${name}`);
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));

  it("are made by the owner, from permissions in plain words", async () => {
    const words = [
      "--name",
      "Acme",
      "--country",
      "AU",
      "--zone",
      "Australia/Sydney",
      "--owner",
      "ada@example.com",
    ];
    const { link } = await production.ops("tenant", "create", ...words);
    owner = await acceptInvitation(production, link, "Ada");
    await owner.getByRole("button", { name: "Accept invitation" }).click();
    await heading(owner, "Home");
    await fill();
    await settings(owner, "roles");
    await owner.getByText("No custom roles yet.").waitFor();
    await makeRole(owner, "Writer", [
      "Write and change campaigns",
      "Add and change contacts",
      "See full phone numbers",
    ]);
    // What writing campaigns needs was chosen with it.
    const line = owner.locator("li").filter({ hasText: "Nobody has it" });
    expect(await line.textContent()).toMatch(/See contacts and imports.*See campaigns.*See settings/);
    await makeRole(owner, "Front desk", ["Reply", "See contacts and imports"]);
    await shots(owner, "list");
    expect(await accessibilityFaultsOf(owner, url, ["/settings"])).toEqual([]);
  });

  it("refuse a name that is taken, in the dialog", async () => {
    await settings(owner, "roles");
    await owner.getByRole("button", { name: "Add role" }).click();
    const dialog = owner.getByRole("dialog", { name: "Add a role" });
    await dialog.getByLabel("Name").fill("front desk");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Choose at least one permission.").waitFor();
    await dialog.getByLabel("See the inbox").check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Another role has this name. Choose another name.").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  it("let a writer write and not launch, with no request refused", async () => {
    writer = await arrive(owner, "Wanda", "Writer");
    wanda = watch(writer);
    await writer.getByRole("button", { name: "Accept invitation" }).click();
    await heading(writer, "Home");
    expect(await menuOf(writer)).toEqual([
      ...["Home", "Campaigns", "Templates", "Flows", "Reports", "Contacts", "Audiences", "Imports"],
      ...["Sending numbers", "Budgets", "Settings"],
    ]);
    await writer.goto(`${url}/campaigns`);
    await writer.getByRole("link", { name: DRAFT.name }).first().click();
    const launch = writer.getByRole("button", { name: /^Launch/ }).first();
    await launch.waitFor();
    expect(await launch.getAttribute("aria-disabled")).toBe("true");
    expect(await launch.textContent()).toContain("Your role (Writer) can’t do this");
    await shots(writer, "writer-draft");
    for (const path of [
      "/contacts",
      "/contacts/import",
      "/numbers",
      "/budgets",
      "/settings",
      "/campaigns/new",
    ]) {
      await writer.goto(url + path);
      await writer.getByRole("heading", { level: 1 }).waitFor();
      await writer.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => {});
    }
    await writer.goto(`${url}/contacts`);
    await writer.getByRole("link", { name: "Mia" }).click();
    await heading(writer, "Mia");
    await writer.getByText("+61 491 570 006").first().waitFor();
    // Without the inbox a contact's page has no conversation.
    expect(await writer.getByText("Conversation").count()).toBe(0);
    expect(wanda.refused).toEqual([]);
  });

  it("let the front desk answer people whose numbers it does not see", async () => {
    desk = await arrive(owner, "Fred", "Front desk");
    fred = watch(desk);
    await desk.getByRole("button", { name: "Accept invitation" }).click();
    await heading(desk, "Inbox");
    expect((await menuOf(desk)).map((label) => label.replace(/\d.*$/, ""))).toEqual([
      "Inbox",
      "Contacts",
      "Audiences",
      "Imports",
    ]);
    await desk.getByRole("button", { name: /Mia/ }).click();
    await desk.getByText("Is it open on Sunday?").last().waitFor();
    await desk.getByText("+61 4•• ••• •06").first().waitFor();
    await desk.getByLabel(/^Reply/).fill("Yes, from nine.");
    await shots(desk, "desk-inbox");
    await desk.setViewportSize({ width: 1280, height: 900 });
    await desk.getByRole("button", { name: /^Send/ }).click();
    await desk.getByText("Yes, from nine.").last().waitFor();
    const [reply] = await sql<{ phone: string }[]>`
      select j.phone_e164 as phone from send_jobs j join campaigns c on c.id = j.campaign_id
      where c.body = 'Yes, from nine.'`;
    expect(reply?.phone).toBe(NUMBER);
    await desk.goto(`${url}/contacts`);
    await desk.getByText("+61 4•• ••• •06").waitFor();
    await desk.getByRole("searchbox").or(desk.getByLabel("Search")).first().fill("0491");
    await desk
      .getByText(/you can search by a whole number only/)
      .first()
      .waitFor();
    await shots(desk, "desk-search");
    await desk.setViewportSize({ width: 1280, height: 900 });
    await desk.goto(`${url}/contacts`);
    await desk.getByRole("link", { name: "Mia" }).click();
    await heading(desk, "Mia");
    await desk.getByText("Is it open on Sunday?").last().waitFor();
    await shots(desk, "desk-contact");
    expect(fred).toEqual({ refused: [], told: [] });
  });

  it("can't be deleted while somebody has them", async () => {
    await settings(owner, "roles");
    await owner.getByRole("button", { name: "Delete the role Front desk" }).click();
    const dialog = owner.getByRole("dialog", { name: "Delete the role Front desk?" });
    await dialog.getByRole("button", { name: "Delete" }).click();
    await dialog.getByText("Fred has this role. Give them another one first.").waitFor();
    await shots(owner, "delete");
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  it("change under the page of a member who is signed in, which follows", async () => {
    await desk.setViewportSize({ width: 1280, height: 900 });
    await desk.goto(`${url}/contacts`);
    await desk.getByText("+61 4•• ••• •06").waitFor();
    await owner.setViewportSize({ width: 1280, height: 900 });
    await settings(owner, "roles");
    await owner.getByRole("button", { name: "Edit the role Front desk" }).click();
    const dialog = owner.getByRole("dialog", { name: "Edit role" });
    await dialog.getByLabel("See full phone numbers").check();
    await dialog.getByLabel("See campaigns", { exact: true }).check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    await desk.getByText("+61 491 570 006").waitFor({ timeout: 40_000 });
    expect(await menuOf(desk)).toContain("Campaigns");
    await owner.getByRole("button", { name: "Edit the role Front desk" }).click();
    await dialog.getByLabel("See contacts and imports").uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    await desk.getByRole("heading", { name: "Not for your role" }).waitFor();
    await shots(desk, "desk-followed");
    expect(await menuOf(desk)).not.toContain("Contacts");
  });

  it("see which numbers the carrier has registered, and ask again only with the right", async () => {
    await sql`
      insert into sending_numbers (tenant_id, phone_e164, kind, country, segments_per_second, carrier_registration,
        carrier_registration_reason, carrier_registration_since, carrier_registration_read_at)
      select id, n.phone, n.kind, 'US', 10, n.state, n.reason, '2026-11-20T08:00:00Z', now() - interval '2 hours'
      from tenants cross join (values
        ('+12025550111', 'long-code', 'registered', null), ('+12025550112', 'long-code', 'pending', null),
        ('+18335550111', 'toll-free', 'refused', 'The opt-in image shows no consent'),
        ('+18335550112', 'toll-free', 'not-registered', null), ('+12025550113', 'long-code', null, null)
      ) n (phone, kind, state, reason) where name = 'Acme'`;
    await owner.goto(`${url}/numbers`);
    for (const words of [
      /^Registered for US texts$/,
      /^Waiting for review since /,
      /^Refused: The opt-in image shows no consent$/,
      /^Not registered for US texts$/,
      /^Registration for US texts not known$/,
    ])
      await owner.getByText(words).waitFor();
    expect(await accessibilityFaultsOf(owner, url, ["/numbers"])).toEqual([]);
    await shots(owner, "registrations");
    await owner.getByRole("button", { name: "Check registrations" }).click();
    await owner.getByText("Asked. The answer appears here within a minute.").waitFor();
    await owner.getByRole("button", { name: "Check registrations" }).click();
    await owner.getByText("You asked less than a minute ago.").waitFor();
    await writer.goto(`${url}/numbers`);
    const check = writer.getByRole("button", { name: /^Check registrations/ });
    await check.waitFor();
    expect(await check.getAttribute("aria-disabled")).toBe("true");
  });

  it("stand in the audit log in plain words", async () => {
    await owner.goto(`${url}/audit`);
    await owner.getByText("Added a custom role").first().waitFor();
    await owner.getByText("Changed a custom role").first().waitFor();
    await owner.getByText("Asked the carrier for the numbers’ registrations").first().waitFor();
    await shots(owner, "audit");
  });
});

/** A contact who wrote, and a draft. */
async function fill(): Promise<void> {
  const [tenant] = await sql<{ id: string }[]>`select id from tenants where name = 'Acme'`;
  await addContacts(sql, tenant!.id, [NUMBER]);
  await sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenant!.id}, '+61480001000', 'AU', 1000, 1000)`;
  await ingestInbound(sql, {
    ...{ messageSid: `SM${"2".repeat(32)}`, from: NUMBER, to: "+61480001000" },
    ...{ body: "Is it open on Sunday?", optOutType: null, payload: {} },
  });
  await sql`
    insert into campaigns (tenant_id, name, body, audience, status)
    values (${tenant!.id}, ${DRAFT.name}, ${DRAFT.body}, ${sql.json(DRAFT.audience)}, 'draft')`;
}
