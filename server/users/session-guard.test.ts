import { expect, it } from "vitest";
import type { Session } from "./session.ts";
import { guardRefusal } from "./session-guard.ts";

const session = (role: string) => ({ role, tenant: { name: "Acme" } }) as unknown as Session;

it("says who can help, whichever way the request came", () => {
  expect(guardRefusal(null, "messages.read")).toEqual({ status: 401, error: "Please sign in to continue." });
  expect(guardRefusal(session("owner"), "messages.read")).toBeNull();
  expect(guardRefusal(session("viewer"), "imports.run")).toEqual({
    status: 403,
    error: "Your role (viewer) does not allow this. Ask an owner of Acme.",
  });
});
