import type { Campaign } from "@smscrm/db/campaigns/campaigns";
import type { Page } from "@smscrm/db/postgres/page";
import type { Template } from "@smscrm/db/templates/templates";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, createTenant, DRAFT, startTestServer, type TestServer } from "../testing/test-api.ts";
import type { TemplatePage } from "./router.ts";

let server: TestServer;
let owner: Caller;
let viewer: Caller;
let other: Caller;

beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme", ["owner", "operator", "viewer"]);
  await createTenant(server.sql, "other");
  owner = await server.signIn("owner@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  other = await server.signIn("owner@other.example.com");
});
afterAll(() => server.close());

const TEXT = { name: "Offer", body: "Acme: {{first_name|there}}, an offer. Reply STOP", smartEncoding: true };
let count = 0;
const add = async (change: object = {}, by = owner) => {
  const name = `Offer ${count++}`;
  return (await by.mutate<{ id: string }>("templates.create", { ...TEXT, name, ...change })).data.id;
};
const get = async (id: string, by = owner) => (await by.query<TemplatePage>("templates.get", { id })).data;
const update = (id: string, version: number, change: object, by = owner) =>
  by.mutate<{ version: number }>("templates.update", { ...TEXT, id, version, ...change });
const draftWith = async (template: object | null, change: object = {}) =>
  owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, template, ...change });
const campaign = async (id: string) => (await owner.query<Campaign>("campaigns.get", { id })).data;

describe("a template", () => {
  it("has an owner and keeps every version", async () => {
    const id = await add({ name: "Welcome" });
    expect(await get(id)).toMatchObject({ version: 1, owner: "acme owner", updatedBy: "acme owner" });
    const operator = await server.signIn("operator@acme.example.com");
    const saved = await update(id, 1, { name: "Welcome", body: "Acme: welcome!" }, operator);
    expect(saved.data).toEqual({ version: 2 });
    const page = await get(id);
    expect(page).toMatchObject({ version: 2, body: "Acme: welcome!", owner: "acme owner" });
    expect(page.updatedBy).toBe("acme operator");
    expect(page.versions.map(({ version, body }) => [version, body])).toEqual([
      [2, "Acme: welcome!"],
      [1, TEXT.body],
    ]);
    const audit = await owner.query<Page<{ action: string }>>("audit.list", {});
    expect(audit.data.items.slice(0, 2).map(({ action }) => action)).toContain("template.change");
  });

  it("that two people change at once keeps the first version, and tells the second", async () => {
    const id = await add({ name: "Both" });
    const both = await Promise.all([
      update(id, 1, { name: "Both", body: "Acme: one" }),
      update(id, 1, { name: "Both", body: "Acme: two" }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await get(id)).versions).toHaveLength(2);
  });

  it("has a name of its own, in any case, and a text", async () => {
    const first = await add({ name: "Taken" });
    const second = await add();
    expect((await owner.mutate("templates.create", { ...TEXT, name: "TAKEN" })).code).toBe("CONFLICT");
    expect((await update(second, 1, { name: "taken" })).message).toMatch(/Another template has this name/);
    expect((await owner.mutate("templates.create", { ...TEXT, body: " " })).code).toBe("BAD_REQUEST");
    expect((await owner.mutate("templates.remove", { id: first })).status).toBe(200);
    expect((await owner.mutate("templates.create", { ...TEXT, name: "Taken" })).status).toBe(200);
  });

  it("is read by viewers and written by members who write campaigns, of its organisation alone", async () => {
    const id = await add();
    expect((await get(id, viewer)).id).toBe(id);
    expect((await viewer.mutate("templates.create", TEXT)).code).toBe("FORBIDDEN");
    expect((await update(id, 1, {}, viewer)).code).toBe("FORBIDDEN");
    expect((await other.query("templates.get", { id })).code).toBe("NOT_FOUND");
    expect((await update(id, 1, {}, other)).code).toBe("NOT_FOUND");
    expect((await other.mutate("templates.remove", { id })).code).toBe("NOT_FOUND");
    const theirs = await other.query<{ templates: Template[] }>("templates.list", {});
    expect(theirs.data.templates).toEqual([]);
    const stolen = { ...DRAFT, template: { id, version: 1 } };
    expect((await other.mutate("campaigns.create", stolen)).code).toBe("NOT_FOUND");
  });
});

describe("a campaign that began with a template", () => {
  it("keeps its copy, and knows of a newer version", async () => {
    const id = await add({ name: "Sale" });
    const template = { id, version: 1 };
    const made = (await draftWith(template, { body: TEXT.body })).data.id;
    expect((await campaign(made)).template).toEqual({
      ...template,
      name: "Sale",
      newest: 1,
      isUnchanged: true,
    });
    await update(id, 1, { name: "Big sale", body: "Acme: big sale. Reply STOP" });
    expect(await campaign(made)).toMatchObject({
      body: TEXT.body,
      template: { ...template, name: "Big sale", newest: 2, isUnchanged: true },
    });
    expect((await get(id)).uses).toMatchObject([{ id: made, status: "draft", version: 1 }]);
    const copy = await owner.mutate<{ id: string }>("campaigns.duplicate", { id: made });
    expect((await campaign(copy.data.id)).template).toMatchObject(template);
  });

  it("says that its text was changed since, and that the template was removed", async () => {
    const id = await add();
    const made = (await draftWith({ id, version: 1 }, { body: "Acme: my own words. Reply STOP" })).data.id;
    expect((await campaign(made)).template).toMatchObject({ isUnchanged: false });
    await owner.mutate("templates.remove", { id });
    expect((await campaign(made)).template).toMatchObject({ newest: null, version: 1 });
    // Its editor saves it as it is.
    const { updatedAt } = await campaign(made);
    const change = { ...DRAFT, id: made, updatedAt, template: { id, version: 1 } };
    expect((await owner.mutate("campaigns.update", change)).status).toBe(200);
  });

  it("names a version that exists", async () => {
    const id = await add();
    expect((await draftWith({ id, version: 2 })).code).toBe("NOT_FOUND");
    expect((await draftWith(null)).status).toBe(200);
  });
});
