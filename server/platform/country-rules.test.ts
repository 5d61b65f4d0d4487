import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setUpTotp } from "../testing/second-factor.ts";
import {
  addContacts,
  type Caller,
  createPlatform,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import { receiveText } from "../testing/texts.ts";

let server: TestServer;
let acme: string;
let beta: string;
let operator: Caller;
let second: Caller;
let auditor: Caller;
const members: Record<string, Caller> = {};

const SOURCE = "https://ca.go.ke/rules";
const read = { source: SOURCE, checkedOn: "2026-01-01" };
const price = (micros: number, country = "KE") => ({
  ...{ country, part: "price", ...read },
  body: { rates: [{ country, direction: "outbound", effectiveFrom: null, microsPerSegment: micros }] },
});
const words = { country: "KE", part: "replies", ...read, body: { language: "Luo", whole: ["weya"] } };

interface Shown {
  revision: number;
  law: { priced: boolean; ownParts: string[]; missing: string[] };
  versions: { part: string; state: string; by: string; body: unknown }[];
  advice: string[];
}
const shown = async (caller: Caller, country = "KE") =>
  (await caller.query<Shown>("platform.law.country", { country })).data;
const save = async (caller: Caller, rule: object, more: object = {}) =>
  caller.mutate<{ saved: boolean; loosens: string[] }>("platform.law.save", {
    ...{ rule, revision: (await shown(caller)).revision, ...more },
  });

/** Drafts a change as one operator, and puts it in force as the other, as if the worker had replayed it. */
async function byDraft(procedure: "draft" | "draftShipped", change: object): Promise<void> {
  const { revision } = await shown(operator);
  const drafted = await operator.mutate<{ id: string }>(`platform.law.drafts.${procedure}`, {
    ...{ ...change, revision },
  });
  expect(drafted.status).toBe(200);
  const { id } = drafted.data;
  await server.sql`update country_rule_changes set replay_state = 'done', due_at = null where id = ${id}`;
  expect((await second.mutate("platform.law.drafts.activate", { id, revision: 1 })).status).toBe(200);
}

beforeAll(async () => {
  server = await startTestServer();
  await createPlatform(server.sql, ["owner", "operator", "auditor"]);
  acme = await createTenant(server.sql, "acme", ["owner", "admin", "viewer"]);
  beta = await createTenant(server.sql, "beta");
  for (const role of ["owner", "admin", "viewer"])
    members[role] = await server.signIn(`${role}@acme.example.com`);
  operator = await server.signIn("operator@platform.example.com");
  second = await server.signIn("owner@platform.example.com");
  auditor = await server.signIn("auditor@platform.example.com");
  for (const caller of [operator, second, auditor]) await setUpTotp(caller);
});
afterAll(() => server.close());

describe("rules of a country", () => {
  it("are set by the platform's operators alone, and read by its auditors", async () => {
    for (const role of ["owner", "admin", "viewer"]) {
      expect((await members[role]!.query("platform.law.countries", {})).code).toBe("FORBIDDEN");
      const change = { rule: price(1), revision: 0 };
      expect((await members[role]!.mutate("platform.law.save", change)).code).toBe("FORBIDDEN");
    }
    expect((await auditor.mutate("platform.law.save", { rule: price(1), revision: 0 })).code).toBe(
      "FORBIDDEN",
    );
    const { data } = await auditor.query<{ country: string; priced: boolean }[]>(
      "platform.law.countries",
      {},
    );
    expect(data).toHaveLength(247);
    expect(data.find(({ country }) => country === "KE")).toMatchObject({ priced: false, ownParts: [] });
    expect((await auditor.query("platform.law.country", { country: "XX" })).status).toBe(404);
  });

  it("take effect for every organisation at once, with their author and an audit entry", async () => {
    for (const tenantId of [acme, beta]) {
      await server.sql`update tenants set country = 'KE' where id = ${tenantId}`;
      await addContacts(server.sql, tenantId, FICTION.slice(0, 1));
    }
    // A contact there, as the estimate of a campaign prices one.
    await server.sql`update contacts set country = 'KE' where tenant_id in ${server.sql([acme, beta])}`;
    const priceIn = async (caller: Caller) => {
      const answer = await caller.query<{ countries: { segmentMicros: number | null }[] }>(
        "campaigns.audienceCount",
        { audience: { kind: "all" } },
      );
      return answer.data.countries[0]!.segmentMicros;
    };
    const others = await server.signIn("owner@beta.example.com");
    expect(await priceIn(members.owner!)).toBeNull();
    expect((await save(operator, price(31_400))).data).toMatchObject({ saved: true });
    expect(await Promise.all([priceIn(members.owner!), priceIn(others)])).toEqual([31_400, 31_400]);
    expect(await shown(auditor)).toMatchObject({
      law: { priced: true, ownParts: ["price"] },
      versions: [{ part: "price", state: "in-force", by: "operator@platform.example.com" }],
    });
    const [entry] = await server.sql`
      select action, object_id as country, detail ->> 'source' as source from audit_log order by id desc limit 1`;
    expect(entry).toEqual({ action: "law.change", country: "KE", source: SOURCE });
  });

  it("are refused in words if they are not sound", async () => {
    const refused = async (rule: object, more: object = {}) => {
      const answer = await save(operator, rule, more);
      expect(answer.status).toBe(400);
      return answer.message;
    };
    expect(await refused(price(0))).toMatch(/nothing is ever sent free/);
    expect(await refused({ ...price(1), source: "a book" })).toMatch(/public page/);
    expect(await refused({ ...price(1), country: "UG" })).toMatch(/here UG alone/);
    expect(await refused(price(1), { validFrom: "2020-01-01T00:00:00Z" })).toMatch(/can't begin in the past/);
  });

  it("that allow more ask first, and another operator puts them in force", async () => {
    const cheaper = await save(operator, price(20_000));
    expect(cheaper.data).toMatchObject({
      saved: false,
      loosens: [expect.stringMatching(/falls from US\$0.0314/)],
      others: ["platform owner"],
    });
    expect(await save(operator, price(20_000), { acceptLooser: true })).toMatchObject({
      status: 412,
      message: expect.stringMatching(/another operator must activate it: platform owner/),
    });
    expect((await shown(operator)).versions).toHaveLength(1);
    await byDraft("draft", { rule: price(20_000) });
    expect((await shown(operator)).versions).toHaveLength(2);
  });

  it("of two authors at once are saved once: the other one sees whose change it was", async () => {
    const { revision } = await shown(operator);
    const both = await Promise.all([
      operator.mutate("platform.law.save", { rule: price(40_000), revision }),
      second.mutate("platform.law.save", { rule: price(41_000), revision }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)!.message).toMatch(
      /@platform.example.com changed these rules .* Nothing of yours was saved/,
    );
    expect((await shown(operator)).revision).toBe(revision + 1);
  });

  it("ask nobody about a change that rests on rules which somebody else has changed since", async () => {
    const { revision } = await shown(operator);
    await save(second, price(45_000));
    // Cheaper than the price that the second one entered: a question, if it were read on what is there now.
    const late = await operator.mutate("platform.law.save", { rule: price(44_000), revision });
    expect(late).toMatchObject({ status: 409, message: expect.stringMatching(/Nothing of yours was saved/) });
  });

  it("hear a new word as an opt-out from numbers of that country, through the webhook", async () => {
    const people = ["+254712345678", "+61491570110"];
    const ours = "+61480001777";
    await server.sql`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
      values (${acme}, ${ours}, 'AU', 1)`;
    const optedOut = async () =>
      (
        await server.sql<
          { phone: string }[]
        >`select phone_e164 as phone from do_not_contact where tenant_id = ${acme}`
      ).map(({ phone }) => phone);
    for (const From of people) await receiveText(server, { From, To: ours, Body: "Weya" });
    expect(await optedOut()).toEqual([]);
    expect((await save(operator, words)).data).toMatchObject({ saved: true });
    for (const From of people) await receiveText(server, { From, To: ours, Body: "Weya!" });
    expect(await optedOut()).toEqual(people.slice(0, 1));
  });

  it("that allow more are saved after a yes where the platform has one operator alone", async () => {
    const other = await startTestServer();
    try {
      await createPlatform(other.sql, ["operator", "auditor"]);
      const there = await other.signIn("operator@platform.example.com");
      await setUpTotp(there);
      await save(there, price(30_000));
      expect((await save(there, price(20_000))).data).toMatchObject({ saved: false, others: [] });
      expect((await save(there, price(20_000), { acceptLooser: true })).data).toMatchObject({ saved: true });
    } finally {
      await other.close();
    }
  });

  it("leave as a file that another installation takes unchanged", async () => {
    const { data: file } = await auditor.query<{ format: string; parts: object[] }>(
      "platform.law.export",
      {},
    );
    expect(file.parts).toHaveLength(2);
    const other = await startTestServer();
    try {
      await createPlatform(other.sql, ["operator"]);
      const there = await other.signIn("operator@platform.example.com");
      await setUpTotp(there);
      const take = (text: string, more: object = {}) =>
        there.mutate<{ saved: boolean }>("platform.law.import", { file: text, ...more });
      expect((await take("{")).message).toMatch(/no JSON file/);
      expect((await take("{}")).message).toMatch(/Nothing was imported/);
      expect(
        (await take(JSON.stringify({ ...file, parts: [...file.parts, file.parts[0]] }))).message,
      ).toMatch(/two rules for KE/);
      expect(
        (await take(JSON.stringify({ ...file, parts: [file.parts[0], { ...price(0) }] }))).message,
      ).toMatch(/Nothing was imported. At parts.1/);
      expect((await shown(there)).versions).toEqual([]);
      expect((await take(JSON.stringify(file))).data).toMatchObject({ saved: true });
      expect((await there.query("platform.law.export", { country: "KE" })).data).toEqual(file);
    } finally {
      await other.close();
    }
  });

  it("are as shipped again after a withdrawal, which asks first where that allows more", async () => {
    const withdraw = async (part: string, more: object = {}) =>
      operator.mutate("platform.law.withdraw", {
        ...{ country: "KE", part, note: "The law changed", revision: (await shown(operator)).revision },
        ...more,
      });
    expect((await withdraw("replies")).data).toMatchObject({
      saved: false,
      loosens: [expect.stringMatching(/“weya” is heard as an opt-out until now/)],
    });
    for (const part of ["replies", "price"])
      await byDraft("draftShipped", { country: "KE", part, note: "The law changed" });
    const { law, versions } = await shown(operator);
    expect(law).toMatchObject({ priced: false, ownParts: [] });
    expect(versions.map(({ state }) => state).filter((state) => state === "in-force")).toHaveLength(2);
    expect(versions.length).toBeGreaterThan(4);
  });

  it("may begin later: until then they are shown as scheduled", async () => {
    const validFrom = new Date(Date.now() + 3_600_000).toISOString();
    expect((await save(operator, price(50_000), { validFrom })).data).toMatchObject({ saved: true });
    const scheduled = await shown(operator);
    expect(scheduled.law.priced).toBe(false);
    expect(scheduled.versions[0]).toMatchObject({ state: "scheduled", part: "price" });
    expect((await save(operator, price(60_000))).data).toMatchObject({ saved: true });
    expect((await shown(operator)).versions.slice(0, 2).map(({ state }) => state)).toEqual([
      "in-force",
      "past",
    ]);
  });
});
