import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
let owner: Caller;
beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme");
  owner = await server.signIn("owner@acme.example.com");
});
afterAll(() => server.close());

interface Shown {
  id: string;
  phone: string;
  country: string;
  registration: string;
  inUse: boolean;
}
const shown = async (id: string) =>
  (await owner.query<Shown[]>("numbers.list")).data.find((number) => number.id === id);
const add = (phone: string, country: string) =>
  owner.mutate<{ id: string }>("numbers.add", {
    phone,
    country,
    kind: "alphanumeric",
    segmentsPerSecond: 10,
  });

describe("a new sender name", () => {
  test.each(["SG", "IE", "ES", "PH", "VN", "IN", "AU"])(
    "%s: is not used until it is registered",
    async (country) => {
      const { id } = (await add("Acme", country)).data;
      expect(await shown(id)).toMatchObject({ registration: "not-registered", inUse: false });
      const waved = await owner.mutate("numbers.update", { id, registration: "not-required" });
      expect(waved).toMatchObject({ code: "BAD_REQUEST" });
      expect(waved.message).toMatch(
        new RegExp(`^${country} keeps a register \\(.+\\)\\. Choose the name's state in it\\.$`),
      );
      await owner.mutate("numbers.update", { id, registration: "registered" });
      expect(await shown(id)).toMatchObject({ registration: "registered", inUse: true });
    },
  );

  test("is used at once where there is no register, except with the sign of registered names", async () => {
    expect(await shown((await add("Acme", "GB")).data.id)).toMatchObject({
      registration: "not-required",
      inUse: true,
    });
    expect(await shown((await add("Acme", "HK")).data.id)).toMatchObject({ inUse: true });
    const { id } = (await add("#Acme", "HK")).data;
    expect(await shown(id)).toMatchObject({ registration: "not-registered", inUse: false });
    const { id: british } = (await add("Acme 2", "GB")).data;
    await owner.mutate("numbers.update", { id: british, registration: "refused" });
    expect((await owner.mutate("numbers.update", { id: british, registration: "not-required" })).status).toBe(
      200,
    );
  });

  test.each([
    ["Acme", "BR"],
    ["Acme", "PR"],
    ["Info", "GB"],
  ])("%s in %s is refused with what to do", async (phone, country) => {
    expect(await add(phone, country)).toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringMatching(/: (add|use) /),
    });
  });
});

describe("the registration of numbers with the carrier", () => {
  const numbers = async (tenant: string) =>
    server.sql<{ asked: Date | null }[]>`
      select carrier_registration_asked_at as asked from sending_numbers n join tenants t on t.id = n.tenant_id
      where t.name = ${tenant} and n.kind = 'long-code'`;

  test("is asked for by those who need one, once a minute, by two members at once as by one", async () => {
    expect(await owner.mutate("numbers.checkRegistration", {})).toMatchObject({
      code: "BAD_REQUEST",
      message: "None of your numbers needs a registration with the carrier.",
    });
    const other = await createTenant(server.sql, "other");
    const [own] = await server.sql<{ id: string }[]>`select id from tenants where name = 'acme'`;
    for (const [tenantId, phone, country] of [
      [own!.id, "+12025550111", "US"],
      [own!.id, "+61480001999", "AU"],
      [other, "+12025550112", "US"],
    ] as const)
      await server.sql`
        insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
        values (${tenantId}, ${phone}, ${country}, 10)`;
    const answers = await Promise.all(
      [1, 2].map(() => owner.mutate<{ numbers: number }>("numbers.checkRegistration", {})),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429]);
    expect(answers.find(({ status }) => status === 200)!.data).toEqual({ numbers: 1 });
    const asked = (await numbers("acme")).filter((number) => number.asked !== null);
    expect(asked).toHaveLength(1);
    expect((await numbers("other")).every((number) => number.asked === null)).toBe(true);
  });

  test("stops a number from being counted as in use, and says so", async () => {
    await server.sql`
      update sending_numbers set carrier_registration = 'refused', carrier_registration_reason = 'No website',
        carrier_registration_read_at = now() where phone_e164 = '+12025550111'`;
    const listed = (await owner.query<(Shown & Record<string, unknown>)[]>("numbers.list")).data;
    expect(listed.find(({ phone }) => phone === "+12025550111")).toMatchObject({
      inUse: false,
      carrierRegistration: "refused",
      carrierRegistrationReason: "No website",
    });
  });
});
