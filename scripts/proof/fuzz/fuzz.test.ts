import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fuzz } from "./run.ts";
import { buildWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await buildWorld();
}, 60_000);
afterAll(() => world?.close());

const run = (in_: World, calls: number, seed: number) => fuzz(in_, { calls, seed, say: () => {} });

/** The same world, but the API answers each question about contacts with this. */
function answering(status: number, text: string): World {
  const app = Object.create(world.server.app);
  app.request = async (request: Request, ...rest: [undefined, object]) =>
    request.url.includes("/trpc/contacts.list")
      ? new Response(text, { status })
      : world.server.app.request(request, ...rest);
  return { ...world, server: { ...world.server, app } };
}

describe("calls of every kind between two tenants", () => {
  it("get no error of ours, nothing of the other tenant, and nothing beyond their role", async () => {
    const { called, statuses, faults } = await run(world, 2_500, 7);
    expect(faults).toEqual([]);
    expect(called.size).toBeGreaterThan(120);
    // Inputs that never fit would test nothing.
    expect(statuses.get(200)).toBeGreaterThan(300);
    expect(statuses.get(403)).toBeGreaterThan(100);
  }, 120_000);

  it.each([
    ["a foreign name", 200, '{"name":"Mia Zweigstelle"}', /contacts\.list as \w+: tells Zweigstelle/],
    ["an error of ours", 500, "{}", /contacts\.list as \w+: 500/],
    [
      "a number for a role that sees them masked",
      200,
      '{"phone":"(04) 9157-7002"}',
      / as (viewer|approver|masked): tells the number/,
    ],
    [
      "an answer beyond the role",
      200,
      "{}",
      /\w+\.\w+ as (agent|desk|nobody|\w+ of the platform): is allowed \w+\.\w+/,
    ],
  ])(
    "are judged: %s is a fault",
    async (_, status, text, fault) => {
      const { faults } = await run(answering(status, text), 4_000, 3);
      expect(faults.join("\n")).toMatch(fault);
    },
    120_000,
  );

  it("are judged by the idle tenant's rows", async () => {
    let looks = 0;
    const touched = {
      ...world,
      idleRows: async () => ({ ...(await world.idleRows()), contacts: String(looks++) }),
    };
    const { faults } = await run(touched, 4, 1);
    expect(faults).toContain("rows of the idle tenant changed in contacts");
  });
});
