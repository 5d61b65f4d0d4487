import { randomInt } from "node:crypto";
import { ROLES } from "@smscrm/core/process/roles";
import { findText } from "@smscrm/db/testing/find-text";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";
import { checkPack } from "./sealed-pack.ts";

const PHONE = "+61491570156";
const MESSAGES = 200;

let server: TestServer;
let tenantId: string;
let owner: Caller;
let auditor: Caller;
let operator: Caller;
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ROLES);
  owner = await server.signIn("owner@acme.example.com");
  auditor = await server.signIn("auditor@acme.example.com");
  operator = await server.signIn("operator@acme.example.com");
  await seed();
});
afterAll(() => server.close());

/** A person with 200 messages, a consent with its wording, a reply and a STOP, before the last ten messages. */
async function seed(): Promise<void> {
  const { sql } = server;
  const [contact] = await sql<{ id: string }[]>`
    insert into contacts (tenant_id, phone_e164, country, line_type, first_name, last_name, consent_basis)
    values (${tenantId}, ${PHONE}, 'AU', 'MOBILE', 'Мария', '張伟', 'express') returning id`;
  await sql`insert into consents (tenant_id, phone_e164, basis, source, evidence)
    values (${tenantId}, ${PHONE}, 'express', 'import', '{"statement": "I agree to texts from Acme"}')`;
  const [number] = await sql<{ id: string }[]>`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second) values (${tenantId}, '+61480001999', 'AU', 1) returning id`;
  await sql`
    with campaign as (
      insert into campaigns (tenant_id, name, body, audience, status)
      select ${tenantId}, 'News ' || n, 'x', '{"kind":"all"}', 'completed' from generate_series(1, ${MESSAGES}) n returning id
    ), job as (
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, status, verdict, sent_at)
      select ${tenantId}, id, ${contact!.id}, ${PHONE}, 'AU', 'delivered',
        '{"kind": "send", "looked": {"zone": "Australia/Sydney", "open": "09:00"}}', now() from campaign returning id, campaign_id
    )
    insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone, body,
      segments, validity_seconds, state, budget_day, budget_month, reserved_micros, claimed_at, handed_over_at)
    select ${tenantId}, id, campaign_id, 1, ${number!.id}, '+61480001999', ${PHONE}, 'Hello ' || row_number() over (), 1, 300,
      'accepted', current_date, current_date, 0, now() - interval '1 hour' * row_number() over (),
      now() - interval '1 hour' * row_number() over () from job`;
  await sql`insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind, created_at)
    values (${tenantId}, 'SM1', ${PHONE}, '+61480001999', 'Who is this?', 'none', now() - interval '20 hours'),
      (${tenantId}, 'SM2', ${PHONE}, '+61480001999', 'STOP', 'opt-out', now() - interval '630 minutes')`;
  await sql`insert into audit_log (tenant_id, action, object_kind, object_id) values (${tenantId}, 'contact.update', 'contact', ${contact!.id})`;
}

const pack = async (kind: "evidence" | "export", caller = auditor) => {
  const made = await caller.mutate<{ fileName: string; zip: string }>(`privacy.${kind}`, { phone: PHONE });
  expect(made.status, made.message).toBe(200);
  return Buffer.from(made.data.zip, "base64");
};

