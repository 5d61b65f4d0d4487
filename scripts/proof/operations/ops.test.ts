import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { headLine } from "@smscrm/db/audit/head-copy";
import { openAuditSigner } from "@smscrm/db/audit/head-signature";
import { copyNextHeads, signGrownLogs } from "@smscrm/db/audit/signed-heads";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { hashToken } from "@smscrm/db/users/secret-tokens";
import { migrateQueue } from "@smscrm/worker/dispatch/migrate-queue";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runScript } from "./run-script.ts";

let fixture: SendFixture;
let first: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  await migrateQueue(fixture.url);
  first = await fixture.tenant();
  await fixture.tenant();
});
afterAll(() => fixture.close());

const ops = (...args: string[]) =>
  runScript(["node_modules/.bin/bun", "scripts/ops.ts", ...args], {
    env: {
      DATABASE_URL: fixture.url,
      PUBLIC_URL: "https://texts.example.com",
      ...{ PORT: "1", WORKER_PORT: "1", REDIS_URL: undefined },
    },
  });
const paused = async () => {
  const [row] = await fixture.sql`select count(sending_paused_at)::int as tenants from tenants`;
  return row!.tenants as number;
};

test("pauses one tenant or all, with a reason, and audits it; a second time changes nothing", async () => {
  expect((await ops("pause", "--tenant", first, "--reason", "an incident")).code).toBe(0);
  expect(await paused()).toBe(1);
  expect((await ops("pause", "--all")).output).toContain("Paused: Acme");
  expect((await ops("pause", "--all")).output).toContain("Nothing changed");
  expect(await paused()).toBe(2);
  const [noted] = await fixture.sql`select detail from audit_log where tenant_id = ${first}`;
  expect(noted!.detail).toMatchObject({ reason: "an incident", by: expect.stringContaining("@") });
  expect((await ops("drain", "--limit", "20")).output).toContain("Drained");
  expect((await ops("resume", "--all")).output).toContain("Resumed: Acme, Acme");
  expect(await paused()).toBe(0);
}, 120_000);

test("drain gives up at its limit and says what to check", async () => {
  const { jobIds, tenantId } = await fixture.running(1);
  await fixture.claim(tenantId, jobIds);
  const { code, output } = await ops("drain", "--limit", "1");
  expect(output).toContain("1 message is being submitted");
  expect(output).toContain("Not drained within 1 s");
  expect(code).toBe(1);
}, 60_000);

test("health names the part that does not answer, and fails", async () => {
  const { code, output } = await ops("health");
  expect(output).toMatch(/NOT WELL {2}API: .* does not answer/);
  expect(output).toContain("No backup was ever made");
  expect(code).toBe(1);
}, 60_000);

test("assigns a number to a tenant, takes it back, and lists it", async () => {
  const phone = "+61444000777";
  expect((await ops("number", "assign", phone, "--tenant", first)).output).toContain(
    `${phone} is tenant ${first}'s`,
  );
  const again = await ops("number", "assign", phone, "--tenant", first);
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining("Take it back first") });
  expect((await ops("number", "list")).output).toMatch(/\+61444000777 +long-code +AU +active/);
  expect((await ops("number", "take-back", phone)).output).toContain("Nothing more is sent from it");
  expect((await ops("number", "list")).output).toMatch(/\+61444000777 .*taken back/);
  const noted = await fixture.sql`
    select action from audit_log where tenant_id = ${first} and object_kind = 'number' order by id`;
  expect(noted.map(({ action }) => action)).toEqual(["number.assign", "number.take-back"]);
}, 120_000);

