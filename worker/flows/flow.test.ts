import type { FlowStep } from "@smscrm/core/flows/definition";
import { flowsIn, text } from "@smscrm/db/testing/flow-fixture";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

const WELCOME = "Acme: do you want the menu? Reply STOP to opt out";
const MENU = "Acme: here it is. Reply STOP to opt out";
const REMINDER = "Acme: you can still have it. Reply STOP to opt out";
const STEPS: FlowStep[] = [
  text(WELCOME),
  { do: "wait-for-reply", minutes: 60, replied: [text(MENU)], silent: [text(REMINDER)] },
];
const KEYWORD = { kind: "keyword", keyword: "MENU" } as const;

let fixture: SendingFixture;
let flows: ReturnType<typeof flowsIn>;
beforeEach(async () => {
  fixture = await openSendingFixture("postgres");
  flows = flowsIn(fixture);
});
afterEach(() => fixture.close());

/** Waits until a person stands on a line of the flow. */
const standsOn = (flowId: string, phone: string, line: number) =>
  fixture.until(`they stand on line ${line}`, async () => {
    await flows.hurry();
    return (await flows.people(flowId)).some((one) => one.phone === phone && one.line === line);
  });

/** What the carrier was asked to text, in order. */
const sent = (to?: string) =>
  fixture
    .creates()
    .filter(({ form }) => to === undefined || form?.To === to)
    .map(({ form }) => form?.Body);

async function start(steps = STEPS) {
  const { tenant, number, people, startOne } = fixture;
  const tenantId = await tenant();
  const { phone: ours } = await number(tenantId);
  const phones = ["+61401000001", "+61401000002", "+61401000003"];
  await people(tenantId, { phones });
  const flowId = await flows.flow(tenantId, KEYWORD, steps);
  startOne();
  const [ann, ben, cat] = phones as [string, string, string];
  return { tenantId, ours, ann, ben, cat, flowId };
}

const ended = (flowId: string, count: number) =>
  fixture.until("they left the flow", async () => {
    await flows.hurry();
    return (await flows.people(flowId)).filter((one) => one.ended).length === count;
  });

test("a keyword brings a person in once, their reply leads on, and silence leads elsewhere", async () => {
  const { ours, ann, ben, flowId } = await start();
  await flows.receives(ann, ours, "menu");
  await flows.receives(ben, ours, "Menu.");
  await fixture.until("both were welcomed", () => sent().length === 2);
  await flows.receives(ann, ours, "yes please");
  await fixture.until("Ann got the menu", () => sent(ann).includes(MENU));
  await standsOn(flowId, ben, 1);
  expect(sent(ben)).toEqual([WELCOME]);
  await flows.pass(61);
  await ended(flowId, 2);
  expect(sent(ann)).toEqual([WELCOME, MENU]);
  expect(sent(ben)).toEqual([WELCOME, REMINDER]);
  // Once means once, also after the end.
  await flows.receives(ann, ours, "MENU");
  expect((await flows.people(flowId)).map(({ why }) => why)).toEqual(["finished", "finished"]);
  expect(await violations(fixture.sql)).toEqual([]);
});

test("STOP between two steps ends the flow at once, and START does not bring it back", async () => {
  const { ours, ann, ben, flowId } = await start();
  await flows.receives(ann, ours, "MENU");
  await flows.receives(ben, ours, "MENU");
  await fixture.until("both were welcomed", () => sent(ann).length === 1 && sent(ben).length === 1);
  await flows.receives(ann, ours, "please stop texting me");
  const [first] = await flows.people(flowId);
  expect(first).toMatchObject({ phone: ann, ended: true, why: "opted-out" });
  await flows.receives(ann, ours, "START");
  await flows.receives(ann, ours, "yes please");
  await flows.receives(ann, ours, "MENU");
  await standsOn(flowId, ben, 1);
  await flows.pass(61);
  await ended(flowId, 2);
  expect(sent(ann).filter((body) => body === MENU || body === REMINDER)).toEqual([]);
  expect(sent(ben)).toContain(REMINDER);
});

test.each([
  ["a question about opting out", "why did you stop?"],
  ["HELP", "HELP"],
])("%s is no answer to a step", async (_, body) => {
  const { ours, ann, flowId } = await start();
  await flows.receives(ann, ours, "MENU");
  await fixture.until("she was welcomed", () => sent(ann).includes(WELCOME));
  await flows.receives(ann, ours, body);
  await standsOn(flowId, ann, 1);
  await flows.pass(61);
  await ended(flowId, 1);
  expect(sent(ann)).not.toContain(MENU);
  expect(sent(ann)).toContain(REMINDER);
});

