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