test("verifies the audit log, and fails where it was touched or written again", async () => {
  const unbroken = await ops("audit", "verify", "--tenant", first);
  expect(unbroken).toMatchObject({ code: 0, output: expect.stringMatching(/^unbroken {2}Acme/m) });
  const head = /ends with (\d+:[0-9a-f]{64})/.exec(unbroken.output)![1]!;
  const expecting = () => ops("audit", "verify", "--tenant", first, "--expect", head);
  expect((await expecting()).code).toBe(0);
  await fixture.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_log set detail = '{}' where tenant_id = ${first} and seq = 1`;
  });
  expect(await ops("audit", "verify")).toMatchObject({
    code: 1,
    output: expect.stringMatching(/number 1 \(id \d+\) was edited/),
  });
  // A superuser recomputes all hashes: only the copy that was kept elsewhere reveals it.
  await fixture.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(`do $$ declare entry audit_log; before bytea; begin
      for entry in select * from audit_log where tenant_id = '${first}' order by seq loop
        entry.previous_hash := before; entry.hash := audit_hash(entry); before := entry.hash;
        update audit_log set previous_hash = entry.previous_hash, hash = entry.hash where id = entry.id;
      end loop;
      update audit_heads set hash = before where tenant_id = '${first}'; end $$`);
  });
  expect((await ops("audit", "verify", "--tenant", first)).code).toBe(0);
  expect(await expecting()).toMatchObject({ code: 1, output: expect.stringContaining("was rewritten") });
}, 120_000);

test("verifies signed heads and their copy, prints the key, and says what is not signed or copied", async () => {
  const tenantId = await fixture.tenant();
  const write = () => fixture.sql`
    insert into audit_log (tenant_id, action, object_kind) values (${tenantId}, 'import.start', 'import')`;
  const health = async () => (await ops("health")).output;
  await write();
  expect(await health()).toContain("Audit logs: never signed");
  expect(await ops("audit", "key")).toMatchObject({
    code: 1,
    output: expect.stringMatching(/No head was signed/),
  });

  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const signer = openAuditSigner(pem)!;
  await signGrownLogs(fixture.sql, signer, { atOnce: true });
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-audit-"));
  const copy = path.join(folder, "heads.jsonl");
  const key = path.join(folder, "keys.pem");
  await copyNextHeads(fixture.sql, `file:${copy}`, async (heads) =>
    writeFileSync(copy, heads.map((head) => `${headLine(head)}\n`).join("")),
  );
  expect(await health()).toMatch(/Audit logs: last signed 2\S+Z\n.*copied to file:\S+, 0 heads to copy/);
  const printed = await ops("audit", "key");
  expect(printed.output).toContain(signer.publicKey.trim());
  writeFileSync(key, printed.output);
  const verify = (...more: string[]) => ops("audit", "verify", "--tenant", tenantId, ...more);
  const withFiles = ["--copy", copy, "--key", key];
  const good = await verify(...withFiles);
  expect(good).toMatchObject({
    code: 0,
    output: expect.stringMatching(
      /^unbroken until 2\S+Z \(number 1\) {2}Acme .*: 1 entry, 1 signed head, ends with 1:/m,
    ),
  });

  // The owner takes the last entry, its head and its signed head away: the database alone shows nothing.
  await fixture.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const table of ["audit_log", "audit_signed_heads"])
      await tx`delete from ${tx(table)} where tenant_id = ${tenantId}`;
    await tx`update audit_heads set seq = 0, hash = '' where tenant_id = ${tenantId}`;
  });
  expect(await verify()).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^unbroken {2}.*no signed head/m),
  });
  expect(await verify(...withFiles)).toMatchObject({
    code: 1,
    output: expect.stringMatching(
      /^BROKEN in 2 places {2}[\s\S]*covers an entry that is missing[\s\S]*is not in the database/m,
    ),
  });
  writeFileSync(copy, "{}\n");
  expect(await verify("--copy", copy)).toMatchObject({
    code: 1,
    output: expect.stringContaining(`line 1 of ${copy} is no signed head`),
  });
  expect((await verify("--copy", path.join(folder, "none"))).output).toContain("can't be read (ENOENT)");
  expect((await verify("--key", copy)).output).toContain("has no public key");

  await write();
  await copyNextHeads(fixture.sql, "syslog://127.0.0.1:9", () => Promise.reject(new Error("refused")));
  await fixture.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_log set created_at = created_at - interval '3 hours' where tenant_id = ${tenantId}`;
  });
  const late = await health();
  expect(late).toMatch(/1 log NOT SIGNED since 2\S+Z: is AUDIT_SIGNING_KEY set for the worker\?/);
  expect(late).toMatch(/NOT COPIED to syslog:\/\/127.0.0.1:9 since 2\S+Z \(\d+ heads?\): refused/);
  // Written by the checks above: the time of the entry was changed.
  await ops("audit", "verify");
  expect(await health()).toMatch(/Audit logs: 1 BROKEN: pnpm ops audit verify/);
}, 240_000);

test("ends all sessions at once", async () => {
  await fixture.sql`insert into users (email, name, password_hash) values ('a@example.com', 'A', 'x')`;
  await fixture.sql`insert into sessions (token_hash, user_id, tenant_id, expires_at)
    select 'x', id, ${first}, now() + interval '1 day' from users`;
  expect((await ops("sign-out", "--all")).output).toContain("Ended 1 session.");
  expect(await fixture.sql`select 1 from sessions`).toHaveLength(0);
}, 60_000);

