import { afterAll, beforeAll, expect, it } from "vitest";
import { createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme", ["owner", "viewer"]);
});
afterAll(() => server.close());

type Shown = { issue: string; title: string; state: string; says: string; todo: string | null }[];

it("shows on the dashboard what pnpm run doctor prints at the console", async () => {
  const owner = await server.signIn("owner@acme.example.com");
  const { data } = await owner.query<Shown>("system.diagnosis");
  expect(data.find(({ state }) => state === "wrong")).toMatchObject({
    title: "Messages not sending",
    says: "No worker is running: nothing is sent.",
  });
  expect(new Set(data.map(({ issue }) => issue)).size).toBe(6);
});
