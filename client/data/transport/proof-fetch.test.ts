import { afterEach, expect, test, vi } from "vitest";
import { askingForProof, fetchProven } from "./proof-fetch.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A server that wants a proof until one was given. */
function guarded() {
  const state = { proven: false, asked: 0 };
  vi.stubGlobal("fetch", async () => {
    state.asked += 1;
    return Response.json({}, { status: state.proven ? 200 : 428 });
  });
  return state;
}

test("opens one dialog for all changes that wait, and repeats each once after a proof", async () => {
  const server = guarded();
  const both = Promise.all([fetchProven("/trpc/a"), fetchProven("/trpc/b")]);
  await vi.waitFor(() => expect(server.asked).toBe(2));
  await vi.waitFor(() => expect(askingForProof()).not.toBeNull());
  server.proven = true;
  askingForProof()!(true);
  expect((await both).map(({ status }) => status)).toEqual([200, 200]);
  expect(server.asked).toBe(4);
  expect(askingForProof()).toBeNull();
});

test("passes the refusal on where the person closes the dialog, and asks again the next time", async () => {
  const server = guarded();
  for (const asked of [1, 2]) {
    const answer = fetchProven("/trpc/a");
    await vi.waitFor(() => expect(askingForProof()).not.toBeNull());
    askingForProof()!(false);
    expect((await answer).status).toBe(428);
    expect(server.asked).toBe(asked);
  }
});

test("does not ask twice for one change: what a proof does not help is a refusal", async () => {
  const server = guarded();
  const answer = fetchProven("/trpc/a");
  await vi.waitFor(() => expect(askingForProof()).not.toBeNull());
  askingForProof()!(true);
  expect((await answer).status).toBe(428);
  expect(server.asked).toBe(2);
});
