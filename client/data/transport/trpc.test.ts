import { afterEach, expect, test, vi } from "vitest";
import { trpc } from "./trpc.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("sends the kill switch and each change in a request of its own, apart from slow reads", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (input: string, init?: { method?: string }) => {
    asked.push(`${init?.method ?? "GET"} ${String(input).split("?")[0]}`);
    const answer = { result: { data: null } };
    const calls = String(input).split("?")[0]!.split(",").length;
    const body = String(input).includes("batch=1") ? Array.from({ length: calls }, () => answer) : answer;
    return Response.json(body);
  });
  await Promise.all([
    trpc.contacts.tags.query(),
    trpc.killSwitch.status.query(),
    trpc.numbers.list.query(),
    trpc.killSwitch.pause.mutate({}),
  ]);
  expect(asked.sort()).toEqual([
    "POST /trpc/contacts.tags,numbers.list",
    "POST /trpc/killSwitch.pause",
    "POST /trpc/killSwitch.status",
  ]);
});

test("puts no input of a read into an address", async () => {
  const asked: { address: string; body: string }[] = [];
  vi.stubGlobal("fetch", async (input: string, init?: { body?: string }) => {
    asked.push({ address: String(input), body: String(init?.body) });
    return Response.json([{ result: { data: { items: [], nextCursor: null } } }]);
  });
  await trpc.contacts.list.query({ search: "0491570006" });
  expect(asked).toEqual([
    { address: "/trpc/contacts.list?batch=1", body: expect.stringContaining("0491570006") },
  ]);
});
