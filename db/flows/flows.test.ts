import { localDay } from "@smscrm/core/time/budget-period";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cancelLeftovers, completeCampaigns } from "../campaigns/launch.ts";
import { erasePerson } from "../privacy/erasures.ts";
import { flowsIn, text } from "../testing/flow-fixture.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { advanceFlows } from "./advance.ts";
import { enterByDates } from "./entries.ts";
import { pauseFlow, resumeFlow, stopFlow } from "./flows.ts";
import { enterByAudiences, sweepFlowAudiences } from "./joined.ts";

const ZONE = "Australia/Sydney";
let fixture: SendFixture;
let flows: ReturnType<typeof flowsIn>;
let tenantId: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  flows = flowsIn(fixture);
});
afterAll(() => fixture.close());
beforeEach(async () => {
  tenantId = await fixture.tenant({ timezone: ZONE });
});

const enterAll = (flowId: string) => fixture.sql`
  insert into flow_people (tenant_id, flow_id, phone_e164, contact_id, version, cause)
  select tenant_id, ${flowId}, phone_e164, id, 1, '{"kind": "event", "event": "x", "key": "1"}' from contacts
  where tenant_id = ${tenantId}`;
const jobs = () => fixture.sql<{ contactId: string; status: string }[]>`
  select contact_id as "contactId", status from send_jobs where tenant_id = ${tenantId}`;
const TWO = [
  text("Acme: hi. Reply STOP"),
  { do: "wait" as const, minutes: 5 },
  text("Acme: again. Reply STOP"),
];

test("several workers at once queue one message per person and step", async () => {
  await fixture.people(tenantId, { phones: 450 });
  const flowId = await flows.flow(tenantId, { kind: "event", event: "x" }, TWO);
  await enterAll(flowId);
  await Promise.all(Array.from({ length: 4 }, () => advanceFlows(fixture.sql)));
  while ((await advanceFlows(fixture.sql)) > 0);
  expect(await jobs()).toHaveLength(450);
  const [campaign] = await fixture.sql`
    select status, audience_count from campaigns where tenant_id = ${tenantId} and audience_count > 0`;
  expect(campaign).toMatchObject({ status: "running", audience_count: 450 });
});

test("a person whose message waits is asked again, and gets no second one", async () => {
  await fixture.people(tenantId, { phones: 1 });
  const flowId = await flows.flow(tenantId, { kind: "event", event: "x" }, TWO);
  await enterAll(flowId);
  for (let round = 0; round < 3; round += 1) {
    await flows.hurry();
    await advanceFlows(fixture.sql);
  }
  expect(await jobs()).toMatchObject([{ status: "queued" }]);
  expect(await flows.people(flowId)).toMatchObject([{ line: 0, ended: false, trail: [] }]);
});

test("a step completes when it rests, and runs again with its next message", async () => {
  const flowId = await flows.flow(tenantId, { kind: "event", event: "x" }, TWO);
  const state = async () =>
    (
      await fixture.sql<{ status: string }[]>`
        select status from campaigns where tenant_id = ${tenantId} order by name limit 1`
    )[0]!.status;
  await fixture.sql`update campaigns set status = 'running' where tenant_id = ${tenantId}`;
  await completeCampaigns(fixture.sql);
  expect(await state()).toBe("running");
  await fixture.sql`update campaigns set updated_at = now() - interval '6 minutes' where tenant_id = ${tenantId}`;
  await completeCampaigns(fixture.sql);
  expect(await state()).toBe("completed");
  await fixture.people(tenantId, { phones: 1 });
  await enterAll(flowId);
  await advanceFlows(fixture.sql);
  expect(await state()).toBe("running");
});

test("a step whose messages somebody canceled lets nobody further", async () => {
  await fixture.people(tenantId, { phones: 2 });
  const flowId = await flows.flow(tenantId, { kind: "event", event: "x" }, TWO);
  await fixture.sql`update campaigns set status = 'canceled' where tenant_id = ${tenantId}`;
  await enterAll(flowId);
  await advanceFlows(fixture.sql);
  await cancelLeftovers(fixture.sql);
  expect(await jobs()).toEqual([]);
  expect((await flows.people(flowId)).map(({ why }) => why)).toEqual(["stopped", "stopped"]);
});

test("a date brings people in once, on its day by the tenant's clock", async () => {
  const today = localDay(ZONE, new Date());
  const [ann, ben] = await fixture.people(tenantId, { phones: 2 });
  await fixture.sql`update contacts set custom = ${fixture.sql.json({ visit: today })} where id = ${ann!}`;
  await fixture.sql`update contacts set custom = '{"visit": "2001-01-01"}' where id = ${ben!}`;
  const flowId = await flows.flow(tenantId, { kind: "date", field: "visit", days: 0 }, TWO);
  expect(await enterByDates(fixture.sql)).toBe(1);
  expect(await enterByDates(fixture.sql)).toBe(0);
  await fixture.sql`update flows set date_due_at = now() - interval '1 minute' where id = ${flowId}`;
  expect(await enterByDates(fixture.sql)).toBe(0);
  expect(await flows.people(flowId)).toMatchObject([{ cause: { kind: "date", field: "visit", day: today } }]);
});

