import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";
import { addContacts, FICTION } from "@smscrm/server/testing/test-api";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { acceptInvitation } from "./members.ts";
import { type Production, startProduction } from "./production.ts";

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

/** Takes pictures at three widths, in both themes. */
async function shots(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [360, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate<number>(
        "document.documentElement.scrollWidth - window.innerWidth",
      );
      expect(overflow, `${name} at ${width} px`).toBeLessThanOrEqual(0);
      await production.shot(page, `flows-${name}-${width}-${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

describe("a flow", () => {
  let owner: Page;
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    if (owner) await production.shot(owner, "flows-failed");
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));

  it("is written, refused while its keyword means STOP, simulated, turned on, and paused", async () => {
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
      .getByRole("link", { name: "Flows" })
      .click();
    await owner.getByText("No flows yet").waitFor();
    await owner.getByRole("link", { name: "New flow" }).first().click();
    await heading(owner, "New flow");
    await owner.getByLabel("Name", { exact: true }).fill("Menu");
    await owner.getByLabel("Keyword").fill("arret");
    const add = (label: string) => owner.getByLabel("Add a step", { exact: true }).selectOption({ label });
    await add("Send a message");
    await owner.getByLabel("Message of step 1").fill("Acme: want our menu? Reply STOP to opt out");
    await add("Wait for a reply");
    await owner.getByLabel("Add a step to 2.replied").selectOption({ label: "Send a message" });
    await owner.getByLabel("Message of step 2.replied.1").fill("Acme: here it is. Reply STOP to opt out");
    await add("Condition");
    await owner.getByRole("button", { name: "Save flow" }).click();
    await heading(owner, "Menu");
    await owner
      .getByRole("listitem")
      .filter({ hasText: "ARRET already means something in a reply" })
      .waitFor();
    await owner.getByLabel("Keyword").fill("MENU");
    await owner.getByRole("button", { name: "Save flow" }).click();
    await owner.getByRole("button", { name: "Simulate" }).click();
    await owner.getByText("What it can't know").waitFor();
    await shots(owner, "draft");
    const address = new URL(owner.url()).pathname;
    expect(await accessibilityFaultsOf(owner, url, ["/flows", address])).toEqual([]);
    await owner.goto(`${url}${address}`);
    await owner.getByRole("button", { name: "Turn on…" }).click();
    await owner.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
    await owner.getByText("Version 1 is on.").waitFor();
    await owner.getByRole("button", { name: "Pause", exact: true }).click();
    await owner.getByText("Flow paused.", { exact: false }).waitFor();
    await owner.getByRole("button", { name: "Resume" }).click();
    await owner.getByText("Flow resumed.").waitFor();
    await sql`
      insert into flow_people (tenant_id, flow_id, phone_e164, contact_id, version, cause)
      select f.tenant_id, f.id, c.phone_e164, c.id, 1, '{"kind": "keyword", "keyword": "MENU", "messageSid": "SM1"}'
      from flows f join contacts c on c.tenant_id = f.tenant_id and c.phone_e164 = ${FICTION[0]!}`;
    await owner.reload();
    await owner.getByText("They texted MENU.").waitFor();
    await shots(owner, "on");
  });
});
