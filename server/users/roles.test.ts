import { type Action, fixedRole, may, ROLES } from "@smscrm/core/process/roles";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "../router.ts";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
const callers = new Map<string, Caller>();

beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme", ROLES);
  for (const role of ROLES) callers.set(role, await server.signIn(`${role}@acme.example.com`));
});
afterAll(() => server.close());

type Definition = { type: "query" | "mutation" | "subscription"; meta?: { action: Action } };
const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: Definition }>,
).map(([path, { _def }]) => ({ path, type: _def.type, action: _def.meta?.action ?? null }));

/** Procedures that need no permission beyond a session, or not even that. All others must name one. */
const ANYBODY = [
  "auth.signIn",
  "auth.signOut",
  "auth.me",
  "auth.front",
  "lostPassword.request",
  // These need the cookie of a sign-in that waits for its second factor.
  "auth.pendingSignIn",
  "auth.passkeyChallenge",
  "auth.giveSecondFactor",
  "auth.dropPendingSignIn",
  "singleSignOn.lookUp",
  "singleSignOn.begin",
  // These need the cookie of an account that waits to be linked.
  "singleSignOn.pendingLink",
  "singleSignOn.proveLink",
  "singleSignOn.dropLink",
  // These need the token of a link.
  "auth.lookAtReset",
  "auth.resetPassword",
  "join.look",
  "join.asNewPerson",
  "join.asExistingPerson",
];
const SIGNED_IN = [
  "auth.signOutEverywhere",
  "auth.sessions",
  "auth.endSession",
  "auth.changePassword",
  "auth.switchTenant",
  "secondFactor.status",
  "secondFactor.startTotp",
  "secondFactor.confirmTotp",
  "secondFactor.removeTotp",
  "secondFactor.renewRecoveryCodes",
  "secondFactor.startPasskey",
  "secondFactor.addPasskey",
  "secondFactor.renamePasskey",
  "secondFactor.removePasskey",
  "secondFactor.challenge",
  "secondFactor.prove",
  // Its topics decide.
  "live.follow",
  "singleSignOn.prove",
  "killSwitch.status",
  "safeguards.status",
  "budget.status",
  "system.status",
  "restore.status",
  "system.objectives",
];

/** Calls with input that no procedure accepts: an allowed caller gets an input error, and nothing happens. */
const call = (caller: Caller, path: string, type: Definition["type"]) =>
  type === "query" ? caller.query(path, "no such input") : caller.mutate(path, "no such input");

describe("every procedure", () => {
  it("names its permission, or is on the short list of those that need none", () => {
    const open = procedures.filter(({ action }) => action === null).map(({ path }) => path);
    expect(open.sort()).toEqual([...ANYBODY, ...SIGNED_IN].sort());
  });

  it.each(procedures.filter(({ path, type }) => !ANYBODY.includes(path) && type !== "subscription"))(
    "$path refuses somebody who is not signed in",
    async ({ path, type }) => {
      expect(await call(server.caller(), path, type)).toMatchObject({ status: 401, code: "UNAUTHORIZED" });
    },
  );

  const guarded = procedures.filter(({ action, type }) => action !== null && type !== "subscription");
  it.each(guarded.flatMap((procedure) => ROLES.map((role) => ({ ...procedure, role }))))(
    "$path for $role",
    async ({ path, type, action, role }) => {
      // These take no input, so a call would have its effect. Only the refusal is tested.
      const doesIt = path === "killSwitch.resume" || path === "identityProvider.tryIt";
      if (doesIt && may(fixedRole(role), action!)) return;
      const { code } = await call(callers.get(role)!, path, type);
      if (may(fixedRole(role), action!)) expect(code).not.toBe("FORBIDDEN");
      else expect(code).toBe("FORBIDDEN");
    },
  );

  it.each(procedures.filter(({ type }) => type === "subscription"))(
    "$path refuses somebody who is not signed in",
    async ({ path }) => {
      const response = await server.app.request(`/trpc/${path}?input=${encodeURIComponent('{"id":1}')}`);
      expect(await response.text()).toMatch(/UNAUTHORIZED/);
    },
  );
});