const tokenOf = (output: string, page: "join" | "reset") =>
  new RegExp(`^https://texts\\.example\\.com/${page}#([\\w-]{43})$`, "m").exec(output)?.[1];

test("confirms and releases a domain for single sign-on, and ends its requirement", async () => {
  const second = await fixture.tenant();
  expect((await ops("sso", "list")).output).toContain("No organisation has an identity provider.");
  const confirmed = await ops("sso", "domain", "confirm", "Acme.Example", "--tenant", first);
  expect(confirmed.output).toContain(`Confirmed acme.example for ${first}`);
  const taken = await ops("sso", "domain", "confirm", "acme.example", "--tenant", second);
  expect(taken).toMatchObject({
    code: 1,
    output: expect.stringContaining("pnpm ops sso domain release acme.example"),
  });
  const refusals = await Promise.all([
    ops("sso", "domain", "confirm", "gmail.com", "--tenant", first),
    ops("sso", "domain", "confirm", "acme.example"),
    ops("sso", "domain", "confirm", "no domain", "--tenant", first),
    ops("sso", "domain", "confirm", "new.example", "--tenant", "01900000-0000-7000-8000-000000000000"),
    ops("sso", "domain", "release", "nobodys.example"),
    ops("sso", "offer", "--tenant", first),
    ops("sso", "domain"),
  ]);
  expect(refusals.map(({ code }) => code)).toEqual(refusals.map(() => 1));
  await fixture.owner`insert into single_sign_on
    (tenant_id, issuer, client_id, groups_claim, role_map, email_always_verified, asks_second_factor, mode)
    values (${first}, 'https://login.acme.example', 'x', 'groups', '[]', false, false, 'required')`;
  expect((await ops("sso", "list")).output).toMatch(/: required, https:\/\/login.acme.example, acme.example/);
  expect((await ops("sso", "offer", "--tenant", first)).output).toContain("is no longer required");
  expect((await ops("sso", "offer", "--tenant", first)).output).toContain("Nothing changed");
  expect((await ops("sso", "domain", "release", "acme.example")).output).toContain(`from ${first}`);
  const noted = await fixture.sql<{ action: string; by: string | null }[]>`
    select action, detail->>'by' as by from audit_log where tenant_id = ${first} and action like 'sso.%' order by id`;
  expect(noted.map(({ action }) => action)).toEqual(["sso.domain-verify", "sso.mode", "sso.domain-remove"]);
  expect(noted.every(({ by }) => by?.includes("@"))).toBe(true);
}, 240_000);

test("creates an organisation and a link for its owner in production, with only the database", async () => {
  const args = ["tenant", "create", "--name", "Acme Pty", "--country", "au", "--zone", "australia/sydney"];
  const made = await ops(...args, "--owner", "Ada@Example.com");
  expect(made.code).toBe(0);
  expect(made.output).toContain("Created Acme Pty");
  expect(made.output).toMatch(/budgets are 0. Nothing is sent/);
  const token = tokenOf(made.output, "join")!;
  const [kept] = await fixture.sql<{ email: string; role: string; hash: Uint8Array; hours: number }[]>`
    select i.email, i.role, i.token_hash as hash,
      extract(epoch from i.expires_at - clock_timestamp())::float8 / 3600 as hours
    from invitations i join tenants t on t.id = i.tenant_id
    where t.name = 'Acme Pty' and t.country = 'AU' and t.timezone = 'Australia/Sydney'
      and t.daily_budget_cents = 0 and t.monthly_budget_cents = 0`;
  expect(kept).toMatchObject({ email: "ada@example.com", role: "owner" });
  expect(kept!.hours).toBeCloseTo(72, 0);
  expect(hashToken(token).equals(kept!.hash)).toBe(true);
  const [{ users }] = (await fixture.sql`select count(*)::int as users from users
    where email = 'ada@example.com'`) as [{ users: number }];
  expect(users).toBe(0);

  const again = await ops(...args, "--owner", "ada@example.com");
  expect(again.code).toBe(1);
  const next = /pnpm ops (tenant invite --tenant \S+ --owner \S+)/.exec(again.output)![1]!;
  const second = tokenOf((await ops(...next.split(" "))).output, "join")!;
  const hashes =
    await fixture.sql`select token_hash as hash from invitations where email = 'ada@example.com'`;
  expect(hashes.map(({ hash }) => hashToken(second).equals(hash))).toEqual([true]);
  expect((await ops("tenant", "list")).output).toMatch(
    /Acme Pty, AU, Australia\/Sydney: 0 members, owners among them: 0, 1 open invitation/,
  );
}, 120_000);

