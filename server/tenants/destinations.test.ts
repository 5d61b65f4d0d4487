import { DEFAULT_SCHEDULE } from "@smscrm/core/time/quiet-hours";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";
import type { Destinations } from "./destinations.ts";

type Destination = Destinations["destinations"][number];

let server: TestServer;
let owner: Caller;
let admin: Caller;
let neighbour: Caller;

beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme", ["owner", "admin"]);
  await createTenant(server.sql, "other", ["owner"]);
  owner = await server.signIn("owner@acme.example.com");
  admin = await server.signIn("admin@acme.example.com");
  neighbour = await server.signIn("owner@other.example.com");
});
afterAll(() => server.close());

const destinations = async (caller: Caller, countries: string[] = []) =>
  (await caller.query<Destinations>("settings.destinations", { countries })).data;
const shown = async (country: string, caller = owner): Promise<Destination> =>
  (await destinations(caller, [country])).destinations.find((one) => one.country === country)!;

describe("destinations", () => {
  it("begin with the organisation's own country, whose recommended hours nobody chose yet", async () => {
    const { destinations: list, others } = await destinations(owner);
    expect(list[0]).toMatchObject({
      ...{ country: "AU", name: "Australia", isHome: true, choice: null, recommendedApply: false },
      rules: [{ jurisdiction: "AU", basis: "guidance", holidays: null }],
    });
    expect(others.length).toBeGreaterThan(200);
    expect(others.map(({ country }) => country)).not.toContain("AU");
  });

  it("offer each state's rules, and the default where nobody looked a country up", async () => {
    const states = (await shown("US")).regions.map(({ name, capPerDay }) => `${name} ${capPerDay ?? "none"}`);
    expect(states).toEqual(expect.arrayContaining(["Oregon 3", "Texas none"]));
    expect(await shown("SG")).toMatchObject({ recommendedApply: true, rules: [{ isDefault: true }] });
  });

  it("can't be loosened by an admin, and can by an owner, which the audit log records", async () => {
    const own = { destinationHours: { SG: "own" } };
    expect(await admin.mutate("settings.update", own)).toMatchObject({
      status: 403,
      message: "Only an owner can stop using the recommended hours for Singapore. Ask an owner.",
    });
    expect((await owner.mutate("settings.update", own)).status).toBe(200);
    expect(await shown("SG")).toMatchObject({ choice: "own", recommendedApply: false });
    expect(await shown("SG", neighbour)).toMatchObject({ choice: null, recommendedApply: true });
    const log = await owner.query<{ items: object[] }>("audit.list", {});
    expect(log.data.items[0]).toMatchObject({
      action: "settings.update",
      detail: { before: { destinationHours: {} }, after: own },
    });
  });

  it("may be made stricter by an admin", async () => {
    const both = { destinationHours: { SG: "own", AU: "recommended" } };
    expect((await admin.mutate("settings.update", both)).status).toBe(200);
    expect(await shown("AU")).toMatchObject({ choice: "recommended", recommendedApply: true });
  });

  it("keep the recommended hours of a country that an admin moves the organisation to", async () => {
    expect((await admin.mutate("settings.update", { country: "NZ" })).status).toBe(200);
    expect(await shown("NZ")).toMatchObject({ isHome: true, choice: "recommended" });
    expect((await owner.mutate("settings.update", { country: "AU" })).status).toBe(200);
  });

  it("refuse an unknown choice and an unknown country", async () => {
    for (const destinationHours of [{ SG: "any" }, { Singapore: "own" }]) {
      expect(await owner.mutate("settings.update", { destinationHours })).toMatchObject({
        code: "BAD_REQUEST",
      });
    }
  });

  it("stand beside hours with two windows a day and over midnight, kept as entered", async () => {
    const lunch = [
      { open: "09:00", close: "12:00" },
      { open: "14:00", close: "18:00" },
    ];
    const week = [lunch, ...DEFAULT_SCHEDULE.slice(1)];
    expect((await admin.mutate("settings.update", { quietHours: week })).status).toBe(200);
    const { data } = await owner.query<{ quietHours: unknown[] }>("settings.get");
    expect(data.quietHours[0]).toEqual(lunch);
    const night = [...DEFAULT_SCHEDULE.slice(0, 6), { open: "20:00", close: "02:00" }];
    expect(await admin.mutate("settings.update", { quietHours: night })).toMatchObject({ status: 403 });
    expect((await owner.mutate("settings.update", { quietHours: night })).status).toBe(200);
    const after = await owner.query<{ quietHours: unknown[] }>("settings.get");
    expect(after.data.quietHours[6]).toEqual({ open: "20:00", close: "24:00" });
    expect(after.data.quietHours[0]).toEqual([{ open: "00:00", close: "02:00" }, DEFAULT_SCHEDULE[0]]);
  });
});
