import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { apiSchema } from "../../environment.ts";
import {
  CLIENT_SECRET,
  createBrowser,
  type IdentityProvider,
  startIdentityProvider,
} from "../../testing/identity-provider.ts";
import { auditOf, configure, SETTINGS, setMode, verify } from "../../testing/single-sign-on.ts";
import { type Caller, createTenant, startTestServer, type TestServer } from "../../testing/test-api.ts";
import { seal, unseal } from "./sealed-secret.ts";
import { secretsKeysOf } from "./secrets-key.ts";
import { openSingleSignOn } from "./setup.ts";

let server: TestServer;
let idp: IdentityProvider;
let tenantId: string;
let owner: Caller;
let other: Caller;

/** What DNS shows; a domain that is missing has no record. */
const dns = new Map<string, string[] | Error>();
const network = { isProduction: false, allowedRanges: [] };
const keys = { current: randomBytes(32), previous: null };

const setUp = (given: { current: Buffer; previous: Buffer | null } | null) =>
  openSingleSignOn({
    keys: given,
    network,
    resolveTxt: async (domain) => {
      const shown = dns.get(domain);
      if (shown instanceof Error) throw shown;
      if (!shown) throw Object.assign(new Error("no data"), { code: "ENODATA" });
      return shown;
    },
  });

beforeAll(async () => {
  idp = await startIdentityProvider();
  server = await startTestServer({ singleSignOn: setUp(keys) });
  tenantId = await createTenant(server.sql, "acme", ["owner", "admin"]);
  await createTenant(server.sql, "other");
  [owner, other] = (await Promise.all(
    ["acme", "other"].map((name) => server.signIn(`owner@${name}.example.com`)),
  )) as [Caller, Caller];
});
afterAll(async () => {
  await server.close();
  await idp.close();
});
beforeEach(() => dns.clear());

interface Shown {
  connection: { hasSecret: boolean; mode: string } | null;
  domains: { domain: string; record: string; verifiedAt: string | null; verifiedBy: string | null }[];
  callbackUrl: string;
  keepsSecrets: boolean;
}
const shown = async (caller = owner) => (await caller.query<Shown>("identityProvider.get")).data;
const add = (domain: string, caller = owner) => caller.mutate("identityProvider.addDomain", { domain });
const check = (domain: string, caller = owner) => caller.mutate("identityProvider.checkDomain", { domain });

