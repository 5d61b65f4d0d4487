import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { step } from "../../testing/second-factor.ts";
import { softwareAuthenticator } from "../../testing/software-authenticator.ts";
import {
  type Caller,
  createTenant,
  PASSWORD,
  PUBLIC_URL,
  startTestServer,
  type TestServer,
} from "../../testing/test-api.ts";

const EMAIL = "owner@acme.example.com";
const PENDING = "__Host-pending_sign_in";
type Asked = { challenge: string };

let server: TestServer;
let owner: Caller;

beforeEach(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme", ["owner", "admin"]);
  owner = await server.signIn(EMAIL);
});
afterEach(() => server.close());

const start = async (caller = owner) => (await caller.mutate<Asked>("secondFactor.startPasskey")).data;
const add = (response: unknown, caller = owner, name = "Laptop") =>
  caller.mutate<{ recoveryCodes: string[] | null }>("secondFactor.addPasskey", { name, response });
const register = async (device = softwareAuthenticator(PUBLIC_URL), caller = owner) => {
  const added = await add(device.create(await start(caller)), caller);
  if (added.status !== 200) throw new Error(added.message);
  return device;
};
const pending = async (email = EMAIL) => {
  const { cookies } = await step(server, "auth.signIn", { email, password: PASSWORD });
  return `${PENDING}=${cookies[PENDING]}`;
};
const challenge = async (cookie: string) =>
  (await step(server, "auth.passkeyChallenge", undefined, cookie)).data as unknown as Asked;
const give = (cookie: string, response: unknown) =>
  step(server, "auth.giveSecondFactor", { kind: "passkey", response }, cookie);
const prove = (response: unknown, caller = owner) =>
  caller.mutate("secondFactor.prove", { kind: "passkey", response });
const asked = async (caller = owner) => (await caller.mutate<Asked>("secondFactor.challenge")).data;

