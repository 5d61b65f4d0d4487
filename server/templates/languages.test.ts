import { isSnippetName, snippetNames } from "@smscrm/core/text/snippets";
import type { Approval } from "@smscrm/db/campaigns/approvals";
import { launchScheduled } from "@smscrm/db/campaigns/campaign-schedule";
import type { Campaign } from "@smscrm/db/campaigns/campaigns";
import { freezeNextChunk } from "@smscrm/db/campaigns/launch";
import { launchSeries } from "@smscrm/db/campaigns/series/series";
import { writtenTextsOf } from "@smscrm/db/campaigns/texts/campaign-texts";
import type { Page } from "@smscrm/db/postgres/page";
import { claimForSending } from "@smscrm/db/send/claim";
import type { Template } from "@smscrm/db/templates/templates";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ListedApproval } from "../campaigns/approvals/waiting-approvals.ts";
import type { Preflight } from "../campaigns/preflight/run.ts";
import type { Message, MessageRow } from "../messages/router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  PUBLIC_URL,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { TemplatePage } from "./router.ts";
import type { SnippetPage } from "./snippets-router.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let operator: Caller;
let viewer: Caller;
let snippetId: string;

const ENDING = [
  { country: "", language: "", body: "Acme. Reply STOP to opt out" },
  { country: "", language: "fr", body: "Acme. Répondez STOP" },
];
const SPOKEN = {
  body: "Hello {{first_name|you}}. {{snippet:ending}}",
  language: "en",
  texts: [
    { language: "fr", body: "Bonjour {{first_name|toi}}. {{snippet:ending}}" },
    { language: "mi", body: `Kia ora {{city}}, ${"ā".repeat(80)}. {{snippet:ending}}` },
  ],
};

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "operator", "viewer"]);
  await createTenant(server.sql, "other");
  owner = await server.signIn("owner@acme.example.com");
  operator = await server.signIn("operator@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  await addContacts(server.sql, tenantId, FICTION);
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, '+61480001000', 'AU', 1000, 1000)`;
  await server.sql`update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))}
    where id = ${tenantId}`;
  for (const [at, speaks] of ["fr-CA", "mi", "mi", "French", null].entries())
    await server.sql`
      update contacts set custom = ${server.sql.json(speaks ? { speaks } : {})}, city = ${at === 2 ? null : "Hōkitika"}
      where tenant_id = ${tenantId} and phone_e164 = ${FICTION[at]!}`;
  expect(await owner.mutate("languages.update", { field: "speaks", byCountry: {} })).toMatchObject({
    status: 200,
  });
  snippetId = (await owner.mutate<{ id: string }>("snippets.create", { name: "Ending", texts: ENDING })).data
    .id;
});
afterAll(() => server.close());

const draft = async (change: object = {}, by = owner) => {
  const made = await by.mutate<{ id: string }>("campaigns.create", { ...DRAFT, ...SPOKEN, ...change });
  expect(made.message).toBeUndefined();
  return made.data.id;
};
const snippet = async () => (await owner.query<SnippetPage>("snippets.get", { id: snippetId })).data;
const changeSnippet = async (texts: readonly object[]) =>
  expect(
    await owner.mutate("snippets.update", { id: snippetId, version: (await snippet()).version, texts }),
  ).toMatchObject({ status: 200 });
const get = async (id: string) => (await owner.query<Campaign>("campaigns.get", { id })).data;
const edit = async (id: string, change: object) =>
  owner.mutate("campaigns.update", {
    ...DRAFT,
    ...SPOKEN,
    id,
    updatedAt: (await get(id)).updatedAt,
    ...change,
  });
const launched = async (id: string) => {
  expect(await owner.mutate("campaigns.launch", { id })).toMatchObject({ status: 200 });
  while (!(await freezeNextChunk(server.sql, id, 1)).done);
  const jobs = await server.sql<
    { id: string }[]
  >`select id from send_jobs where campaign_id = ${id} order by id`;
  return claimForSending(
    server.dependencies.pipeline,
    tenantId,
    jobs.map((job) => job.id),
    PUBLIC_URL,
  );
};

describe("a campaign in three languages", () => {
  it("is foreseen as it is then claimed: who gets which text, in how many segments, at which price", async () => {
    const id = await draft();
    const { texts, cost, segments, warnings, refused } = (
      await viewer.query<Preflight>("campaigns.preflight", { id })
    ).data;
    expect(texts).toMatchObject(
      [
        { language: "en", people: 2, segments: 2, isDefault: true },
        { language: "fr", people: 1, segments: 1, reasons: [{ reason: "wider", people: 1 }] },
        { language: "mi", people: 1, segments: 2, missing: [{ field: "city", contacts: 1 }] },
      ].sort((a, b) => b.people - a.people),
    );
    expect(texts[0]!.reasons).toEqual(
      expect.arrayContaining([
        { reason: "not-a-language", people: 1 },
        { reason: "none", people: 1 },
      ]),
    );
    expect(refused).toMatchObject([{ reason: "Content", count: 1 }]);
    expect(warnings).toContainEqual(
      expect.stringMatching(/^In mi: People without city will not get this text/),
    );

    const claim = await launched(id);
    expect(claim.messages.map(({ body }) => body).sort()).toEqual([
      "Bonjour Mia. Acme. Répondez STOP",
      "Hello Mia. Acme. Reply STOP to opt out",
      "Hello Mia. Acme. Reply STOP to opt out",
      `Kia ora Hōkitika, ${"ā".repeat(80)}. Acme. Reply STOP to opt out`,
    ]);
    const [reserved] = await server.sql<{ micros: number; segments: number }[]>`
      select sum(reserved_micros)::int as micros, sum(segments)::int as segments from send_attempts
      where campaign_id = ${id}`;
    expect(reserved).toEqual({ micros: cost.likelyMicros, segments: segments.total });
    expect(texts.reduce((sum, text) => sum + text.costMicros, 0)).toBe(cost.likelyMicros);

    const rows = await owner.query<Page<MessageRow>>("messages.list", { campaignId: id });
    const french = rows.data.items.find(({ phone }) => phone === FICTION[0])!;
    expect((await owner.query<Message>("messages.get", { id: french.id })).data).toMatchObject({
      ...{ language: "fr", languageReason: "wider" },
    });
    const file = await server.app.request(`/campaigns/${id}/messages.csv`, {
      headers: { cookie: owner.cookie },
    });
    expect((await file.text()).split(/\r?\n/).filter((line) => line.endsWith(",fr"))).toHaveLength(1);
  });

  it("keeps its snippets from the launch on, and its languages too", async () => {
    const id = await draft();
    expect(await owner.mutate("campaigns.launch", { id })).toMatchObject({ status: 200 });
    await changeSnippet([{ country: "", language: "", body: "Too late" }]);
    await server.sql`update contacts set custom = '{"speaks": "mi"}' where phone_e164 = ${FICTION[4]!} and tenant_id = ${tenantId}`;
    while (!(await freezeNextChunk(server.sql, id, 1)).done);
    await server.sql`update contacts set custom = '{}' where phone_e164 = ${FICTION[4]!} and tenant_id = ${tenantId}`;
    const jobs = await server.sql<{ id: string }[]>`select id from send_jobs where campaign_id = ${id}`;
    const ids = jobs.map((job) => job.id);
    const { messages } = await claimForSending(server.dependencies.pipeline, tenantId, ids, PUBLIC_URL);
    expect(messages.map(({ body }) => body).join()).not.toContain("Too late");
    expect(messages.find(({ to }) => to === FICTION[4])?.body).toMatch(/^Kia ora/);
    await changeSnippet(ENDING);
  });

  it("is copied whole, and its texts are read in one order", async () => {
    const id = await draft();
    const copy = (await owner.mutate<{ id: string }>("campaigns.duplicate", { id })).data.id;
    expect(await get(copy)).toMatchObject({
      language: "en",
      texts: SPOKEN.texts.map((text) => ({ variant: 1, ...text })),
    });
    const { body, texts } = await server.dependencies.database.asTenant(tenantId, (tx) =>
      writtenTextsOf(tx, tenantId, copy),
    );
    expect(body).toBe(SPOKEN.body);
    expect(texts).toEqual(SPOKEN.texts.map((text) => ({ variant: 1, ...text })));
    await edit(copy, { texts: [{ language: "de", body: "Hallo, STOP" }] });
    expect((await get(copy)).texts).toEqual([{ variant: 1, language: "de", body: "Hallo, STOP" }]);
    expect(await owner.mutate("campaigns.remove", { id: copy })).toMatchObject({ status: 200 });
    expect(await server.sql`select 1 from campaign_texts where campaign_id = ${copy}`).toHaveLength(0);
  });

  it("is refused with a text that can't go, whichever it is", async () => {
    const refusal = async (change: object) => {
      const made = await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, ...SPOKEN, ...change });
      return made.message ?? (await owner.mutate("campaigns.launch", { id: made.data.id })).message;
    };
    const fr = (body: string) => ({ texts: [{ language: "fr", body }] });
    expect(await refusal(fr("{{nobody_has_it}}"))).toMatch(/^In fr: There is no field/);
    expect(await refusal(fr("{{snippet:gone}}"))).toMatch(/^In fr: There is no snippet {{snippet:gone}}/);
    expect(await refusal(fr(`${"x".repeat(1_581)} {{snippet:ending}}`))).toMatch(
      /^In fr: Shorten the message/,
    );
    expect(await refusal({ ...fr("https://evil.example.com/a"), shortenLinks: true })).toMatch(/^In fr: /);
    expect(await refusal({ language: "" })).toMatch(/Say which language/);
    expect(await refusal({ language: "fr" })).toMatch(/is in fr already/);
    expect(await refusal({ texts: [{ language: "French", body: "x" }] })).toMatch(/language tag/);
    expect(await refusal({ texts: [{ language: "fr", body: "x", more: 1 }] })).toBeDefined();
  });

  it("is tested in the language that was asked for, and else in the person's own", async () => {
    const campaignId = await draft();
    const [contact] = await server.sql<{ id: string }[]>`
      select id from contacts where tenant_id = ${tenantId} and phone_e164 = ${FICTION[0]!}`;
    const bodyOf = async (language?: string) => {
      const testId = crypto.randomUUID();
      const test = {
        testId,
        campaignId,
        contactId: contact!.id,
        ...(language !== undefined && { language }),
      };
      const answer = await owner.mutate("campaigns.sendTest", test);
      const [row] = await server.sql<{ body: string }[]>`select body from campaigns where id = ${testId}`;
      return row?.body ?? answer.message;
    };
    expect(await bodyOf()).toBe("Bonjour {{first_name|toi}}. Acme. Répondez STOP");
    expect(await bodyOf("")).toBe("Hello {{first_name|you}}. Acme. Reply STOP to opt out");
    expect(await bodyOf("mi")).toMatch(/^Kia ora/);
    expect(await bodyOf("de")).toMatch(/no text in that language/);
  });

  it("repeats with all its texts", async () => {
    const campaignId = await draft({ name: "Weekly" });
    await server.sql`
      insert into campaign_series (tenant_id, campaign_id, rule, sends_late, done_through, next_at)
      values (${tenantId}, ${campaignId}, ${server.sql.json({ every: "week", weekdays: [1, 2, 3, 4, 5, 6, 7], time: "00:00" } as never)},
        true, current_date - 2, now() - interval '1 hour')`;
    await launchSeries(server.dependencies.pipeline);
    const [occurrence] = await server.sql<{ texts: number; snippets: number; language: string }[]>`
      select c.language, (select count(*)::int from campaign_texts x where x.campaign_id = c.id) as texts,
        (select count(*)::int from campaign_snippets s where s.campaign_id = c.id) as snippets
      from campaigns c where c.series_id is not null and c.status = 'launching' limit 1`;
    expect(occurrence).toEqual({ texts: 2, snippets: 2, language: "en" });
    expect((await snippet()).uses).toContainEqual({
      ...{ kind: "series", id: campaignId, name: "Weekly", status: "draft" },
    });
    await server.sql`update campaign_series set ended_at = now()`;
    await server.sql`update campaigns set status = 'canceled', canceled_at = now() where series_id is not null`;
  });
});

describe("an approval", () => {
  beforeEach(() => owner.mutate("settings.updateLaunchLimits", { launchLimits: { operator: 1 } }));
  const approved = async (terms: object = {}) => {
    const campaignId = await draft({}, operator);
    const asked = await operator.mutate("approvals.ask", { campaignId, ...terms });
    expect(asked.message).toBeUndefined();
    const of = await operator.query<{ newest: (Approval & ListedApproval) | null }>("approvals.ofCampaign", {
      campaignId,
    });
    const { id, fingerprint } = of.data.newest!;
    expect(await owner.mutate("approvals.approve", { id, fingerprint })).toMatchObject({ status: 200 });
    return campaignId;
  };
  const launch = (id: string) => operator.mutate("campaigns.launch", { id });
  const statusOf = async (campaignId: string) => {
    const [row] = await server.sql<{ status: string }[]>`
      select status from launch_approvals where campaign_id = ${campaignId} order by id desc limit 1`;
    return row!.status;
  };

  it("is of all texts: a change of any ends it", async () => {
    for (const change of [
      { texts: [SPOKEN.texts[0], { language: "mi", body: "Kia ora. STOP" }] },
      { texts: [SPOKEN.texts[0]] },
      { texts: [...SPOKEN.texts, { language: "de", body: "Hallo. STOP" }] },
      { language: "en-AU" },
    ]) {
      const id = await approved();
      expect(await edit(id, change)).toMatchObject({ status: 200 });
      expect(await statusOf(id)).toBe("void");
      expect((await launch(id)).code).toBe("PRECONDITION_FAILED");
    }
    const id = await approved();
    expect(await launch(id)).toMatchObject({ status: 200 });
  });

  it("ends when a snippet in it changes, and a scheduled launch then waits for a person", async () => {
    const byHand = await approved();
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const scheduled = await approved({ at });
    expect((await get(scheduled)).status).toBe("scheduled");
    const other = await draft({ body: "Acme, no snippet. STOP", texts: [], language: "" });
    await changeSnippet([...ENDING, { country: "FR", language: "", body: "Acme. STOP" }]);
    expect([await statusOf(byHand), await statusOf(scheduled)]).toEqual(["void", "void"]);
    const audit = await owner.query<Page<{ action: string; objectId: string }>>("audit.list", {});
    expect(audit.data.items.map(({ action, objectId }) => [action, objectId])).toEqual(
      expect.arrayContaining([
        ["approval.void", byHand],
        ["approval.void", scheduled],
        ["snippet.change", snippetId],
      ]),
    );
    await server.sql`update campaigns set scheduled_at = now() - interval '1 second' where id = ${scheduled}`;
    await launchScheduled(server.dependencies.pipeline);
    expect(await get(scheduled)).toMatchObject({
      status: "draft",
      notLaunchedReason: expect.stringMatching(/approve/),
    });
    expect((await snippet()).uses.map(({ id }) => id)).not.toContain(other);
    await changeSnippet(ENDING);
  });
});

describe("a snippet", () => {
  const add = (input: object, by = owner) => by.mutate<{ id: string }>("snippets.create", input);
  const all = (body: string) => [{ country: "", language: "", body }];

  it("has a name of its own, a text for everyone, and no other snippet in it", async () => {
    expect((await add({ name: "ENDING", texts: all("x") })).code).toBe("CONFLICT");
    for (const wrong of [
      { name: "a b!", texts: all("x") },
      { name: "fine", texts: [{ country: "AU", language: "", body: "x" }] },
      { name: "fine", texts: [...all("x"), ...all("y")] },
      { name: "fine", texts: all(" ") },
      { name: "fine", texts: all("x".repeat(501)) },
      { name: "fine", texts: all("a\u0000b") },
      { name: "fine", texts: all("x".repeat(20_000)) },
      { name: "fine", texts: all("{{snippet:ending}}") },
      { name: "fine", texts: all("{{nobody_has_it}}") },
      { name: "fine", texts: all("{{first_name") },
      { name: "fine", texts: all("x"), more: true },
      { name: "fine", texts: [{ country: "Australia", language: "", body: "x" }] },
    ])
      expect((await add(wrong)).code, JSON.stringify(wrong).slice(0, 80)).toBe("BAD_REQUEST");
  });

  it("is found in a text by the database as core finds it", async () => {
    const odd = ["{{snippet:a}}{{ SNIPPET\t:\n Opt - out \v}}", "{{snippet:\u00a0a}}", "{{snippet:\u212a}}"];
    const fixed = [
      ...odd,
      "{{snippet:a|b}} {{snippet:}} {snippet:a} {{snippet:{{snippet:b}}",
      "{{\u017fnippet:a}}",
    ];
    const pieces = ["{{", "}}", "snippet", ":", " ", "\n", "_", "-", "A", "b", "|", "é", "\u00a0"];
    const random = fc.sample(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), 150);
    const bodies = [...fixed, ...random.map((parts) => `{{snippet:${parts.join("")}}}`)];
    const rows = await server.sql<{ nth: number; names: string[] }[]>`
      select given.nth::int, array(select snippet_names(given.body) order by 1) as names
      from unnest(${bodies}::text[]) with ordinality as given (body, nth)`;
    const valid = (names: readonly string[]) => names.filter(isSnippetName).sort();
    for (const { nth, names } of rows)
      expect(valid(names), JSON.stringify(bodies[nth - 1])).toEqual(valid(snippetNames(bodies[nth - 1]!)));
  });

  it("that two people change at once keeps the first change, and tells the second", async () => {
    const { id } = (await add({ name: "both", texts: all("x") })).data;
    const change = (body: string, by: Caller) =>
      by.mutate("snippets.update", { id, version: 1, texts: all(body) });
    const both = await Promise.all([change("one", owner), change("two", operator)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)?.message).toMatch(
      /changed this snippet while you edited it/,
    );
  });

  it("is not removed while a draft, a template or a flow contains it", async () => {
    const { id } = (await add({ name: "used", texts: all("x") })).data;
    const body = "Hi {{ Snippet: Used }}. STOP";
    const template = { ...{ name: "With used", body: "x", language: "en", smartEncoding: false } };
    const made = await owner.mutate<{ id: string }>("templates.create", {
      ...{ ...template, texts: [{ language: "fr", body }] },
    });
    const campaignId = await draft({ name: "Draft of it", body, texts: [] });
    const refused = await owner.mutate("snippets.remove", { id });
    expect(refused.code).toBe("CONFLICT");
    expect(refused.message).toBe(
      "The template “With used”, The campaign “Draft of it” contain {{snippet:used}}. Take it out there first.",
    );
    await owner.mutate("campaigns.remove", { id: campaignId });
    await owner.mutate("templates.remove", { id: made.data.id });
    expect((await owner.mutate("snippets.remove", { id })).status).toBe(200);
    expect((await owner.query("snippets.get", { id })).code).toBe("NOT_FOUND");
    expect((await add({ name: "used", texts: all("y") })).status).toBe(200);
  });

  it("is written by members who write campaigns, of its organisation alone", async () => {
    const other = await server.signIn("owner@other.example.com");
    expect((await add({ name: "v", texts: all("x") }, viewer)).code).toBe("FORBIDDEN");
    expect((await other.query<{ snippets: unknown[] }>("snippets.list")).data.snippets).toEqual([]);
    // The same name belongs to each organisation by itself.
    expect((await add({ name: "ending", texts: all("x") }, other)).status).toBe(200);
  });
});

describe("where a template is used", () => {
  it("is said with campaigns and with flows", async () => {
    const template = { name: "Step", body: "Hi. STOP", smartEncoding: true };
    const { id } = (await owner.mutate<{ id: string }>("templates.create", template)).data;
    const step = { do: "send", body: "Hi. STOP", smartEncoding: true, template: { id, version: 1 } };
    const definition = {
      ...{ purpose: "marketing", topic: null, trigger: { kind: "tag", tag: "new" } },
      steps: [{ do: "wait", minutes: 60 }, step],
    };
    const flow = { name: "Welcome", definition };
    const made = await owner.mutate<{ id: string }>("flows.create", flow);
    expect(made.message).toBeUndefined();
    const campaignId = await draft({ template: { id, version: 1 } });
    const { uses } = (await viewer.query<TemplatePage>("templates.get", { id })).data;
    expect(uses).toEqual([
      { kind: "campaign", id: campaignId, name: "Sale", status: "draft", version: 1 },
      { kind: "flow", id: made.data.id, name: "Welcome", status: "draft", version: null },
    ]);
  });
});

describe("an owner", () => {
  it("of a template or a snippet is changed to another member, which is recorded", async () => {
    const { id } = (
      await owner.mutate<{ id: string }>("templates.create", {
        name: "Owned",
        body: "Hi",
        smartEncoding: true,
      })
    ).data;
    const members = (await viewer.query<{ id: string; name: string }[]>("templates.members")).data;
    const next = members.find(({ name }) => name === "acme operator")!;
    for (const [router, of] of [
      ["templates", id],
      ["snippets", snippetId],
    ] as const) {
      expect((await viewer.mutate(`${router}.setOwner`, { id: of, userId: next.id })).code).toBe("FORBIDDEN");
      const stranger = await owner.mutate(`${router}.setOwner`, { id: of, userId: crypto.randomUUID() });
      expect(stranger.message).toMatch(/Only a member/);
      expect((await owner.mutate(`${router}.setOwner`, { id: of, userId: next.id })).status).toBe(200);
    }
    const listed = await owner.query<{ templates: Template[] }>("templates.list");
    expect(listed.data.templates.find((one) => one.id === id)).toMatchObject({
      ...{ ownerId: next.id, owner: "acme operator", version: 1 },
    });
    const audit = await owner.query<Page<{ action: string }>>("audit.list", {});
    expect(audit.data.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["template.owner", "snippet.owner"]),
    );
  });
});

describe("where languages come from", () => {
  it("is a field that there is, which can't be removed then, and countries with tags", async () => {
    expect((await owner.mutate("languages.update", { field: "nothing", byCountry: {} })).message).toMatch(
      /no such field/,
    );
    expect((await operator.mutate("languages.update", { field: null, byCountry: {} })).code).toBe(
      "FORBIDDEN",
    );
    for (const byCountry of [{ FR: "French" }, { France: "fr" }, { FR: "" }])
      expect((await owner.mutate("languages.update", { field: null, byCountry })).code).toBe("BAD_REQUEST");
    expect((await owner.mutate("fields.remove", { name: "speaks" })).message).toMatch(/contacts' language/);
    await owner.mutate("languages.update", { field: "speaks", byCountry: { AU: "fr" } });
    const { texts } = (await owner.query<Preflight>("campaigns.preflight", { id: await draft() })).data;
    expect(texts.find(({ language }) => language === "fr")).toMatchObject({
      people: 2,
      reasons: expect.arrayContaining([{ reason: "country", people: 1 }]),
    });
    await owner.mutate("languages.update", { field: "speaks", byCountry: {} });
  });
});