describe("a domain", () => {
  it("belongs to the organisation once DNS shows its record", async () => {
    expect((await add("Acme.Example.")).message).toBeUndefined();
    const [listed] = (await shown()).domains;
    expect(listed).toMatchObject({ domain: "acme.example", verifiedAt: null });
    expect(listed!.record).toMatch(/^smscrm-verification=[\w-]{43}$/);
    expect((await check("acme.example")).message).toMatch(/does not show the record smscrm-verification=/);
    dns.set("acme.example", ["v=spf1 -all", `${listed!.record}x`, "smscrm-verification="]);
    expect((await check("acme.example")).status).toBe(412);
    dns.set("acme.example", ["v=spf1 -all", listed!.record]);
    expect((await check("acme.example")).message).toBeUndefined();
    expect((await shown()).domains[0]).toMatchObject({ verifiedBy: "dns", verifiedAt: expect.any(String) });
    expect(await auditOf(server, tenantId, "sso.domain-verify")).toEqual([{ by: "dns" }]);
  });

  it("belongs to one organisation at most", async () => {
    await add("acme.example", other);
    const { record } = (await shown(other)).domains.find(({ domain }) => domain === "acme.example")!;
    dns.set("acme.example", [record]);
    expect(await check("acme.example", other)).toMatchObject({
      status: 409,
      message: expect.stringMatching(/^Another organisation on this server has verified this domain/),
    });
    expect((await shown(other)).domains[0]!.verifiedAt).toBeNull();
    // With both records in DNS and two requests at once, one wins.
    await Promise.all([add("both.example"), add("both.example", other)]);
    const records = await Promise.all(
      [owner, other].map(
        async (caller) =>
          (await shown(caller)).domains.find(({ domain }) => domain === "both.example")!.record,
      ),
    );
    dns.set("both.example", records);
    const answers = await Promise.all([check("both.example"), check("both.example", other)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("of another organisation's list is checked and removed by nobody else", async () => {
    await add("theirs.example", other);
    expect((await check("theirs.example")).status).toBe(404);
    expect((await owner.mutate("identityProvider.removeDomain", { domain: "theirs.example" })).status).toBe(
      404,
    );
  });

  it.each([
    ["gmail.com", /Anybody can have an address at this domain/],
    ["GMail.com.", /Anybody can have an address at this domain/],
    ["localhost", /Enter a domain/],
    ["127.0.0.1", /Enter a domain/],
    ["a b.example", /Enter a domain/],
    ["", /Enter a domain/],
    ["*.example.com", /Enter a domain/],
  ])("is refused: %s", async (domain, sentence) => {
    expect((await add(domain)).message).toMatch(sentence);
  });

  it("is compared in the form that DNS has", async () => {
    await add("bücher.example");
    expect((await shown()).domains.map(({ domain }) => domain)).toContain("xn--bcher-kva.example");
  });

  it("is not verified if DNS can't be asked", async () => {
    await add("slow.example");
    dns.set("slow.example", Object.assign(new Error("cancelled"), { code: "ECANCELLED" }));
    expect((await check("slow.example")).message).toMatch(
      /DNS could not be asked about slow.example \(ECANCELLED\)/,
    );
  });

  it("can't be called verified by the API's role itself", async () => {
    const write = (statement: string) =>
      server.sql.begin(async (tx) => {
        await tx`select set_config('role', 'smscrm_app', true), set_config('app.tenant_id', ${tenantId}, true)`;
        await tx.unsafe(statement);
      });
    for (const statement of [
      "update sign_in_domains set verified_at = now(), verified_by = 'dns'",
      `insert into sign_in_domains (tenant_id, domain, token, verified_at, verified_by)
        values ('${tenantId}', 'mine.example', 't', now(), 'dns')`,
      "select client_secret from single_sign_on",
      "insert into sign_in_identities (tenant_id, issuer, subject, user_id) select tenant_id, 'i', 's', user_id from memberships",
    ])
      await expect(write(statement), statement).rejects.toThrow(/permission denied/);
  });
});

describe("the client secret", () => {
  const row = async () =>
    (
      await server.sql<{ secret: Buffer; key: string }[]>`
      select client_secret as secret, secret_key_id as key from single_sign_on where tenant_id = ${tenantId}`
    )[0]!;
  const browserSignIn = async () => {
    idp.as("ada", { email: "ada@acme.example.com", email_verified: true, groups: ["g"] });
    return createBrowser(server.app).signIn("ada@acme.example.com");
  };

  beforeAll(async () => {
    await verify(server, tenantId, "acme.example.com");
    await configure(owner, idp, { roleMap: [{ group: "g", role: "viewer" }] });
    await setMode(owner, "offered");
  });

  it("is encrypted, with the id of its key beside it, and shown to nobody", async () => {
    const { secret, key } = await row();
    expect(secret.toString("latin1")).not.toContain(CLIENT_SECRET);
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    const view = await owner.query("identityProvider.get");
    expect(JSON.stringify(view.data)).not.toContain(CLIENT_SECRET);
    expect(view.data).toMatchObject({ connection: { hasSecret: true } });
    const [noted] = await auditOf(server, tenantId, "sso.configure");
    expect(noted).toMatchObject({ secret: "new", issuer: idp.issuer });
    expect(JSON.stringify(noted)).not.toContain(CLIENT_SECRET);
  });

  it("stays when nothing is given, and goes to no other issuer", async () => {
    const before = await row();
    await configure(owner, idp, { clientSecret: undefined, roleMap: [{ group: "g", role: "viewer" }] });
    expect(await row()).toEqual(before);
    const thief = await startIdentityProvider();
    const moved = await owner.mutate("identityProvider.configure", {
      ...SETTINGS,
      issuer: thief.issuer,
      clientSecret: undefined,
    });
    expect(moved.message).toMatch(/Enter the client secret again: the issuer is another one/);
    await thief.close();
  });

  it("can't be decrypted in another organisation's row", () => {
    const sealed = seal(keys, "tenant a", "secret");
    expect(unseal(keys, "tenant a", sealed)).toBe("secret");
    expect(() => unseal(keys, "tenant b", sealed)).toThrow(/was changed or moved/);
    const changed = Buffer.from(sealed.value);
    changed[changed.length - 1]! ^= 1;
    expect(() => unseal(keys, "tenant a", { ...sealed, value: changed })).toThrow(/was changed or moved/);
    expect(Buffer.from(seal(keys, "tenant a", "secret").value)).not.toEqual(Buffer.from(sealed.value));
  });

  it("is encrypted again with the new key when the key is replaced", async () => {
    const before = await row();
    const next = { current: randomBytes(32), previous: keys.current };
    const { singleSignOn } = server.dependencies;
    const use = (given: Parameters<typeof setUp>[0]) => Object.assign(singleSignOn, setUp(given));
    use(next);
    expect(await browserSignIn()).toBe("/");
    const after = await row();
    expect(after.key).not.toBe(before.key);
    use({ current: next.current, previous: null });
    expect(await browserSignIn()).toBe("/");
    // Without its key nobody is signed in, and the log says which one is missing.
    use(keys);
    await expect(browserSignIn()).rejects.toThrow("Something went wrong on our side");
    expect(server.logged.join()).toContain(`was encrypted with the key ${after.key}`);
    await configure(owner, idp, { roleMap: [{ group: "g", role: "viewer" }] });
  });

  it("is refused without a key, and a public client needs none", async () => {
    const { singleSignOn } = server.dependencies;
    Object.assign(singleSignOn, setUp(null));
    expect((await shown()).keepsSecrets).toBe(false);
    const refused = await owner.mutate("identityProvider.configure", { ...SETTINGS, issuer: idp.issuer });
    expect(refused.message).toMatch(
      /no key to encrypt the client secret with. Ask the platform operator to set SECRETS_KEY/,
    );
    await configure(owner, idp, { clientSecret: null });
    expect((await shown()).connection).toMatchObject({ hasSecret: false });
    Object.assign(singleSignOn, setUp(keys));
  });
});

describe("the configuration", () => {
  it("is an owner's, after a fresh proof", async () => {
    const admin = await server.signIn("admin@acme.example.com");
    expect((await admin.query("identityProvider.get")).status).toBe(403);
    await server.sql`update sessions set proven_at = null`;
    expect((await add("later.example")).status).toBe(428);
    await owner.mutate("secondFactor.prove", { kind: "password", password: "correct horse battery staple" });
  });

  it("names a provider that answers, over https or on this machine", async () => {
    const save = (issuer: string) => owner.mutate("identityProvider.configure", { ...SETTINGS, issuer });
    expect((await save("http://login.example.com")).message).toMatch(/must begin with https/);
    expect((await save("https://10.0.0.1")).message).toMatch(/inside a private network/);
    expect((await save("not an address")).message).toMatch(/Enter the issuer’s address/);
    expect((await save(`${idp.issuer}/nothing`)).message).toMatch(
      /^No identity provider answers at this address/,
    );
    const busy = await startIdentityProvider();
    busy.state.hangs = true;
    expect((await save(busy.issuer)).message).toMatch(/did not answer within 5 seconds/);
    await busy.close();
  });

  it("can't be offered before there is a provider and a verified domain", async () => {
    const offer = (caller: Caller) => caller.mutate("identityProvider.setMode", { mode: "offered" });
    await other.mutate("secondFactor.prove", { kind: "password", password: "correct horse battery staple" });
    expect((await offer(other)).message).toMatch(/Enter your identity provider first/);
    expect((await other.mutate("identityProvider.tryIt")).message).toMatch(
      /Enter your identity provider first/,
    );
    await server.sql`update sign_in_domains set verified_at = null, verified_by = null
      where tenant_id <> ${tenantId}`;
    await configure(other, idp);
    expect((await offer(other)).message).toMatch(/Verify a domain first/);
  });
});

describe("SECRETS_KEY", () => {
  const parse = (text: string) => apiSchema.shape.SECRETS_KEY.safeParse(text);
  it.each([
    ["base64", randomBytes(32).toString("base64")],
    ["hexadecimal", randomBytes(32).toString("hex")],
  ])("is 32 bytes in %s", (_, text) => {
    expect(parse(text).data).toHaveLength(32);
  });

  it.each(["short", randomBytes(16).toString("base64"), "A".repeat(44), "0".repeat(64)])(
    "is not %s",
    (text) => {
      expect(parse(text).error?.issues[0]?.message).toMatch(/^must be 32 random bytes/);
    },
  );

  it("is made once in the data folder of the embedded database, for this user alone", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "smscrm-secrets-"));
    const settings = { DATA_DIR: folder, isEmbedded: true };
    try {
      const made = secretsKeysOf(settings);
      expect(made?.current).toHaveLength(32);
      expect(secretsKeysOf(settings)).toEqual(made);
      expect(statSync(path.join(folder, "secrets-key")).mode & 0o777).toBe(0o600);
      expect(secretsKeysOf({ ...settings, isEmbedded: false })).toBeNull();
      expect(secretsKeysOf({ ...settings, SECRETS_KEY: keys.current })?.current).toBe(keys.current);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