describe("a passkey", () => {
  it("is registered for the host of PUBLIC_URL, with recovery codes, and is a second factor", async () => {
    const options = (await owner.mutate<Record<string, unknown>>("secondFactor.startPasskey")).data;
    expect(options).toMatchObject({ rp: { id: "texts.example.com", name: "smscrm" }, attestation: "none" });
    const device = softwareAuthenticator(PUBLIC_URL);
    const added = await add(device.create(await start()));
    expect(added.data.recoveryCodes).toHaveLength(10);
    const cookie = await pending();
    const view = await server.caller(cookie).query("auth.pendingSignIn");
    expect(view.data).toEqual({ pending: { totp: false, passkey: true, recoveryCodes: true } });
    const inside = await give(cookie, device.sign(await challenge(cookie)));
    expect(inside).toMatchObject({ status: 200, data: { user: { email: EMAIL } } });
    const list = await owner.query<{ passkeys: { name: string; lastUsedAt: string }[] }>(
      "secondFactor.status",
    );
    expect(list.data.passkeys).toEqual([
      {
        id: expect.any(String),
        name: "Laptop",
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
      },
    ]);
  });

  it("also one that does not count its signatures", async () => {
    const device = await register(softwareAuthenticator(PUBLIC_URL, { counts: false }));
    for (const _ of [1, 2]) {
      const cookie = await pending();
      expect((await give(cookie, device.sign(await challenge(cookie)))).status).toBe(200);
    }
  });

  it("signs each challenge once, also when the answer comes twice at once", async () => {
    const device = await register();
    const signed = device.sign(await asked());
    const answers = await Promise.all([prove(signed), prove(signed), prove(signed)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    expect((await prove(signed)).status).toBe(400);
    const wrong = await asked();
    expect((await prove(softwareAuthenticator(PUBLIC_URL).sign(wrong))).status).toBe(400);
    expect((await prove(device.sign(wrong))).status).toBe(400);
  });

  it("answers only the session or sign-in that was asked, for five minutes, and for what it was asked", async () => {
    const device = await register();
    const waiting = await pending();
    const { cookies } = await give(waiting, device.sign(await challenge(waiting)));
    const elsewhere = server.caller(`__Host-session_id=${cookies["__Host-session_id"]}`);
    await asked(elsewhere);
    expect((await prove(device.sign(await asked()), elsewhere)).status).toBe(400);
    const [mine, theirs] = [await pending(), await pending()];
    const toMine = device.sign(await challenge(mine));
    await challenge(theirs);
    expect((await give(theirs, toMine)).status).toBe(400);
    const late = await asked();
    await server.sql`update passkey_challenges set expires_at = clock_timestamp()`;
    expect((await prove(device.sign(late))).status).toBe(400);
    const other = softwareAuthenticator(PUBLIC_URL);
    expect((await add(other.create(await asked()))).status).toBe(412);
    expect((await prove(device.sign(await start()))).status).toBe(400);
    await start();
    expect((await add(other.create({ challenge: "made-up" }))).status).toBe(400);
  });

  it("works on our own pages alone", async () => {
    const evil = softwareAuthenticator("https://texts.example.com.evil.example");
    expect((await add(evil.create(await start()))).status).toBe(400);
    const otherPort = softwareAuthenticator("https://texts.example.com:8443");
    expect((await add(otherPort.create(await start()))).status).toBe(400);
  });

  it("is refused once its count goes back: it was copied", async () => {
    const device = await register();
    device.setCounter(10);
    expect((await prove(device.sign(await asked()))).status).toBe(200);
    device.setCounter(10);
    device.setCounter(9);
    expect((await prove(device.sign(await asked()))).status).toBe(400);
    const rows = await server.sql`select counter from passkeys`;
    expect(Number(rows[0]!.counter)).toBe(11);
  });

  it("of somebody else opens nothing, and is not registered a second time", async () => {
    const admin = await server.signIn("admin@acme.example.com");
    const theirs = await register(undefined, admin);
    await register();
    const cookie = await pending();
    expect((await give(cookie, theirs.sign(await challenge(cookie)))).status).toBe(400);
    expect(await add(theirs.create(await start()))).toMatchObject({ code: "CONFLICT" });
    const { data } = await admin.query<{ passkeys: { id: string }[] }>("secondFactor.status");
    const { id } = data.passkeys[0]!;
    expect(await owner.mutate("secondFactor.removePasskey", { id })).toMatchObject({ code: "NOT_FOUND" });
    expect(await owner.mutate("secondFactor.renamePasskey", { id, name: "Mine" })).toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("is renamed and removed, and a removed one signs nothing more", async () => {
    const device = await register();
    const other = await register();
    const { data } = await owner.query<{ passkeys: { id: string }[] }>("secondFactor.status");
    const [{ id }, second] = data.passkeys as [{ id: string }, { id: string }];
    expect((await owner.mutate("secondFactor.renamePasskey", { id, name: "Old phone" })).status).toBe(200);
    expect((await owner.mutate("secondFactor.removePasskey", { id })).status).toBe(200);
    expect((await prove(device.sign(await asked()))).status).toBe(400);
    expect((await prove(other.sign(await asked()))).status).toBe(200);
    const entries = await server.sql`
      select action, detail ->> 'name' as name from audit_log where action like 'auth.passkey%' order by id`;
    expect(entries.map(({ action, name }) => `${action} ${name}`)).toEqual([
      "auth.passkey-add Laptop",
      "auth.passkey-add Laptop",
      "auth.passkey-rename Old phone",
      "auth.passkey-remove Old phone",
    ]);
    await owner.mutate("secondFactor.removePasskey", { id: second.id });
    expect(await server.sql`select 1 from recovery_codes`).toHaveLength(0);
  });
});

describe("an address for which browsers have no passkeys", () => {
  it.each(["http://127.0.0.1:3000", "https://192.0.2.7", "http://texts.example.com"])(
    "%s offers none",
    async (publicUrl) => {
      const plain = await startTestServer({ publicUrl });
      try {
        await createTenant(plain.sql, "acme");
        const caller = await plain.signIn(EMAIL);
        expect((await caller.query("secondFactor.status")).data).toMatchObject({ passkeysPossible: false });
        expect(await caller.mutate("secondFactor.startPasskey")).toMatchObject({ status: 412 });
      } finally {
        await plain.close();
      }
    },
  );
});
