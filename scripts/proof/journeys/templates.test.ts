import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";
import { addContacts, FICTION } from "@smscrm/server/testing/test-api";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { acceptInvitation, inviteMember } from "./members.ts";
import { type Production, startProduction } from "./production.ts";

const TEXT = "Acme: {{first_name|there}}, 10% off until Sunday. Reply STOP to opt out.";

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
async function shots(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate<number>(
        "document.documentElement.scrollWidth - window.innerWidth",
      );
      expect(overflow, `${name} at ${width} px`).toBeLessThanOrEqual(0);
      await production.shot(page, `templates-${name}-${width}-${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

// One journey in order, by two people in two browsers.
describe("a template", () => {
  let owner: Page;
  let operator: Page;
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    for (const [name, page] of Object.entries({ owner, operator }))
      if (page) await production.shot(page, `templates-failed-${name}`);
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));

  it("is written with its checks and a real person's values", async () => {
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
    await owner
      .getByRole("navigation", { name: "Main" })
      .first()
      .getByRole("link", { name: "Templates" })
      .click();
    await owner.getByText("No templates yet").waitFor();
    await shots(owner, "empty");
    await owner.getByRole("link", { name: "New template" }).first().click();
    await owner.getByLabel("Name", { exact: true }).fill("Sunday offer");
    await owner.getByLabel("Message", { exact: true }).fill("Acme: {{first_nam}}, hello");
    await owner.getByText("There is no field {{first_nam}}: did you mean {{first_name}}?").waitFor();
    await owner.getByLabel("Message", { exact: true }).fill(TEXT);
    await owner
      .getByText(/^Acme: \w+, 10% off/)
      .first()
      .waitFor();
    await owner.getByRole("button", { name: "Save template" }).click();
    await heading(owner, "Sunday offer");
    await owner.getByText("Version 1 · Owner: Ada").waitFor();
    await owner.getByText("No campaign or flow began with it yet.").waitFor();
    const address = new URL(owner.url()).pathname;
    expect(await accessibilityFaultsOf(owner, url, ["/templates", address])).toEqual([]);
  });

  it("begins a campaign, which keeps its copy when the template changes", async () => {
    operator = await inviteMember(production, owner, "Oli", "Operator");
    await operator.getByRole("button", { name: "Accept invitation" }).click();
    await heading(operator, "Home");
    await operator.goto(`${url}/campaigns/new`);
    await operator.getByLabel("Name", { exact: true }).fill("May");
    await operator.getByLabel("Message", { exact: true }).fill("My own words");
    await operator.getByLabel("Template").selectOption({ label: "Sunday offer" });
    await operator.getByText("Your text was replaced.").waitFor();
    await operator.getByRole("button", { name: "Undo" }).click();
    expect(await operator.getByLabel("Message", { exact: true }).inputValue()).toBe("My own words");
    await operator.getByLabel("Template").selectOption({ label: "Sunday offer" });
    expect(await operator.getByLabel("Message", { exact: true }).inputValue()).toBe(TEXT);
    await shots(operator, "campaign");
    await operator.getByRole("button", { name: "Review" }).click();
    await operator.getByText(/^Checked/).waitFor();
    await operator.getByText(", version 1", { exact: true }).waitFor();

    await owner.goto(`${url}/templates`);
    await owner.getByRole("link", { name: "Sunday offer" }).click();
    await owner.getByRole("link", { name: "May", exact: true }).waitFor();
    await owner.getByLabel("Message", { exact: true }).fill(TEXT.replace("10%", "20%"));
    await owner.getByRole("button", { name: "Save template" }).click();
    await owner.getByText("Saved as version 2.").waitFor();
    await owner.getByText("Version 2 · Owner: Ada").waitFor();
    await shots(owner, "page");

    await operator.reload();
    await operator.getByText(", version 1, version 2 is newer").waitFor();
    await operator.getByRole("link", { name: "Edit", exact: true }).click();
    await operator.getByText("This text began with version 1.").waitFor();
    expect(await operator.getByLabel("Message", { exact: true }).inputValue()).toContain("10% off");
    await operator.getByRole("button", { name: "Use version 2" }).click();
    expect(await operator.getByLabel("Message", { exact: true }).inputValue()).toContain("20% off");
    await operator.getByRole("button", { name: "Review" }).click();
    await operator.getByText(", version 2", { exact: true }).waitFor();
  });

  it("has a text in a second language with a snippet, which the review counts by person", async () => {
    const [tenant] = await sql<{ id: string }[]>`select id from tenants where name = 'Acme'`;
    await sql`update contacts set custom = '{"language": "fr-CA"}' where tenant_id = ${tenant!.id} and phone_e164 = ${FICTION[0]!}`;
    await owner.goto(`${url}/templates/languages`);
    await owner.getByLabel("The field that says a contact’s language").selectOption("language");
    await owner.getByRole("button", { name: "Save languages" }).click();
    await owner.getByText("Languages saved.").waitFor();
    await shots(owner, "languages");
    await owner.getByRole("link", { name: "Snippets" }).click();
    await owner.getByText("No snippets yet").waitFor();
    await owner.getByRole("link", { name: "New snippet" }).first().click();
    await owner.getByRole("button", { name: "Use the opt-out sentences" }).click();
    await owner.getByLabel("Text for Canada in French (fr)", { exact: true }).waitFor();
    await owner.getByRole("button", { name: "Save snippet" }).click();
    await heading(owner, "{{snippet:opt_out}}");
    await owner.getByText("No text that may still be sent contains it.").waitFor();
    await shots(owner, "snippet");
    const address = new URL(owner.url()).pathname;
    const pages = ["/templates/languages", "/templates/snippets", "/templates/snippets/new", address];
    expect(await accessibilityFaultsOf(owner, url, pages)).toEqual([]);

    await owner.goto(`${url}/templates`);
    await owner.getByRole("link", { name: "Sunday offer" }).click();
    await owner.getByRole("button", { name: "Add a language" }).click();
    await owner.getByLabel("Language", { exact: true }).fill("en");
    await owner.getByRole("button", { name: "Continue" }).click();
    await owner.getByRole("dialog", { name: "Add a language" }).waitFor();
    await owner.getByLabel("Language", { exact: true }).fill("fr");
    await owner.getByRole("button", { name: "Add", exact: true }).click();
    await owner
      .getByLabel("Message", { exact: true })
      .fill("Acme : {{first_name|toi}}, -20 %. {{snippet:opt_out}}");
    await owner.getByText("Acme : Mia, -20 %. Répondez STOP pour vous désabonner.").waitFor();
    await owner.getByRole("button", { name: "Save template" }).click();
    await owner.getByText("Saved as version 3.").waitFor();
    await shots(owner, "two-languages");
    await owner.getByRole("link", { name: "Use in a campaign" }).click();
    await owner.getByLabel("Name", { exact: true }).fill("Two languages");
    await owner.getByRole("button", { name: "French (fr)" }).waitFor();
    await owner.getByRole("button", { name: "Review" }).click();
    await owner.getByText("Their field says a variety of it: 1 person").waitFor();
    await shots(owner, "review-languages");
    await owner.goto(`${url}/templates`);
    await owner.getByRole("link", { name: "Sunday offer" }).click();
  });

  it("that two people edit at once loses nobody's words", async () => {
    await operator.goto(`${url}/templates`);
    await operator.getByRole("link", { name: "Sunday offer" }).click();
    await operator.getByLabel("Message", { exact: true }).fill("Acme: theirs. Reply STOP to opt out.");
    await operator.getByRole("button", { name: "Save template" }).click();
    await operator.getByText("Saved as version 4.").waitFor();
    await owner.getByLabel("Message", { exact: true }).fill("Acme: mine. Reply STOP to opt out.");
    await owner.getByRole("button", { name: "Save template" }).click();
    await owner.getByText("Oli changed this template while you edited it.").waitFor();
    expect(await owner.getByLabel("Message", { exact: true }).inputValue()).toContain("mine");
    await owner.getByRole("button", { name: "Show their version" }).click();
    await owner.getByText("Version 4 · Owner: Ada").waitFor();
    expect(await owner.getByLabel("Message", { exact: true }).inputValue()).toContain("theirs");
  });

  it("begins a campaign from its page, and is removed without a change of campaigns", async () => {
    await owner.getByRole("link", { name: "Use in a campaign" }).click();
    await heading(owner, "New campaign");
    expect(await owner.getByLabel("Message", { exact: true }).inputValue()).toContain("theirs");
    await operator.getByRole("button", { name: "Remove…" }).click();
    await operator.getByRole("dialog").getByRole("button", { name: "Remove template" }).click();
    await operator.getByText("No templates yet").waitFor();
    const [row] = await sql<{ body: string }[]>`select body from campaigns where name = 'May'`;
    expect(row?.body).toContain("20% off");
    await operator.goto(`${url}/campaigns`);
    await operator.getByRole("link", { name: "May" }).first().click();
    await operator.getByText(", version 2, removed since").waitFor();
  });
});
