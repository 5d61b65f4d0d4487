import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let otherId: string;
let owner: Caller;
let auditor: Caller;
let stranger: Caller;
/** When each of the four entries was written, and the end. */
const times: string[] = [];
let people: { id: string; name: string }[];
const campaign = "11111111-1111-4111-8111-111111111111";
const contact = "22222222-2222-4222-8222-222222222222";

type Entry = { action: string; actor: string | null; objectName: string | null; objectId: string | null };
type Answer = { items: Entry[]; nextCursor: string | null };

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "auditor", "viewer"]);
  otherId = await createTenant(server.sql, "other", ["owner"]);
  owner = await server.signIn("owner@acme.example.com");
  auditor = await server.signIn("auditor@acme.example.com");
  stranger = await server.signIn("owner@other.example.com");
  await server.sql`
    insert into campaigns (id, tenant_id, name, body, audience)
    values (${campaign}, ${tenantId}, 'Spring sale', 'Hi', '{"kind":"all"}')`;
  await server.sql`
    insert into contacts (id, tenant_id, phone_e164, country, first_name, last_name, consent_basis)
    values (${contact}, ${tenantId}, '+61491570006', 'AU', 'Zoë', null, 'unknown')`;
  people = (await auditor.query<typeof people>("audit.people")).data;
  const ownerId = people[0]!.id;
  const write = async (action: string, kind: string, id: string | null, actor: string | null) => {
    times.push(new Date().toISOString());
    await server.sql`
      insert into audit_log (tenant_id, actor_id, action, object_kind, object_id)
      values (${tenantId}, ${actor}, ${action}, ${kind}, ${id})`;
    await sleep(5);
  };
  await sleep(5);
  await write("campaign.create", "campaign", campaign, ownerId);
  await write("campaign.pause", "campaign", campaign, null);
  await write("contact.update", "contact", contact, ownerId);
  await write("do-not-contact.add", "phone", "+61491570006", ownerId);
  times.push(new Date().toISOString());
});
afterAll(() => server.close());

const list = async (filter: object, caller = auditor) =>
  (await caller.query<Answer>("audit.list", { since: times[0], until: times[4], ...filter })).data;
const actions = async (filter: object) => (await list(filter)).items.map(({ action }) => action);

describe("the audit log", () => {
  it("is filtered by person, by kind, by object and by time, and all together", async () => {
    const all = ["do-not-contact.add", "contact.update", "campaign.pause", "campaign.create"];
    expect(await actions({})).toEqual(all);
    expect(await actions({ actor: people[0]!.id })).toEqual([all[0], all[1], all[3]]);
    expect(await actions({ actor: "system" })).toEqual([all[2]]);
    expect(await actions({ noun: "campaign" })).toEqual([all[2], all[3]]);
    expect(await actions({ noun: "do-not-contact" })).toEqual([all[0]]);
    expect(await actions({ object: { kind: "contact", id: contact } })).toEqual([all[1]]);
    expect(await actions({ since: times[1], until: times[3] })).toEqual([all[1], all[2]]);
    expect(await actions({ noun: "campaign", actor: people[0]!.id })).toEqual([all[3]]);
    const first = await list({ limit: 1, noun: "campaign" });
    expect(first.items).toHaveLength(1);
    expect(await actions({ noun: "campaign", cursor: first.nextCursor })).toEqual([all[3]]);
  });

  it("names its objects as people do, and never another organisation's", async () => {
    const { items } = await list({});
    expect(items.map(({ objectName }) => objectName)).toEqual([null, "Zoë", "Spring sale", "Spring sale"]);
    await server.sql`
      insert into audit_log (tenant_id, action, object_kind, object_id)
      values (${otherId}, 'campaign.pause', 'campaign', ${campaign})`;
    const { items: theirs } = await list({ noun: "campaign", until: undefined }, stranger);
    expect(theirs.map(({ objectName }) => objectName)).toEqual([null]);
    expect(await stranger.query("audit.list", { actor: people[0]!.id })).toMatchObject({
      data: { items: [] },
    });
  });

  it("refuses filters that are none, and a phone number as an object", async () => {
    for (const filter of [{ actor: "x" }, { noun: "a'b" }, { object: { kind: "phone", id: "+61491570006" } }])
      expect(await auditor.query("audit.list", filter)).toMatchObject({ status: 400 });
    const viewer = await server.signIn("viewer@acme.example.com");
    for (const path of ["audit.list", "audit.people"])
      expect(await viewer.query(path)).toMatchObject({ status: 403 });
  });

  it("is exported with the same filters, and the log says by whom", async () => {
    const { data } = await auditor.mutate<{ path: string }>("audit.export", {
      ...{ noun: "campaign", since: times[0], until: times[4] },
    });
    const get = (caller: Caller, path = data.path) =>
      server.app.request(path, { headers: { cookie: caller.cookie } });
    const lines = (await (await get(auditor)).text()).trim().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe("entry,time,person,action,object,object_id,object_name,details");
    expect(lines[1]).toMatch(
      new RegExp(`^\\d+,[-\\dT:.]+Z,,campaign.pause,campaign,${campaign},Spring sale,\\{\\}$`),
    );
    expect((await (await get(stranger)).text()).trim().split("\r\n").slice(1).join()).not.toContain("Spring");
    const { items } = await list({ noun: "audit", until: undefined });
    expect(items).toMatchObject([{ action: "audit.export", actor: expect.any(String) }]);
    expect((await get(auditor, "/audit-log.csv?actor=x")).status).toBe(400);
    const viewer = await server.signIn("viewer@acme.example.com");
    expect((await get(viewer)).status).toBe(403);
    expect((await server.app.request(data.path)).status).toBe(401);
    await server.sql`update sessions set proven_at = now() - interval '6 minutes'`;
    expect((await get(owner)).status).toBe(428);
    expect(await owner.mutate("audit.export", {})).toMatchObject({ status: 428 });
    expect(await owner.mutate("audiences.export", { id: contact })).toMatchObject({ status: 428 });
  });

  it("finds a rare action among many without reading them", async () => {
    await server.sql`
      insert into audit_log (tenant_id, action, object_kind)
      select ${tenantId}, 'auth.sign-in', 'person' from generate_series(1, 4000)`;
    await server.sql`analyze audit_log`;
    const plan = await server.sql`
      explain (analyze, format json) select id from audit_log
      where tenant_id = ${tenantId} and split_part(action, '.', 1) = 'contact' order by id desc limit 51`;
    const { "Index Name": index, "Actual Rows": rows } = plan[0]!["QUERY PLAN"][0].Plan.Plans[0];
    expect(index).toBe("audit_log_noun");
    expect(rows).toBeLessThan(10);
  });
});