test("a lost password gets a link that is valid for 60 minutes", async () => {
  await fixture.sql`insert into users (email, name, password_hash) values ('lost@example.com', 'L', 'x')`;
  const { code, output } = await ops("person", "reset", "Lost@example.com");
  expect(code).toBe(0);
  expect(output).toMatch(/valid for 60 minutes. Using it ends all of their sessions/);
  const [kept] = await fixture.sql<{ hash: Uint8Array }[]>`
    select token_hash as hash from password_resets r join users u on u.id = r.user_id where email = 'lost@example.com'`;
  expect(hashToken(tokenOf(output, "reset")!).equals(kept!.hash)).toBe(true);
  await fixture.sql`insert into known_browsers (token_hash, user_id) select 'x', id from users where email = 'lost@example.com'`;
  await ops("sign-out", "--all");
  expect(await fixture.sql`select 1 from known_browsers`).toHaveLength(0);
  expect(await fixture.sql`select 1 from password_resets`).toHaveLength(0);
}, 120_000);

test("shows a person's sessions without their tokens, and ends them in the log of each of their organisations", async () => {
  const second = await fixture.tenant();
  const [user] = await fixture.sql`insert into users (email, name, password_hash)
    values ('in@example.com', 'I', 'x') returning id`;
  const userId = user!.id as string;
  for (const tenantId of [first, second])
    await fixture.sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${userId}, 'admin')`;
  const put = (token: string, given: { endsIn: string; seenAgo: string; browser: string | null }) =>
    fixture.sql`insert into sessions (token_hash, user_id, tenant_id, created_at, expires_at, last_seen_at, user_agent, address)
      values (${hashToken(token)}, ${userId}, ${first}, '2026-11-01', now() + ${given.endsIn}::interval,
        now() - ${given.seenAgo}::interval, ${given.browser}, '203.0.113.9')`;
  await put("one", { endsIn: "1 day", seenAgo: "1 minute", browser: "Fire\u001b[2Jfox" });
  await put("two", { endsIn: "1 day", seenAgo: "2 minutes", browser: null });
  await put("idle", { endsIn: "1 day", seenAgo: "13 hours", browser: "Idle" });
  await put("replaced", { endsIn: "20 seconds", seenAgo: "1 second", browser: "Replaced" });
  await fixture.sql`insert into known_browsers (token_hash, user_id) values ('known', ${userId})`;

  const { code, output } = await ops("person", "sessions", "In@example.com");
  expect(code).toBe(0);
  const lines = output.trim().split("\n").slice(-3);
  expect(lines[0]).toBe("in@example.com has 2 open sessions. To end all of them, add --end.");
  expect(lines[1]).toMatch(
    /^signed in 2026-11-01T\S+Z, last seen \S+Z, Acme, Fire \[2Jfox, from 203\.0\.113\.9$/,
  );
  expect(lines[2]).toMatch(/Acme, unknown browser, from 203\.0\.113\.9$/);
  for (const token of ["one", "two"]) expect(output).not.toContain(hashToken(token).toString("hex"));
  expect(await fixture.sql`select 1 from sessions where user_id = ${userId}`).toHaveLength(4);

  const ended = await ops("person", "sessions", "in@example.com", "--end");
  expect(ended).toMatchObject({
    code: 0,
    output: expect.stringContaining("Ended 2 sessions of in@example.com"),
  });
  expect(await fixture.sql`select 1 from sessions where user_id = ${userId}`).toHaveLength(0);
  expect(await fixture.sql`select 1 from known_browsers where user_id = ${userId}`).toHaveLength(0);
  const noted = await fixture.sql`
    select tenant_id as "tenantId", actor_id as "actorId", detail from audit_log
    where action = 'auth.end-sessions' and object_id = ${userId}`;
  expect(noted.map(({ tenantId }) => tenantId).toSorted()).toEqual([first, second].toSorted());
  for (const { actorId, detail } of noted) {
    expect(actorId).toBeNull();
    expect(detail).toEqual({ by: expect.stringContaining("@"), ended: 2 });
  }
  expect((await ops("person", "sessions", "in@example.com")).output).toContain("has no open session");
  expect((await ops("person", "sessions", "in@example.com", "--end")).output).toContain(
    "had no open session",
  );
}, 120_000);

test("suspends an organisation by name or id, once, and reinstates it; only that ends it", async () => {
  await fixture.sql`update tenants set name = 'Spam Ltd' where id = ${first}`;
  const suspend = () => ops("tenant", "suspend", "spam ltd", "--reason", "Spam complaints");
  expect(await suspend()).toMatchObject({
    code: 0,
    output: expect.stringContaining(`Suspended Spam Ltd (${first})`),
  });
  const again = await suspend();
  expect(again.code).toBe(0);
  expect(again.output).toMatch(/Nothing changed: Spam Ltd .* has been suspended since \S+Z: Spam complaints/);
  expect((await ops("tenant", "list")).output).toMatch(/Spam Ltd, .*, SUSPENDED since \S+Z: Spam complaints/);
  expect((await ops("health")).output).toMatch(/Spam Ltd: SUSPENDED since \S+Z \(Spam complaints\)\n/);
  const resumed = await ops("resume", "--all");
  expect(resumed.output).toContain("Still suspended: Spam Ltd. To end that: pnpm ops tenant reinstate");
  const ended = () => ops("tenant", "reinstate", first, "--reason", "They explained it");
  expect((await ended()).output).toContain("Reinstated Spam Ltd");
  expect((await ended()).output).toMatch(/Nothing changed: Spam Ltd .* was not suspended/);
  expect((await ops("tenant", "list")).output).not.toContain("SUSPENDED");
  expect((await ops("health")).output).toMatch(/Spam Ltd: sending/);
  const noted = await fixture.sql`
    select action, detail from audit_log where tenant_id = ${first} and action in ('tenant.suspend', 'tenant.reinstate')
    order by id`;
  const by = expect.stringContaining("@");
  expect(noted).toEqual([
    { action: "tenant.suspend", detail: { by, reason: "Spam complaints" } },
    { action: "tenant.reinstate", detail: { by, reason: "They explained it" } },
  ]);
}, 120_000);

const CREATE = ["tenant", "create", "--name", "New", "--country", "AU", "--zone", "Australia/Sydney"];

test.each([
  [["tenant"], /Use tenant create/],
  [["tenant", "create", "Acme", "--owner", "a@example.com"], /stands in quotes/],
  [["tenant", "create", "--owner", "a@example.com"], /--name "Acme"/],
  [
    ["tenant", "create", "--name", "New", "--country", "Australia"],
    /two letters of a country.*Australia is not one/,
  ],
  [
    [...CREATE.slice(0, 6), "--zone", "Sydney", "--owner", "a@example.com"],
    /Sydney is not one.*Australia\/Sydney/,
  ],
  [[...CREATE.slice(0, 6), "--zone", "+10:00"], /IANA name.*Australia\/Sydney/],
  [[...CREATE, "--owner", "ada"], /ada is not an e-mail address/],
  [CREATE, /--owner EMAIL/],
  [["tenant", "invite", "--owner", "a@example.com"], /--tenant ID/],
  [["tenant", "suspend", "--reason", "x"], /tenant suspend NAME-OR-ID/],
  [["tenant", "suspend", "Acme"], /Give a reason/],
  [["tenant", "reinstate", "Acme", "--reason", " "], /Give a reason/],
  [["tenant", "suspend", "Nobody", "--reason", "x"], /No organisation has the name or id Nobody/],
  [["tenant", "suspend", "Acme", "--reason", "x"], /Several organisations are called Acme.*one of their ids/],
  [["person", "reset"], /such as ada@example.com/],
  [["person", "reset", "nobody@example.com"], /No active account has the address/],
  [["person", "sessions", "nobody@example.com"], /No account has the address/],
  [["person", "sessions", "nobody@example.com", "--end"], /No account has the address/],
  [["person", "reset", "a@example.com", "--end"], /person sessions EMAIL/],
  [[], /Which command/],
  [["stop"], /Which command/],
  [["pause"], /Choose the tenants/],
  [["pause", "--all", "--tenant", "x"], /either --all or --tenant/],
  [["resume", "--tenant", "x"], /not a tenant's id/],
  [["pause", "everything", "--all"], /Which command/],
  [["drain", "--limit", "soon"], /number of seconds/],
  [["drain", "--wait"], /--wait/],
  [["unlock"], /nothing to unlock/],
  [["webhooks", "allow", "203.0.113.7", "--hours", "2"], /Give a reason/],
  [["webhooks", "allow", "203.0.113.7", "--hours", "48", "--reason", "x"], /from 1 to 24/],
  [["webhooks", "allow", "0.0.0.0/0", "--hours", "1", "--reason", "x"], /or a network of \/16/],
  [["webhooks", "forbid"], /webhooks list/],
] as [string[], RegExp][])(
  "%j is refused in one sentence",
  async (args, sentence) => {
    const { code, output } = await ops(...args);
    expect(output).toMatch(sentence);
    expect(output).not.toContain("    at ");
    expect(code).toBe(1);
  },
  60_000,
);