test("a text from before the message went is no answer to it", async () => {
  const { tenantId, ours, ann, flowId } = await start();
  await fixture.sql`update tenants set sending_paused_at = now() where id = ${tenantId}`;
  await flows.receives(ann, ours, "MENU");
  await flows.receives(ann, ours, "hello?");
  await fixture.sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
  await standsOn(flowId, ann, 1);
  await flows.pass(61);
  await ended(flowId, 1);
  expect(sent(ann)).toEqual([WELCOME, REMINDER]);
});

test("conditions, tags and members: each step takes effect once, with a worker killed in between", async () => {
  const [vip] = [{ match: "all" as const, rules: [{ about: "tag" as const, tags: ["vip"] }] }];
  const steps: FlowStep[] = [
    { do: "tag", tag: "asked", remove: false },
    {
      do: "condition",
      if: vip,
      met: [text(MENU), { do: "end" }],
      unmet: [{ do: "tag", tag: "old", remove: true }],
    },
    { do: "wait", minutes: 5 },
    text(REMINDER),
  ];
  const { ours, ann, ben, flowId, tenantId } = await start(steps);
  await fixture.sql`update contacts set tags = ${["vip"]} where phone_e164 = ${ann}`;
  await fixture.sql`update contacts set tags = ${["old", "kept"]} where phone_e164 = ${ben}`;
  const second = fixture.startOne();
  await flows.receives(ann, ours, "MENU");
  await flows.receives(ben, ours, "MENU");
  await fixture.stopOne(second);
  await standsOn(flowId, ben, 6);
  await flows.pass(6);
  await ended(flowId, 2);
  expect([sent(ann), sent(ben)]).toEqual([[MENU], [REMINDER]]);
  const tags = await fixture.sql`
    select tags from contacts where tenant_id = ${tenantId} and phone_e164 in (${ann}, ${ben}) order by phone_e164`;
  expect(tags.map((row) => row.tags)).toEqual([
    ["vip", "asked"],
    ["kept", "asked"],
  ]);
});

test("a person whose message is refused leaves, and nothing follows", async () => {
  const { ours, flowId } = await start();
  // Somebody unknown becomes a contact without consent.
  await flows.receives("+61401999999", ours, "MENU");
  await ended(flowId, 1);
  expect(await flows.people(flowId)).toMatchObject([{ why: "not-sent", line: 0 }]);
  expect(sent("+61401999999")).toEqual([]);
});

test("the kill switch, a pause of the flow and its end hold or end everything", async () => {
  const { tenantId, ours, ann, ben, flowId } = await start();
  const { pauseFlow, resumeFlow, stopFlow } = await import("@smscrm/db/flows/flows");
  const inTenant = fixture.database.asTenant;
  await inTenant(tenantId, (tx) => pauseFlow(tx, tenantId, flowId));
  await flows.receives(ann, ours, "MENU");
  expect(await flows.people(flowId)).toEqual([]);
  expect(await inTenant(tenantId, (tx) => resumeFlow(tx, tenantId, flowId, new Date()))).toBe(true);
  expect(await inTenant(tenantId, (tx) => resumeFlow(tx, tenantId, flowId, new Date()))).toBe(false);
  await fixture.sql`update tenants set sending_paused_at = now() where id = ${tenantId}`;
  await flows.receives(ann, ours, "MENU");
  await flows.receives(ben, ours, "MENU");
  await inTenant(tenantId, (tx) => stopFlow(tx, tenantId, flowId));
  await ended(flowId, 2);
  await fixture.sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
  expect((await flows.people(flowId)).map(({ why }) => why)).toEqual(["stopped", "stopped"]);
  expect(sent()).toEqual([]);
});

test("a restore of the database holds every flow, and those who were in it leave without a text", async () => {
  const { tenantId, ours, ann, ben, flowId } = await start();
  const { resumeFlow } = await import("@smscrm/db/flows/flows");
  await flows.receives(ann, ours, "MENU");
  await fixture.until("she was welcomed", () => sent(ann).length === 1);
  await fixture.sql`insert into restores (backup_at, source, locked_at) values (now() - interval '1 day', 'test', clock_timestamp())`;
  await flows.receives(ben, ours, "MENU");
  expect(await flows.people(flowId)).toHaveLength(1);
  await flows.pass(61);
  await fixture.database.asTenant(tenantId, (tx) => resumeFlow(tx, tenantId, flowId, new Date()));
  await flows.receives(ben, ours, "MENU");
  await fixture.until("Ben was welcomed", () => sent(ben).includes(WELCOME));
  await fixture.until("Ann left", async () => (await flows.people(flowId))[0]!.why === "restored");
  expect(sent(ann)).toEqual([WELCOME]);
});
