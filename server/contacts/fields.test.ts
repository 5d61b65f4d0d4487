import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let stranger: Caller;
let ids: string[];

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme");
  owner = await server.signIn("owner@acme.example.com");
  ids = await addContacts(server.sql, tenantId, FICTION);
  await createTenant(server.sql, "other");
  stranger = await server.signIn("owner@other.example.com");
});
afterAll(() => server.close());

interface Field {
  name: string;
  label: string;
  type: string;
  revision: number;
}
const list = async (caller = owner) => (await caller.query<{ fields: Field[] }>("fields.list")).data.fields;
const create = (field: object) => owner.mutate<{ name: string }>("fields.create", field);
const customOf = async (id: string) =>
  (await owner.query<{ custom: Record<string, string> }>("contacts.get", { id })).data.custom;
const set = (custom: Record<string, string | null>, id = ids[0]) =>
  owner.mutate("contacts.update", { id, custom });

describe("custom fields", () => {
  it("store values in one form, and refuse what can be read in two ways", async () => {
    for (const [label, type] of [
      ["Appointment", "date"],
      ["Points", "number"],
      ["Member", "yes-no"],
    ])
      expect((await create({ label, type })).data.name).toBe(label!.toLowerCase());
    await create({ label: "Plan", type: "choice", choices: ["Gold", "Silver"] });
    await set({ appointment: "3/4/2027", points: "1,250.50", member: "Y", plan: "gold" });
    expect(await customOf(ids[0]!)).toEqual({
      appointment: "2027-04-03",
      points: "1250.5",
      member: "yes",
      plan: "Gold",
    });
    expect((await set({ appointment: "31/4/2027" })).message).toMatch(
      /^Appointment: The calendar has no such day/,
    );
    expect((await set({ plan: "Bronze" })).message).toMatch(/Plan: Use one of: Gold, Silver/);
    expect((await set({ unknown: "x" })).message).toMatch(/no such field/);
    await set({ points: null, member: "" });
    expect(await customOf(ids[0]!)).toEqual({ appointment: "2027-04-03", plan: "Gold" });
  });

  it("are strict: an input that is not known is refused, not said to be saved", async () => {
    expect((await owner.mutate("contacts.update", { id: ids[0], costum: { points: "1" } })).code).toBe(
      "BAD_REQUEST",
    );
  });

  it("merge by pattern, and a preview shows it", async () => {
    const body = 'See you {{appointment|date:"ddd D MMM"}}. Reply STOP to opt out';
    const shown = await owner.query<{ text: string; unknown: string[] }>("campaigns.previewBody", {
      body,
      contactId: ids[0],
    });
    expect(shown.data).toMatchObject({ text: "See you Sat 3 Apr. Reply STOP to opt out", unknown: [] });
  });

  it("keep their merge name when they get another label, and two people don't undo each other", async () => {
    const [field] = (await list()).filter(({ name }) => name === "appointment");
    const change = { label: "Next visit", type: "date", choices: [], mergeable: true };
    const both = await Promise.all([
      owner.mutate("fields.update", { name: "appointment", revision: field!.revision, change }),
      owner.mutate("fields.update", {
        name: "appointment",
        revision: field!.revision,
        change: { ...change, label: "Visit" },
      }),
    ]);
    expect(both.filter(({ code }) => code === "CONFLICT")).toHaveLength(1);
    expect((await list()).find(({ name }) => name === "appointment")?.label).toMatch(/visit/i);
  });

  it("in use are not removed, and the refusal says where", async () => {
    const body = 'See you {{appointment|soon|date:"D MMM"}}. Reply STOP to opt out';
    const made = await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, name: "Visits", body });
    expect((await owner.mutate("fields.remove", { name: "appointment" })).message).toMatch(
      /campaign “Visits” uses {{appointment}}/,
    );
    await owner.mutate("campaigns.remove", { id: made.data.id });
    const definition = {
      match: "all",
      rules: [{ about: "field", field: "appointment", test: { is: "filled" } }],
    };
    const audience = await owner.mutate<{ id: string }>("audiences.create", { name: "Visitors", definition });
    expect((await owner.mutate("fields.remove", { name: "appointment" })).message).toMatch(
      /audience “Visitors” uses/,
    );
    await owner.mutate("audiences.remove", { id: audience.data.id });
    await owner.mutate("fields.remove", { name: "appointment" });
    expect((await list()).map(({ name }) => name)).not.toContain("appointment");
    // Its values stay with the contact, and don't bring it back.
    expect(await customOf(ids[0]!)).toMatchObject({ appointment: "2027-04-03" });
    expect((await create({ label: "Appointment", type: "text" })).message).toMatch(/already/);
  });

  it("that nobody defined are found in contacts, as text", async () => {
    await server.sql`update contacts set custom = custom || '{"shoe_size": "42"}' where id = ${ids[1]!}`;
    expect((await list()).at(-1)).toMatchObject({
      name: "shoe_size",
      label: "Shoe size",
      type: "text",
      revision: 0,
    });
    const change = { label: "Shoe size", type: "number", choices: [], mergeable: true };
    const typed = await owner.mutate("fields.update", { name: "shoe_size", revision: 0, change });
    expect(typed.data).toEqual({ unfit: 0 });
  });

  it("have an order", async () => {
    await owner.mutate("fields.order", { names: ["shoe_size", "plan"] });
    expect((await list()).slice(0, 2).map(({ name }) => name)).toEqual(["shoe_size", "plan"]);
  });

  it("are searched by value, and counted", async () => {
    const field = { name: "plan", value: "GOLD" };
    expect((await owner.query("contacts.list", { field })).data).toMatchObject({ items: [{ id: ids[0] }] });
    expect((await owner.query("contacts.total", { field })).data).toEqual({ contacts: 1 });
    expect((await owner.query("contacts.total", {})).data).toEqual({ contacts: FICTION.length });
  });

  it("of one organisation are no other's", async () => {
    expect(await list(stranger)).toEqual([]);
    expect(await stranger.mutate("fields.remove", { name: "plan" })).toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a contact", () => {
  it("changed by two people at once keeps the first change", async () => {
    const { data } = await owner.query<{ updatedAt: string }>("contacts.get", { id: ids[3] });
    const save = (city: string) =>
      owner.mutate("contacts.update", { id: ids[3], updatedAt: data.updatedAt, city });
    const both = await Promise.all([save("Perth"), save("Hobart")]);
    expect(both.filter(({ code }) => code === "CONFLICT")).toHaveLength(1);
  });

  it("with a new address gets its time zone, unless they told another", async () => {
    const zone = async () =>
      (await owner.query<{ timezone: string }>("contacts.get", { id: ids[3] })).data.timezone;
    await owner.mutate("contacts.update", { id: ids[3], state: "WA", postcode: "6000", timezone: null });
    expect(await zone()).toBe("Australia/Perth");
    await owner.mutate("contacts.update", { id: ids[3], timezone: "Australia/Hobart" });
    await owner.mutate("contacts.update", { id: ids[3], postcode: "2000", state: "NSW" });
    expect(await zone()).toBe("Australia/Hobart");
  });

  it("with a new number keeps the old one's history, and an opt-out is no way around", async () => {
    await owner.mutate("contacts.update", { id: ids[4], firstName: "Zoe", custom: { plan: "Silver" } });
    const refusal = { id: ids[4], purpose: "service", wanted: false, note: "asked in the shop" };
    await owner.mutate("contacts.setPreference", refusal);
    const input = {
      id: ids[4],
      phone: "0491 570 313",
      consentBasis: "express",
      consentEvidence: "told us by phone",
    };
    const moved = await owner.mutate<{ id: string }>("contacts.changeNumber", input);
    const { data } = await owner.query("contacts.get", { id: moved.data.id });
    expect(data).toMatchObject({
      ...{ phone: "+61491570313", firstName: "Zoe", custom: { plan: "Silver" }, consentBasis: "express" },
      preferences: [{ note: "Refused on the number before." }],
    });
    const old = await owner.query("contacts.get", { id: ids[4] });
    expect(old.data).toMatchObject({
      phone: FICTION[4],
      invalidReason: "This person has another number now.",
    });
    await owner.mutate("doNotContact.add", { phone: "0491 570 313", note: "asked on the phone" });
    const again = await owner.mutate("contacts.changeNumber", {
      ...input,
      id: moved.data.id,
      phone: "0491 570 737",
    });
    expect(again.message).toMatch(/opted out/);
  });
});
