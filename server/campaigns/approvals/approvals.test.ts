import type { LaunchLimits } from "@smscrm/core/campaigns/approval";
import type { Approval } from "@smscrm/db/campaigns/approvals";
import { launchScheduled } from "@smscrm/db/campaigns/campaign-schedule";
import type { Campaign } from "@smscrm/db/campaigns/campaigns";
import { freezeNextChunk } from "@smscrm/db/campaigns/launch";
import type { Page } from "@smscrm/db/postgres/page";
import type { SecuritySettings } from "@smscrm/db/tenants/security-settings";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Summary } from "../../tenants/home-router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../../testing/test-api.ts";
import type { ApprovalPage } from "./approvals.ts";
import type { ListedApproval, WaitingApprovals } from "./waiting-approvals.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let operator: Caller;
let approver: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "operator", "approver", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  operator = await server.signIn("operator@acme.example.com");
  approver = await server.signIn("approver@acme.example.com");
  await addContacts(server.sql, tenantId, FICTION);
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, '+61480001000', 'AU', 1000, 1000)`;
  await server.sql`update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))}
    where id = ${tenantId}`;
});
afterAll(() => server.close());

const changeLimits = (launchLimits: LaunchLimits, by = owner) =>
  by.mutate("settings.updateLaunchLimits", { launchLimits });
const setLimits = async (launchLimits: LaunchLimits) =>
  expect(await changeLimits(launchLimits)).toMatchObject({ status: 200 });
/** An operator launches to two contacts alone; there are five. */
beforeEach(async () => setLimits({ operator: 2 }));
afterEach(async () => {
  await server.sql`delete from contacts where tenant_id = ${tenantId} and phone_e164 <> all(${[...FICTION]}) and id not in (select contact_id from send_jobs)`;
  await server.sql`delete from sending_numbers where tenant_id = ${tenantId} and phone_e164 <> '+61480001000'`;
});

const draft = async (change: object = {}, by = operator) =>
  (await by.mutate<{ id: string }>("campaigns.create", { ...DRAFT, ...change })).data.id;
const get = async (id: string) => (await owner.query<Campaign>("campaigns.get", { id })).data;
const newest = async (campaignId: string, by = operator) =>
  (
    await by.query<{ aloneMax: number | null; newest: ListedApproval | null }>("approvals.ofCampaign", {
      campaignId,
    })
  ).data;
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const due = (id: string) =>
  server.sql`update campaigns set scheduled_at = now() - interval '1 second' where id = ${id}`;

/** Asks for an approval and returns the request. */
async function ask(campaignId: string, terms: object = {}, by = operator): Promise<Approval> {
  const asked = await by.mutate<{ id: string }>("approvals.ask", { campaignId, ...terms });
  expect(asked.message).toBeUndefined();
  return (await newest(campaignId)).newest!;
}
const approve = ({ id, fingerprint }: Approval, by = approver) =>
  by.mutate("approvals.approve", { id, fingerprint });
const launch = (id: string, by = operator) => by.mutate("campaigns.launch", { id });
/** Saves a draft with a change, as its editor does. */
async function edit(id: string, change: object, by = operator) {
  const { name, body, audience, quietHours, smartEncoding, expiresAt, purpose, topic, updatedAt } =
    await get(id);
  const input = { name, body, audience, quietHours, smartEncoding, expiresAt, purpose, topic, ...change };
  return by.mutate("campaigns.update", { ...input, id, updatedAt });
}
const audited = async (id: string) => {
  const { data } = await owner.query<Page<{ action: string; objectId: string; actor: string | null }>>(
    "audit.list",
    { limit: 100 },
  );
  return data.items
    .filter(({ objectId }) => objectId === id)
    .map(({ action, actor }) => `${action} by ${actor ?? "the program"}`)
    .reverse();
};

describe("a launch above the member's limit", () => {
  it("is refused by hand and by schedule, and goes at once up to the limit or without one", async () => {
    const id = await draft();
    const refused = await launch(id);
    expect(refused).toMatchObject({
      code: "PRECONDITION_FAILED",
      message:
        "This goes to 5 recipients, and you may launch to 2 recipients alone. Ask somebody to approve it.",
    });
    const scheduled = await operator.mutate("campaigns.schedule", { id, at: inHours(1) });
    expect(scheduled.message).toBe(refused.message);
    expect((await launch(id, owner)).status).toBe(200);
    await setLimits({ operator: 5 });
    expect((await launch(await draft())).status).toBe(200);
    await setLimits({});
    expect((await launch(await draft())).status).toBe(200);
  });

  it("goes with the approval of a second person, who sees what was asked for", async () => {
    const id = await draft({ name: "Spring" });
    const asked = await ask(id, { note: "For Friday" });
    expect(asked).toMatchObject({ status: "open", recipients: 5, note: "For Friday", isOwn: true });
    const { data: page } = await approver.query<ApprovalPage>("approvals.get", { id: asked.id });
    expect(page).toMatchObject({
      ...{ differs: [], recipientsNow: 5, fault: null },
      seen: {
        copy: { name: "Spring", body: DRAFT.body, audience: { kind: "all" }, launchAt: null },
        preflight: {
          audience: 5,
          cost: { likelyMicros: expect.any(Number) },
          evaluatedAt: expect.any(String),
        },
      },
    });
    expect((await launch(id)).status).toBe(412);
    expect((await approve(asked)).status).toBe(200);
    expect((await launch(id)).status).toBe(200);
    expect((await newest(id)).newest).toMatchObject({ status: "used", decidedBy: "acme approver" });
    expect(await audited(id)).toEqual([
      "campaign.create by acme operator",
      "approval.ask by acme operator",
      "approval.approve by acme approver",
      "campaign.launch by acme operator",
    ]);
  });

  it("shows who decides the numbers in the text and of the senders, and nobody else with masked numbers", async () => {
    const body = "Acme: call us at 0491 570 158. Reply STOP to opt out.";
    const { id } = await ask(await draft({ body }));
    const seenBy = async (role: string) => {
      const caller = await server.signIn(`${role}@acme.example.com`);
      return (await caller.query<ApprovalPage>("approvals.get", { id })).data.seen.copy;
    };
    expect(await seenBy("approver")).toMatchObject({ body, senders: [{ number: "+61480001000" }] });
    const masked = await seenBy("viewer");
    expect(masked.body).toMatch(/call us at .*•/);
    expect(masked.senders[0]!.number).toContain("•");
  });

  it("is not approved any more once its speed or its local time is another", async () => {
    const date = inHours(48).slice(0, 10);
    for (const change of [
      { messagesPerMinute: 10 },
      { spreadMinutes: 30 },
      { localTime: { date, time: "12:00", passed: "skip" } },
    ]) {
      const id = await draft();
      await approve(await ask(id));
      expect(await edit(id, change)).toMatchObject({ status: 200 });
      expect([change, (await launch(id)).status]).toEqual([change, 412]);
      expect((await newest(id)).newest).toMatchObject({ status: "void" });
    }
  });

  it("is returned with a comment, and asked for again", async () => {
    const id = await draft();
    const { id: requestId, fingerprint } = await ask(id);
    const empty = await approver.mutate("approvals.return", { id: requestId, fingerprint, comment: " " });
    expect(empty.code).toBe("BAD_REQUEST");
    await approver.mutate("approvals.return", { id: requestId, fingerprint, comment: "Name the shop" });
    expect((await newest(id)).newest).toMatchObject({
      status: "returned",
      comment: "Name the shop",
      endedAt: null,
    });
    expect((await launch(id)).status).toBe(412);
    await edit(id, { body: "Acme, Main Street: sale. Reply STOP to opt out." });
    // The comment stays until it is asked for again.
    expect((await newest(id)).newest).toMatchObject({ status: "returned" });
    const again = await ask(id);
    expect((await approve(again)).status).toBe(200);
    expect((await launch(id)).status).toBe(200);
  });

  it("can be asked for only where it could be launched", async () => {
    const nobody = await draft({ audience: { kind: "tags", tags: ["nobody has this"] } });
    expect((await operator.mutate("approvals.ask", { campaignId: nobody })).code).toBe("BAD_REQUEST");
    const id = await draft();
    for (const at of [inHours(-1), inHours(24 * 366)])
      expect((await operator.mutate("approvals.ask", { campaignId: id, at })).code).toBe("BAD_REQUEST");
    const override = { campaignId: id, quietHoursOverrideReason: "Everybody asked for it" };
    expect((await operator.mutate("approvals.ask", override)).code).toBe("FORBIDDEN");
    const viewer = await server.signIn("viewer@acme.example.com");
    expect((await viewer.mutate("approvals.ask", { campaignId: id })).code).toBe("FORBIDDEN");
    await launch(id, owner);
    expect((await operator.mutate("approvals.ask", { campaignId: id })).code).toBe("CONFLICT");
  });
});

describe("the second person", () => {
  it("is neither who asked nor who changed the campaign last, and has the right", async () => {
    const id = await draft({}, owner);
    const asked = await ask(id);
    expect(await approve(asked, operator)).toMatchObject({ code: "FORBIDDEN" });
    expect(await approve(asked, owner)).toMatchObject({
      code: "FORBIDDEN",
      message: "You changed this campaign last, so another member must decide.",
    });
    await setLimits({ operator: 2, owner: 2 });
    const own = await ask(await draft(), {}, owner);
    expect(await approve(own, owner)).toMatchObject({
      message: "You asked for this approval, so another member must decide.",
    });
    expect((await approve(own)).status).toBe(200);
  });

  it("decides once, about the copy that they saw", async () => {
    const id = await draft();
    const asked = await ask(id);
    const other = { ...asked, fingerprint: "0".repeat(64) };
    expect(await approve(other)).toMatchObject({ code: "CONFLICT" });
    const both = await Promise.all([
      approve(asked),
      owner.mutate("approvals.return", { ...asked, comment: "Not like this" }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("finds what waits on Home, with what waits for the one who asked", async () => {
    const waiting = async (by: Caller) => (await by.query<WaitingApprovals>("approvals.waiting")).data;
    const before = { approver: await waiting(approver), operator: await waiting(operator) };
    const first = await ask(await draft());
    expect(await waiting(approver)).toMatchObject({ toDecide: before.approver.toDecide + 1 });
    expect(await waiting(operator)).toMatchObject({ toDecide: 0 });
    await approve(first);
    const second = await ask(await draft());
    await approver.mutate("approvals.return", { ...second, comment: "Not like this" });
    expect(await waiting(operator)).toMatchObject({
      ...{ toLaunch: before.operator.toLaunch + 1, returned: before.operator.returned + 1 },
    });
    const { data } = await operator.query<Summary>("home.summary");
    expect(data.approvals).toEqual(await waiting(operator));
  });

  it("can no longer decide once the request is withdrawn", async () => {
    const id = await draft();
    const asked = await ask(id);
    expect((await operator.mutate("approvals.withdraw", { id: asked.id })).status).toBe(200);
    expect((await approve(asked)).code).toBe("CONFLICT");
    expect((await operator.mutate("approvals.withdraw", { id: asked.id })).code).toBe("CONFLICT");
  });
});

describe("an approval is void", () => {
  it.each([
    ["text", { body: "Acme: another text. Reply STOP to opt out." }],
    ["audience", { audience: { kind: "tags", tags: ["vip"] } }],
    ["purpose", { purpose: "service" }],
    ["expiry", { expiresAt: inHours(48) }],
    ["encoding", { smartEncoding: true }],
    ["name", { name: "Another name" }],
    ["hours", { quietHours: Array(7).fill({ open: "10:00", close: "12:00" }) }],
  ])("after a change of the %s, in the same transaction", async (_, change) => {
    const id = await draft();
    await approve(await ask(id));
    expect((await edit(id, change)).status).toBe(200);
    expect((await newest(id)).newest).toMatchObject({ status: "void", endReason: "changed" });
    expect((await audited(id)).slice(-2)).toEqual([
      "campaign.update by acme operator",
      "approval.void by acme operator",
    ]);
    if (!("audience" in change)) expect((await launch(id)).code).toBe("PRECONDITION_FAILED");
  });

  it("not after a save that changes nothing", async () => {
    const id = await draft();
    await approve(await ask(id));
    await edit(id, {});
    expect((await newest(id)).newest).toMatchObject({ status: "approved" });
    expect((await launch(id)).status).toBe(200);
  });

  it("after a change by hand in the database, too", async () => {
    const id = await draft();
    await approve(await ask(id));
    await server.sql`update campaigns set body = 'Acme: other. Reply STOP' where id = ${id}`;
    expect((await newest(id)).newest).toMatchObject({ status: "void" });
  });

  it("once a sender that nobody saw is in use, and not when one is paused", async () => {
    const id = await draft();
    const asked = await ask(id);
    const other = await ask(await draft());
    await approve(other);
    await server.sql`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
      values (${tenantId}, '+61480001001', 'AU', 1000, 1000)`;
    expect(await approve(asked)).toMatchObject({
      message: "Not as it was approved: the senders changed. Ask for approval again.",
    });
    expect(await launch(other.campaignId)).toMatchObject({ code: "PRECONDITION_FAILED" });
    await server.sql`update sending_numbers set status = 'resting' where phone_e164 = '+61480001001'`;
    expect((await launch(other.campaignId)).status).toBe(200);
  });

  it("72 hours after the decision", async () => {
    const id = await draft();
    await approve(await ask(id));
    await server.sql`update launch_approvals set decided_at = now() - interval '73 hours' where campaign_id = ${id}`;
    expect((await launch(id)).message).toMatch(/^It was approved more than 72 hours ago/);
  });

  it("where its stored copy was changed", async () => {
    const id = await draft();
    await approve(await ask(id));
    await server.sql`update launch_approvals set recipients = 9 where campaign_id = ${id}`;
    expect((await launch(id)).code).toBe("PRECONDITION_FAILED");
  });

  it("for another way to launch: outside quiet hours, or at a time", async () => {
    await setLimits({ owner: 2 });
    const id = await draft({}, operator);
    await approve(await ask(id, {}, owner));
    const outside = { id, quietHoursOverrideReason: "Everybody asked for it" };
    expect(await owner.mutate("campaigns.launch", outside)).toMatchObject({
      message: "Not as it was approved: the override of quiet hours changed. Ask for approval again.",
    });
    expect(await owner.mutate("campaigns.schedule", { id, at: inHours(1) })).toMatchObject({
      message: "Not as it was approved: the time of launch changed. Ask for approval again.",
    });
    await approve(await ask(id, { quietHoursOverrideReason: "Everybody asked for it" }, owner));
    expect((await owner.mutate("campaigns.launch", outside)).status).toBe(200);
  });

  it("when the audience grew by more than 5 %", async () => {
    const id = await draft();
    await approve(await ask(id));
    await addContacts(server.sql, tenantId, ["+61491570301"]);
    expect((await launch(id)).message).toMatch(/^The audience grew from 5 recipients to 6/);
  });
});

describe("two people at once", () => {
  it("never launch a text that nobody approved", async () => {
    for (let round = 0; round < 12; round += 1) {
      const id = await draft({ body: "Acme: approved text. Reply STOP to opt out." });
      await approve(await ask(id));
      const { updatedAt } = await get(id);
      const other = { ...DRAFT, body: "Acme: unseen text. Reply STOP to opt out.", id, updatedAt };
      await Promise.all([launch(id), operator.mutate("campaigns.update", other)]);
      const { status, body } = await get(id);
      if (status === "launching") expect(body).toContain("approved text");
      else expect((await newest(id)).newest).toMatchObject({ status: "void" });
    }
  });

  it("never approve a text that changed before the decision", async () => {
    for (let round = 0; round < 8; round += 1) {
      const id = await draft({ body: "Acme: seen text. Reply STOP to opt out." });
      const asked = await ask(id);
      const { updatedAt } = await get(id);
      const other = { ...DRAFT, body: "Acme: unseen text. Reply STOP to opt out.", id, updatedAt };
      await Promise.all([approve(asked), operator.mutate("campaigns.update", other)]);
      expect((await newest(id)).newest).toMatchObject({ status: "void" });
      expect((await launch(id)).code).toBe("PRECONDITION_FAILED");
    }
  });
});

describe("a saved audience", () => {
  const state = (value: string) => ({
    match: "all",
    rules: [{ about: "tag", tags: [value] }],
  });
  const save = async (name: string, definition: object) =>
    (await owner.mutate<{ id: string }>("audiences.create", { name, definition })).data.id;

  it("goes out as it was approved: another definition voids the approval, also of an audience inside it", async () => {
    await server.sql`update contacts set tags = array['a', 'b'] where tenant_id = ${tenantId}`;
    const inner = await save("Inner", state("a"));
    const outer = await save("Outer", {
      match: "all",
      rules: [{ about: "audience", audience: inner }],
    });
    const id = await draft({ audience: { kind: "saved", audienceId: outer } });
    const asked = await ask(id);
    await approve(asked);
    const change = { id: inner, version: 1, name: "Inner", definition: state("b") };
    expect((await owner.mutate("audiences.update", change)).status).toBe(200);
    expect((await launch(id)).message).toBe(
      "Not as it was approved: the audience changed. Ask for approval again.",
    );
    await approve(await ask(id));
    expect((await launch(id)).status).toBe(200);
    // The launch froze the definition: a change from now on reaches nobody else.
    await owner.mutate("audiences.update", { ...change, version: 2, definition: state("nobody") });
    expect(await freezeNextChunk(server.sql, id, 1)).toMatchObject({ audience: 5 });
  });
});

describe("a launch at a time", () => {
  it("is scheduled with the approval, and launched by the worker", async () => {
    const id = await draft();
    const at = new Date(Date.now() + 1_500);
    await approve(await ask(id, { at: at.toISOString() }));
    expect(await get(id)).toMatchObject({ status: "scheduled", launchedBy: "acme operator" });
    expect(await launchScheduled(server.sql)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, at.getTime() - Date.now() + 50));
    expect(await launchScheduled(server.sql)).toEqual([{ id }]);
    expect((await newest(id)).newest).toMatchObject({ status: "used" });
    expect((await audited(id)).slice(-2)).toEqual([
      "campaign.schedule by acme approver",
      "campaign.launch by the program",
    ]);
  });

  it("that was rescheduled by hand is no longer approved", async () => {
    const id = await draft();
    await approve(await ask(id, { at: inHours(2) }));
    await due(id);
    expect((await newest(id)).newest).toMatchObject({ status: "void", endReason: "changed" });
    expect(await launchScheduled(server.sql)).toEqual([]);
    expect(await get(id)).toMatchObject({
      status: "draft",
      notLaunchedReason: expect.stringMatching(/^This goes to 5 recipients/),
    });
  });

  it("by a member alone is decided again at its time: an audience above the limit becomes a draft, with the reason", async () => {
    await setLimits({ operator: 5 });
    const id = await draft();
    expect((await operator.mutate("campaigns.schedule", { id, at: inHours(1) })).status).toBe(200);
    await addContacts(server.sql, tenantId, ["+61491570302"]);
    await due(id);
    expect(await launchScheduled(server.sql)).toEqual([]);
    expect(await get(id)).toMatchObject({
      status: "draft",
      notLaunchedReason:
        "This goes to 6 recipients, and you may launch to 5 recipients alone. Ask somebody to approve it.",
    });
    expect((await audited(id)).at(-1)).toBe("campaign.not-launched by the program");
    expect((await operator.query<WaitingApprovals>("approvals.waiting")).data.notLaunched).toBeGreaterThan(0);
    await approve(await ask(id));
    expect(await get(id)).toMatchObject({ notLaunchedReason: null });
    expect((await launch(id)).status).toBe(200);
  });

  it("by a member who left since needs an approval, and others' campaigns go on", async () => {
    const mine = await draft({}, owner);
    const theirs = await draft();
    await owner.mutate("campaigns.schedule", { id: mine, at: inHours(1) });
    await owner.mutate("campaigns.schedule", { id: theirs, at: inHours(1) });
    await server.sql`update campaigns set launched_by = uuid_v7() where id = ${theirs}`;
    await due(mine);
    await due(theirs);
    expect(await launchScheduled(server.sql)).toEqual([{ id: mine }]);
    expect(await get(theirs)).toMatchObject({ status: "draft" });
  });

  it("to a saved audience that was removed becomes a draft with the reason, and holds up nobody", async () => {
    const definition = { match: "all", rules: [] };
    const audience = (await owner.mutate<{ id: string }>("audiences.create", { name: "Gone", definition }))
      .data;
    await setLimits({ owner: 100, operator: 2 });
    const id = await draft({ audience: { kind: "saved", audienceId: audience.id } }, owner);
    await owner.mutate("campaigns.schedule", { id, at: inHours(1) });
    await server.sql`update audiences set removed_at = now() where id = ${audience.id}`;
    await due(id);
    expect(await launchScheduled(server.sql)).toEqual([]);
    expect(await get(id)).toMatchObject({
      status: "draft",
      notLaunchedReason: expect.stringMatching(/removed/),
    });
  });

  it("whose time is over can't be approved any more", async () => {
    const id = await draft();
    const asked = await ask(id, { at: inHours(1) });
    await server.sql`update launch_approvals set launch_at = now() - interval '1 minute' where id = ${asked.id}`;
    expect((await approve(asked)).code).toBe("BAD_REQUEST");
  });
});

describe("the limits", () => {
  it("are an owner's setting, for roles that launch", async () => {
    const { data } = await owner.query<SecuritySettings>("settings.security");
    expect(data.launchLimits).toEqual({ operator: 2 });
    expect((await changeLimits({ viewer: 5 })).code).toBe("BAD_REQUEST");
    expect((await changeLimits({ operator: -1 })).code).toBe("BAD_REQUEST");
    expect((await changeLimits({}, approver)).code).toBe("FORBIDDEN");
    // Another setting leaves them.
    await owner.mutate("settings.updateSecurity", { secondFactorPolicy: "optional", launchProofAbove: null });
    expect((await owner.query<SecuritySettings>("settings.security")).data.launchLimits).toEqual({
      operator: 2,
    });
  });

  it("hold for a custom role: its own number, else that of operators", async () => {
    const actions = ["contacts.read", "campaigns.read", "campaigns.launch", "messages.read"];
    const role = (await owner.mutate<{ id: string }>("roles.create", { name: "Launchers", actions })).data.id;
    const people = (await owner.query<{ userId: string; role: string }[]>("people.list")).data;
    const userId = people.find((person) => person.role === "viewer")!.userId;
    await owner.mutate("people.setRole", { userId, role });
    const launcher = await server.signIn("viewer@acme.example.com");
    const id = await draft();
    expect((await launch(id, launcher)).message).toMatch(/you may launch to 2 recipients alone/);
    await setLimits({ operator: 2, [role]: 3 });
    expect((await launch(id, launcher)).message).toMatch(/you may launch to 3 recipients alone/);
    await setLimits({ operator: 2, [role]: 5 });
    expect((await launch(id, launcher)).status).toBe(200);
  });

  it("end with what is never deleted: a draft takes its requests with it", async () => {
    const id = await draft();
    const asked = await ask(id);
    expect((await operator.mutate("campaigns.remove", { id })).status).toBe(200);
    expect((await approver.query("approvals.get", { id: asked.id })).code).toBe("NOT_FOUND");
  });
});
