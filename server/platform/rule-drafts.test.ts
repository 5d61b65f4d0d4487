import { emptyLawTally } from "@smscrm/core/replay/law-replay";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setUpTotp } from "../testing/second-factor.ts";
import {
  type Caller,
  createPlatform,
  createTenant,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { RuleDraftPage } from "./rule-drafts.ts";

let server: TestServer;
let platformId: string;
let acme: string;
let operator: Caller;
let second: Caller;
let auditor: Caller;
let member: Caller;

beforeAll(async () => {
  server = await startTestServer();
  platformId = await createPlatform(server.sql, ["owner", "operator", "auditor"]);
  acme = await createTenant(server.sql, "acme", ["owner"]);
  operator = await server.signIn("operator@platform.example.com");
  second = await server.signIn("owner@platform.example.com");
  auditor = await server.signIn("auditor@platform.example.com");
  member = await server.signIn("owner@acme.example.com");
  for (const caller of [operator, second, auditor]) await setUpTotp(caller);
});
afterAll(() => server.close());

const SOURCE = "https://ca.go.ke/rules";
const price = (micros: number) => ({
  ...{ country: "KE", part: "price", source: SOURCE, checkedOn: "2026-01-01" },
  body: { rates: [{ country: "KE", direction: "outbound", effectiveFrom: null, microsPerSegment: micros }] },
});
const revisionOf = async () =>
  (await operator.query<{ revision: number }>("platform.law.country", { country: "KE" })).data.revision;
const draft = async (micros: number, caller = operator) =>
  caller.mutate<{ id: string }>("platform.law.drafts.draft", {
    ...{ rule: price(micros), revision: await revisionOf() },
  });
const get = async (id: string, caller = operator) =>
  (await caller.query<RuleDraftPage>("platform.law.drafts.get", { id })).data;
const take = async (caller: Caller, step: string, id: string) =>
  caller.mutate(`platform.law.drafts.${step}`, { id, revision: (await get(id)).draft.revision });
/** What the worker does. */
const replayed = (id: string) =>
  server.sql`
    update country_rule_changes set replay_state = 'done', due_at = null,
      replay = ${server.sql.json({ ...emptyLawTally(), held: 3, decisions: 9, organisations: [acme] } as never)}
    where id = ${id}`;
interface Version {
  state: string;
  body: { rates: { microsPerSegment: number }[] };
}
const inForce = async () => {
  const { data } = await operator.query<{ versions: Version[] }>("platform.law.country", { country: "KE" });
  return data.versions.find(({ state }) => state === "in-force")?.body.rates[0]?.microsPerSegment;
};

describe("a draft of a country's rule", () => {
  beforeEach(async () => {
    await server.sql`
      update country_rule_changes set status = 'withdrawn', decided_at = now(), due_at = null where status = 'open'`;
  });

  it("is made by the platform's operators alone, and read by its auditors", async () => {
    const { data } = await draft(31_400);
    expect((await draft(1, auditor)).code).toBe("FORBIDDEN");
    expect((await get(data.id, auditor)).draft).toMatchObject({ country: "KE", replayState: "waiting" });
    for (const [procedure, input] of [
      ["get", { id: data.id }],
      ["list", { country: "KE" }],
    ] as const)
      expect((await member.query(`platform.law.drafts.${procedure}`, input)).code).toBe("FORBIDDEN");
    expect((await take(member, "activate", data.id)).code).toBe("FORBIDDEN");
    expect((await take(auditor, "activate", data.id)).code).toBe("FORBIDDEN");
    // The role of tenants' pages reads none of it.
    const read = server.sql.begin(async (tx) => {
      await tx`select set_config('role', 'smscrm_app', true), set_config('app.tenant_id', ${platformId}, true)`;
      return tx`select * from country_rule_changes`;
    });
    await expect(read).rejects.toThrow(/permission denied/);
  });

  it("changes nothing, and shows figures without organisations", async () => {
    const { id } = (await draft(31_400)).data;
    await replayed(id);
    expect(await inForce()).toBeUndefined();
    const page = await get(id);
    expect(page).toMatchObject({
      replay: { held: 3, decisions: 9, organisations: 1 },
      isReplayed: true,
      isOwn: true,
    });
    expect(JSON.stringify(page)).not.toContain(acme);
    const { data } = await operator.query<object[]>("platform.law.drafts.list", { country: "KE" });
    expect(JSON.stringify(data)).not.toContain(acme);
  });

  it("that only tightens is put in force at once by one operator, before its replay ends", async () => {
    const { id } = (await draft(40_000)).data;
    expect((await get(id)).loosens).toEqual([]);
    expect((await take(operator, "activate", id)).status).toBe(200);
    expect(await inForce()).toBe(40_000);
    expect((await take(operator, "activate", id)).status).toBe(409);
  });

  it("that loosens needs its replay, a second operator and a fresh proof", async () => {
    const { id } = (await draft(30_000)).data;
    expect(await get(id)).toMatchObject({
      loosens: [expect.stringMatching(/Price: it falls/)],
      others: ["platform owner"],
    });
    expect((await take(second, "activate", id)).message).toMatch(/replay isn't finished/);
    await replayed(id);
    expect(await take(operator, "activate", id)).toMatchObject({
      status: 412,
      message: expect.stringMatching(/another operator must activate it: platform owner/),
    });
    await server.sql`update sessions set proven_at = now() - interval '1 hour'`;
    expect((await take(second, "activate", id)).status).not.toBe(200);
    await server.sql`update sessions set proven_at = now()`;
    expect((await take(second, "activate", id)).status).toBe(200);
    expect(await inForce()).toBe(30_000);
    const [entry] = await server.sql`
      select action, object_id as id, detail from audit_log
      where tenant_id = ${platformId} and action = 'law.draft-activate' and object_id = ${id}`;
    expect(entry).toMatchObject({
      ...{ action: "law.draft-activate", id },
      detail: {
        draftedBy: "operator@platform.example.com",
        secondPerson: true,
        by: "owner@platform.example.com",
      },
    });
  });

  const words = (whole: string[], courtesies?: string) => ({
    ...{ country: "KE", part: "replies", source: SOURCE, checkedOn: "2026-01-01" },
    body: { language: "Luo", whole, ...(courtesies && { courtesies }) },
  });
  const draftWords = async (rule: object) =>
    (
      await operator.mutate<{ id: string }>("platform.law.drafts.draft", {
        rule,
        revision: await revisionOf(),
      })
    ).data.id;
  const heardOtherwise = (id: string, from: string, to: string) => {
    const replies = { compared: 9, shifts: [{ from, to, replies: 2 }], unknown: { before: 4 } };
    const tally = { ...emptyLawTally(), organisations: [acme], replies };
    return server.sql`
      update country_rule_changes set replay_state = 'done', due_at = null, replay = ${server.sql.json(tally as never)}
      where id = ${id}`;
  };

  it("of reply words is replayed, and one that only adds words is activated at once", async () => {
    const id = await draftWords(words(["weya"]));
    expect(await get(id)).toMatchObject({ isReplayed: true, loosens: [], draft: { replayState: "waiting" } });
    await heardOtherwise(id, "none", "opt-out");
    const page = await get(id);
    expect(page.replay).toMatchObject({
      ...{ organisations: 1, replies: { compared: 9, unknown: { before: 4 } } },
    });
    expect(JSON.stringify(page)).not.toContain(acme);
    expect((await take(operator, "activate", id)).status).toBe(200);
  });

  it("of reply words that may not hear an opt-out any more needs a second operator", async () => {
    for (const rule of [words([]), words(["tho"])]) {
      const body = { ...rule.body, help: ["kony"] };
      const id = await draftWords({ ...rule, body });
      expect((await get(id)).loosens).toEqual([expect.stringMatching(/“weya” is heard as an opt-out/)]);
      await replayed(id);
      expect((await take(operator, "activate", id)).message).toMatch(/another operator must activate it/);
      await take(operator, "withdraw", id);
    }
    // What the words alone don't show, the replay may have found.
    const id = await draftWords(words(["weya", "tho"]));
    expect((await get(id)).loosens).toEqual([]);
    await heardOtherwise(id, "opt-out", "none");
    expect((await get(id)).loosens).toEqual(["Reply words: 2 opt-outs on record would not have been heard."]);
    expect((await take(operator, "activate", id)).message).toMatch(/another operator must activate it/);
    await server.sql`update sessions set proven_at = now()`;
    expect((await take(second, "activate", id)).status).toBe(200);
  });

  it("is overtaken by another change of the country, and is replayed again before it counts", async () => {
    const { id } = (await draft(60_000)).data;
    await replayed(id);
    await operator.mutate("platform.law.save", { rule: price(50_000), revision: await revisionOf() });
    expect((await get(id)).draft.isStale).toBe(true);
    expect((await take(second, "activate", id)).message).toMatch(/rules have changed since/);
    expect((await take(operator, "replay", id)).status).toBe(200);
    expect(await get(id)).toMatchObject({ draft: { isStale: false, replayState: "waiting" }, replay: null });
    expect((await take(operator, "cancel", id)).status).toBe(200);
    expect((await take(operator, "cancel", id)).status).toBe(409);
    expect((await take(operator, "withdraw", id)).status).toBe(200);
    expect((await take(operator, "withdraw", id)).status).toBe(409);
    expect(await inForce()).toBe(50_000);
  });

  it("of two operators at once takes one step", async () => {
    const { id } = (await draft(70_000)).data;
    const both = await Promise.all([take(operator, "activate", id), take(second, "withdraw", id)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("rests on the rules that its author saw, is sound, and is one of a few", async () => {
    const revision = await revisionOf();
    const put = (rule: object, seen: number) =>
      operator.mutate("platform.law.drafts.draft", { rule, revision: seen });
    expect((await put(price(80_000), revision - 1)).status).toBe(409);
    expect((await put({ ...price(80_000), source: "a book" }, revision)).status).toBe(400);
    for (let n = 0; n < 5; n += 1) expect((await draft(80_000 + n)).status).toBe(200);
    expect((await draft(90_000)).message).toMatch(/5 drafts of countries' rules already/);
  });

  it("that loosens is activated alone where the platform has one operator, and the audit log says so", async () => {
    const { id } = (await draft(20_000)).data;
    await replayed(id);
    await server.sql`update memberships set role = 'auditor' where tenant_id = ${platformId} and role = 'owner'
      and user_id <> (select id from users where email = 'operator@platform.example.com')`.catch(() => {});
    await server.sql`update sessions set proven_at = now()`;
    const page = await get(id);
    expect(page).toMatchObject({ others: [], isOwn: true });
    expect((await take(operator, "activate", id)).status).toBe(200);
    const [entry] = await server.sql`
      select detail from audit_log
      where tenant_id = ${platformId} and action = 'law.draft-activate' and object_id = ${id}`;
    expect(entry!.detail).toMatchObject({ alone: "the platform has no other operator", secondPerson: false });
    expect((await get(id)).draft.alone).toBe(true);
  });
});