describe("the evidence pack of a person with 200 messages", () => {
  it("comes within 2 s, and has consents, messages with their checks, and the STOP with the message before it", async () => {
    await pack("evidence");
    const before = performance.now();
    const zip = await pack("evidence");
    expect(performance.now() - before).toBeLessThan(2_000);
    const { data: key } = await auditor.query<{ publicKey: string }>("privacy.key");
    const check = checkPack(zip, key.publicKey);
    if (!check.ok) throw new Error(check.fault);
    expect(check.files.map(({ name }) => name)).toEqual(["evidence.pdf", "evidence.json"]);
    expect(check.files[0]!.data.subarray(0, 5).toString()).toBe("%PDF-");
    const evidence = JSON.parse(check.files[1]!.data.toString());
    expect(evidence).toMatchObject({
      phone: PHONE,
      contact: { first_name: "Мария" },
      consents: [{ basis: "express", evidence: { statement: "I agree to texts from Acme" } }],
      optOuts: [{ text: "STOP", messagesAfter: expect.any(Array) }],
    });
    expect(evidence.messages).toHaveLength(MESSAGES);
    expect(evidence.messages[0]).toMatchObject({ verdict: { looked: { zone: "Australia/Sydney" } } });
    const [{ at, lastMessageBefore, messagesAfter }] = evidence.optOuts;
    expect(Math.round((Date.parse(at) - Date.parse(lastMessageBefore.at)) / 60_000)).toBe(30);
    expect(messagesAfter).toHaveLength(10);
    expect(evidence.audit.map((entry: { action: string }) => entry.action)).toContain("contact.update");
  });

  it("shows each of 1,000 random edits, with the given key and without", async () => {
    const zip = await pack("evidence");
    const { data: key } = await auditor.query<{ publicKey: string }>("privacy.key");
    const missed: string[] = [];
    for (let nth = 0; nth < 1_000; nth += 1) {
      const at = randomInt(zip.length);
      const edited =
        nth % 4 === 0
          ? Buffer.concat([zip.subarray(0, at), Buffer.from([randomInt(256)]), zip.subarray(at)])
          : nth % 4 === 1
            ? Buffer.concat([zip.subarray(0, at), zip.subarray(at + 1 + randomInt(20))])
            : Buffer.from(zip);
      if (nth % 4 > 1) edited[at] = edited[at]! ^ (1 << randomInt(8));
      if (edited.equals(zip)) continue;
      if (checkPack(edited, nth % 2 === 0 ? key.publicKey : null).ok) missed.push(`${nth} at ${at}`);
    }
    expect(missed).toEqual([]);
    expect(checkPack(zip, null).ok).toBe(true);
  });

  it("is refused to an operator, and recorded as a read of personal data", async () => {
    expect(await operator.mutate("privacy.evidence", { phone: PHONE })).toMatchObject({ code: "FORBIDDEN" });
    const [entry] = await server.sql`
      select object_id from audit_log where action = 'privacy.evidence' and tenant_id = ${tenantId} limit 1`;
    expect(entry).toEqual({ object_id: PHONE });
    expect(await auditor.mutate("privacy.evidence", { phone: "+61491570999" })).toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

it("has an opt-out by link with the last message before it, and names in any script", async () => {
  const { sql } = server;
  const phone = "+61491570157";
  await sql`insert into contacts (tenant_id, phone_e164, country, line_type, first_name, last_name, consent_basis)
    values (${tenantId}, ${phone}, 'AU', 'MOBILE', 'محمد', 'כהן', 'withdrawn')`;
  await sql`insert into consents (tenant_id, phone_e164, basis, source) values (${tenantId}, ${phone}, 'withdrawn', 'link')`;
  const made = await auditor.mutate<{ zip: string }>("privacy.evidence", { phone });
  const check = checkPack(Buffer.from(made.data.zip, "base64"), null);
  if (!check.ok) throw new Error(check.fault);
  expect(JSON.parse(check.files[1]!.data.toString()).optOuts).toMatchObject([
    { by: "link", text: null, lastMessageBefore: null, messagesAfter: [] },
  ]);
});

describe("the privacy desk", () => {
  it("finds a person by number and by name, and exports all that is held", async () => {
    for (const search of ["0491 570 156", "мария"])
      expect(
        (await auditor.query<{ people: unknown[] }>("privacy.find", { search })).data.people,
      ).toMatchObject([{ phone: PHONE }]);
    expect((await auditor.query("privacy.held", { phone: PHONE })).data).toMatchObject({
      messages: MESSAGES,
      replies: 2,
    });
    const check = checkPack(await pack("export"), null);
    if (!check.ok) throw new Error(check.fault);
    expect(check.files.map(({ name }) => name)).toEqual([
      ...["summary.txt", "data.json", "messages.csv", "replies.csv", "consents.csv"],
    ]);
    expect(check.files[2]!.data.toString().split("\r\n")).toHaveLength(MESSAGES + 2);
  });

  it("erases for an admin and not for an auditor; then the person can't be added until it is lifted", async () => {
    const erase = (caller: Caller, reason: string) =>
      caller.mutate("privacy.erase", { phone: PHONE, reason });
    expect(await erase(auditor, "Request 17")).toMatchObject({ code: "FORBIDDEN" });
    expect((await erase(owner, "張伟 wrote on Monday")).message).toMatch(/names the person/);
    expect((await erase(owner, "Request 17")).data).toMatchObject({
      removed: { messages: MESSAGES, replies: 2 },
    });
    expect(await findText(server.sql, PHONE)).toEqual([]);
    const add = () =>
      owner.mutate("contacts.add", {
        phone: PHONE,
        consentBasis: "express",
        consentEvidence: "on the phone",
      });
    expect((await add()).message).toMatch(/was erased/);
    expect(
      (await owner.mutate("doNotContact.add", { phone: PHONE, note: "asked again" })).data,
    ).toMatchObject({ added: false });
    const found = await owner.query<{ people: unknown[]; erasedAt: string }>("privacy.find", {
      search: PHONE,
    });
    expect(found.data).toMatchObject({ people: [], erasedAt: expect.anything() });
    const { data } = await owner.query<{ items: { id: string; reason: string }[] }>("privacy.erasures", {});
    expect(data.items).toMatchObject([{ reason: "Request 17", liftedAt: null }]);
    expect(
      await owner.mutate("privacy.lift", { id: data.items[0]!.id, reason: "Signed up again" }),
    ).toMatchObject({ status: 200 });
    expect(await add()).toMatchObject({ status: 200 });
  });
});
