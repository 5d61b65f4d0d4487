import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";
import { addContacts, FICTION } from "@smscrm/server/testing/test-api";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { acceptInvitation, inviteMember, openSettings } from "./members.ts";
import { type Production, startProduction } from "./production.ts";

const TEXT = "Acme: spring sale at 1 Main St until Sunday. Reply STOP to opt out.";

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

/** Takes pictures at two widths, in both themes. */
async function shots(page: Page, name: string, part = "h1"): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate<number>(
        "document.documentElement.scrollWidth - window.innerWidth",
      );
      expect(overflow, `${name} at ${width} px`).toBeLessThanOrEqual(0);
      await page.locator(part).first().scrollIntoViewIfNeeded();
      await production.shot(page, `approval-${name}-${width}-${colorScheme}`);
    }
  }
}

async function openDraft(page: Page, id: string): Promise<void> {
  await page.goto(`${url}/campaigns/${id}`);
  await page.getByText(/^Checked/).waitFor();
}

/** Asks for an approval with the dialog of the draft's page. */
async function ask(page: Page, note: string): Promise<void> {
  await page.getByRole("button", { name: "Ask for approval…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Note to the approver").fill(note);
  await dialog.getByRole("button", { name: "Ask for approval" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("Waits for approval", { exact: true }).waitFor();
}

// One journey in order, by an operator and an approver in two browsers.
describe("a launch that a second person approves", () => {
  let owner: Page;
  let operator: Page;
  let approver: Page;
  let id: string;
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    for (const [name, page] of Object.entries({ owner, operator, approver }))
      if (page) await production.shot(page, `approval-failed-${name}`);
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));

  it("is an owner's setting, by role", async () => {
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
    owner = await acceptInvitation(
      production,
      (await production.ops("tenant", "create", ...words)).link,
      "Ada",
    );
    await owner.getByRole("button", { name: "Accept invitation" }).click();
    await heading(owner, "Home");
    const [tenant] = await sql<{ id: string }[]>`select id from tenants where name = 'Acme'`;
    await addContacts(sql, tenant!.id, FICTION);
    await sql`insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
      values (${tenant!.id}, '+61480001000', 'AU', 1, 1)`;
    await openSettings(owner, url, "approval");
    const form = owner.locator("#approval");
    await form.getByLabel("Operator").fill("many");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Enter whole numbers of recipients, or leave a field empty.").waitFor();
    await form.getByLabel("Operator").fill("2");
    await form.getByRole("button", { name: "Save" }).click();
    await owner.getByText("Settings saved.").waitFor();
    await shots(owner, "setting", "#approval button[type=submit]");
    expect(await accessibilityFaultsOf(owner, url, ["/settings", "/campaigns/approvals"])).toEqual([]);
  });

  it("is asked for by the operator, who can't launch it alone", async () => {
    operator = await inviteMember(production, owner, "Oli", "Operator");
    await operator.getByRole("button", { name: "Accept invitation" }).click();
    await heading(operator, "Home");
    approver = await inviteMember(production, owner, "Pat", "Approver");
    await approver.getByRole("button", { name: "Accept invitation" }).click();
    await heading(approver, "Home");
    const [oli] = await sql<{ id: string; tenantId: string }[]>`
      select u.id, m.tenant_id as "tenantId" from users u join memberships m on m.user_id = u.id where u.name = 'Oli'`;
    const [draft] = await sql<{ id: string }[]>`
      insert into campaigns (tenant_id, name, body, audience, created_by, edited_by)
      values (${oli!.tenantId}, 'Spring sale', ${TEXT}, '{"kind":"all"}', ${oli!.id}, ${oli!.id}) returning id`;
    id = draft!.id;
    await openDraft(operator, id);
    expect(await operator.getByRole("button", { name: "Launch…" }).count()).toBe(0);
    await operator.getByRole("button", { name: "Ask for approval…" }).click();
    await shots(operator, "dialog");
    await operator.setViewportSize({ width: 1280, height: 900 });
    await operator.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await ask(operator, "For Saturday morning");
    const waiting = operator.getByRole("button", { name: /^Ask for approval…/ });
    expect(await waiting.getAttribute("aria-disabled")).toBe("true");
    await shots(operator, "waits");
    await operator.setViewportSize({ width: 1280, height: 900 });
    // The one who asked sees the copy, and no buttons.
    await operator.getByRole("link", { name: "What was seen" }).click();
    await operator.getByText("You asked for this approval, so another member must decide.").waitFor();
    expect(await operator.getByRole("button", { name: "Approve" }).count()).toBe(0);
  });

  it("waits on the approver's Home and in the menu, and is returned with a comment", async () => {
    await approver.goto(url);
    await approver.getByText("1 waiting for you").first().waitFor();
    await approver.getByRole("link", { name: "Decide about 1 launch" }).click();
    await heading(approver, "Spring sale");
    await approver.getByText("“For Saturday morning”").waitFor();
    await approver.getByText(TEXT).waitFor();
    await approver.getByText("All contacts, 5 recipients").waitFor();
    await approver.getByText(/The check as it was on/).waitFor();
    await shots(approver, "decide");
    await approver.setViewportSize({ width: 1280, height: 900 });
    const address = new URL(approver.url()).pathname;
    expect(await accessibilityFaultsOf(approver, url, [address])).toEqual([]);
    await approver.getByRole("button", { name: "Return", exact: true }).click();
    await approver.getByText("Say what to change, in a few words.").waitFor();
    await approver.getByLabel("Comment").fill("Say which shop");
    await approver.getByRole("button", { name: "Return", exact: true }).click();
    await approver.getByText("Returned with your comment.").waitFor();
    // The operator's open page follows by itself.
    await operator.goto(`${url}/campaigns/${id}`);
    await operator.getByText("“Say which shop”").waitFor();
  });

  it("is void for both as soon as the text changes, and is approved again", async () => {
    const edit = async (text: string) => {
      await operator.goto(`${url}/campaigns/${id}/edit`);
      await operator.getByLabel("Message", { exact: true }).fill(text);
      await operator
        .getByRole("button", { name: /^(Save|Review)/ })
        .first()
        .click();
      await operator.waitForURL(`${url}/campaigns/${id}`);
      await operator.getByText(/^Checked/).waitFor();
    };
    await edit(`${TEXT} Shop: Main St.`);
    await ask(operator, "With the shop");
    await approver.goto(`${url}/campaigns/approvals`);
    await shots(approver, "list");
    await approver.setViewportSize({ width: 1280, height: 900 });
    await approver.getByRole("link", { name: /Spring sale/ }).click();
    await approver.getByRole("button", { name: "Approve" }).waitFor();
    // While the approver reads, the operator changes the text again.
    await edit(`${TEXT} Shop: Side St.`);
    await approver.getByText("No longer valid").first().waitFor();
    expect(await approver.getByRole("button", { name: "Approve" }).count()).toBe(0);
    await operator.getByText("The last approval is no longer valid").waitFor();
    await ask(operator, "This one");
    await approver.goto(`${url}/campaigns/approvals`);
    await approver.getByRole("link", { name: /Spring sale/ }).click();
    await approver.getByRole("button", { name: "Approve" }).click();
    await approver.getByText("Approved.", { exact: true }).waitFor();
    await operator.getByText("Launch it within 72 hours.").waitFor();
    await shots(operator, "approved");
    await operator.setViewportSize({ width: 1280, height: 900 });
  });

  it("is launched by the operator, exactly as it was approved", async () => {
    await operator.getByRole("button", { name: "Launch…" }).click();
    const dialog = operator.getByRole("dialog");
    expect(await dialog.getByText("Schedule").count()).toBe(0);
    // Numbers that are set aside for fiction look like a list for tests, and this is a real carrier.
    await dialog.getByLabel("It is meant for this list for tests").check();
    await dialog.getByRole("button", { name: /^Launch to/ }).click();
    await operator.getByText("Launching").first().waitFor();
    const [row] = await sql<{ status: string; body: string; approval: string }[]>`
      select c.status, c.body, a.status as approval from campaigns c join launch_approvals a on a.campaign_id = c.id
      where c.id = ${id} order by a.id desc limit 1`;
    expect(row).toEqual({ status: "launching", body: `${TEXT} Shop: Side St.`, approval: "used" });
    await owner.goto(`${url}/audit`);
    for (const words of [
      "Asked for approval of a launch",
      "Approved a launch",
      "Returned a launch with a comment",
    ])
      await owner.getByText(words).first().waitFor();
  });
});