test("an erased person leaves no trace in flows", async () => {
  await fixture.people(tenantId, { phones: ["+61401000777"] });
  const flowId = await flows.flow(tenantId, { kind: "event", event: "x" }, TWO);
  await enterAll(flowId);
  await advanceFlows(fixture.sql);
  await erasePerson(fixture.sql, { tenantId, phone: "+61401000777", reason: "Asked by letter", by: null });
  expect(await flows.people(flowId)).toEqual([]);
  // The text of a step is nobody's own.
  const [campaign] =
    await fixture.sql`select body from campaigns where tenant_id = ${tenantId} order by name limit 1`;
  expect(campaign!.body).toContain("Acme: hi");
});

describe("a flow that people enter by coming into an audience", () => {
  const REGULARS = {
    name: "Regulars",
    definition: { match: "all" as const, rules: [{ about: "tag" as const, tags: ["regular"] }] },
  };
  const lookAgain = async () => {
    await fixture.sql`update flows set audience_due_at = clock_timestamp() where tenant_id = ${tenantId}`;
    return enterByAudiences(fixture.sql);
  };
  const tag = (contactId: string, tags: string[]) =>
    fixture.sql`update contacts set tags = ${tags} where id = ${contactId}`;
  const start = async () => {
    const [ann, ben, cat] = (await fixture.people(tenantId, { phones: 3 })) as [string, string, string];
    await tag(ann, ["regular"]);
    const trigger = { kind: "audience" as const, audienceId: crypto.randomUUID() };
    const flowId = await flows.flow(tenantId, trigger, TWO, { audience: REGULARS });
    return { ann, ben, cat, flowId };
  };
  const within = async (flowId: string) => {
    const rows = await fixture.sql<{ id: string }[]>`
      select contact_id as id from flow_people where flow_id = ${flowId} order by entered_at, contact_id`;
    return rows.map(({ id }) => id);
  };

  test("takes who comes, not who was there; and who left and comes back", async () => {
    const { ann, ben, flowId } = await start();
    expect(await enterByAudiences(fixture.sql)).toBe(0);
    await tag(ben, ["regular"]);
    expect(await enterByAudiences(fixture.sql), "not due yet").toBeNull();
    // Two workers look at once.
    await fixture.sql`update flows set audience_due_at = clock_timestamp() where tenant_id = ${tenantId}`;
    const looks = await Promise.all([enterByAudiences(fixture.sql), enterByAudiences(fixture.sql)]);
    expect(looks.filter((entered) => entered !== null)).toEqual([1]);
    expect(await within(flowId)).toEqual([ben]);
    expect((await flows.people(flowId))[0]!.cause).toEqual({ kind: "audience", name: "Regulars" });
    await tag(ann, []);
    expect(await lookAgain()).toBe(0);
    await tag(ann, ["regular"]);
    expect(await lookAgain()).toBe(1);
    expect(await within(flowId)).toEqual([ben, ann]);
    // Once means once.
    await tag(ben, []);
    await lookAgain();
    await tag(ben, ["regular"]);
    expect(await lookAgain()).toBe(0);
  });

  test("takes nobody who is on the do-not-contact list, or who came while it was paused", async () => {
    const { ben, cat, flowId } = await start();
    await enterByAudiences(fixture.sql);
    await fixture.sql`
      insert into do_not_contact (tenant_id, phone_e164, source) select tenant_id, phone_e164, 'operator' from contacts where id = ${ben}`;
    await tag(ben, ["regular"]);
    expect(await lookAgain()).toBe(0);
    await fixture.database.asTenant(tenantId, (tx) => pauseFlow(tx, tenantId, flowId));
    await tag(cat, ["regular"]);
    expect(await lookAgain()).toBeNull();
    await fixture.database.asTenant(tenantId, (tx) => resumeFlow(tx, tenantId, flowId, new Date()));
    expect(await lookAgain()).toBe(0);
    expect(await lookAgain()).toBe(0);
    expect(await within(flowId)).toEqual([]);
    await fixture.database.asTenant(tenantId, (tx) => stopFlow(tx, tenantId, flowId));
    await sweepFlowAudiences(fixture.sql);
    expect(await fixture.sql`select 1 from flow_audience_members where flow_id = ${flowId}`).toHaveLength(0);
  });
});
