import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAuditFaults } from "../audit/audit-chain.ts";
import { ingestInbound, ingestStatusEvents } from "../carrier/webhooks.ts";
import { transact } from "../postgres/connection.ts";
import { findText } from "../testing/find-text.ts";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture, sidFor } from "../testing/send-fixture.ts";
import { erasePerson, finishOpenErasures, lookAgain } from "./erasures.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const PHONE = "+61401777001";
const DIGITS = "401777001";
const TEXT = "Hello Zebedia, your parcel waits";
const REPLY = "Please call my sister Quintessa";
const order = (tenantId: string) => ({
  ...{ tenantId, phone: PHONE, reason: "Request 17", by: null },
});

/** A tenant that texted the person, heard from them, and has them in every kind of row. */
async function withPerson() {
  const { sql, tenant, number, people, campaign, frozen, claim, accept } = fixture;
  const tenantId = await tenant();
  const sender = await number(tenantId);
  const [contactId, otherId] = await people(tenantId, { phones: [PHONE, "+61401777002"] });
  await sql`update contacts set first_name = 'Zebedia', last_name = 'Quark', email = 'zebedia@example.com'
    where id = ${contactId!}`;
  const campaignId = await campaign(tenantId, { body: TEXT.replace("Zebedia", "{{first_name}}") });
  const { messages } = await claim(tenantId, await frozen(campaignId));
  await accept(messages.map(({ attemptId }) => attemptId));
  const attemptId = messages.find(({ to }) => to === PHONE)!.attemptId;
  const sid = sidFor(attemptId);
  const status = { attemptId, messageSid: sid, messageStatus: "delivered", errorCode: null };
  await ingestStatusEvents(sql, [{ ...status, payload: { To: PHONE, Body: TEXT, MessageSid: sid } }]);
  const inbound = {
    ...{ messageSid: `SM${randomUUID()}`, from: PHONE, to: sender.phone, body: REPLY, optOutType: null },
    payload: { From: PHONE, Body: REPLY },
  };
  await ingestInbound(sql, inbound);
  await ingestInbound(sql, {
    ...inbound,
    messageSid: `SM${randomUUID()}`,
    body: "STOP",
    payload: { From: PHONE, Body: "STOP" },
  });
  await sql`insert into audit_log (tenant_id, action, object_kind, object_id, detail) values
    (${tenantId}, 'do-not-contact.add', 'phone', ${PHONE}, '{"note": "Her son Yorick called"}'),
    (${tenantId}, 'kill-switch.pause', 'tenant', ${tenantId}, '{"reason": "zebedia quark complained about ${sql.unsafe(PHONE)}"}'),
    (${tenantId}, 'settings.update', 'tenant', ${tenantId}, '{"after": {"name": "Acme"}}')`;
  const [file] = await sql<{ id: string }[]>`
    insert into imports (tenant_id, file_name, status, sample) values (${tenantId}, 'people.csv', 'completed',
      ${sql.json([
        ["Zebedia", "Quark", "0401 777 001"],
        ["Bob", "Smith", "0401 777 002"],
      ])}) returning id`;
  await sql`insert into import_rejections (tenant_id, import_id, line, reason, row) values
    (${tenantId}, ${file!.id}, 2, 'Landline', ${sql.json(["0401-777-001", "x"])}),
    (${tenantId}, ${file!.id}, 3, 'Landline', ${sql.json(["Zebedia", "Quark", "no number"])}),
    (${tenantId}, ${file!.id}, 4, 'Landline', ${sql.json(["Zebedia", "Miller", "0299990000"])}),
    (${tenantId}, ${file!.id}, 5, 'Not a number', ${sql.json(["Zeb", "none", " Zebedia@Example.com "])})`;
  const [restore] = await sql<{ id: string }[]>`
    insert into restores (backup_at, source, locked_at) values (now(), 'test', now()) returning id`;
  await sql`insert into restore_differences (restore_id, tenant_id, kind, carrier_sid, phone_e164, body, at)
    values (${restore!.id}, ${tenantId}, 'reply', ${`SM${randomUUID()}`}, ${PHONE}, ${REPLY}, now())`;
  await sql`insert into carrier_findings (tenant_id, kind, message_sid, from_phone, to_phone, carrier_status, made_at)
    values (${tenantId}, 'unknown-message', ${`SM${randomUUID()}`}, ${sender.phone}, ${PHONE}, 'sent', now())`;
  const [ready] = await sql<{ id: string }[]>`
    insert into imports (tenant_id, file_name, status) values (${tenantId}, 'waiting.csv', 'ready') returning id`;
  await sql`insert into import_chunks (tenant_id, import_id, sequence, data)
    values (${tenantId}, ${ready!.id}, 0, ${Buffer.from(`name,phone\nZebedia,${PHONE}`)})`;
  return { tenantId, sender, contactId: contactId!, otherId: otherId!, campaignId, attemptId, sid, status };
}

const traces = async () =>
  (
    await Promise.all(
      [
        PHONE,
        DIGITS,
        "777 001",
        "777-001",
        "zebedia@",
        TEXT,
        REPLY,
        "Zebedia Quark",
        "zebedia quark",
        "Yorick",
      ].map((text) => findText(fixture.owner, text)),
    )
  ).flat();

describe("an erased person", () => {
  it("is nowhere in the database, with all bills, counters and the audit chain as before", async () => {
    const { sql } = fixture;
    const { tenantId, status, otherId } = await withPerson();
    expect(new Set(await traces()).size).toBeGreaterThan(12);
    const money =
      async () => sql`select daily_spent_cents, monthly_spent_cents, daily_reserved_cents from budgets
      where tenant_id = ${tenantId}`;
    const [before] = await money();
    const receipt = await erasePerson(sql, order(tenantId));
    expect(receipt).toMatchObject({ messages: 1, replies: 2, webhooks: 3, auditEntries: 2 });
    expect(await traces()).toEqual([]);
    expect((await money())[0]).toEqual(before);
    expect(await violations(sql)).toEqual([]);
    expect(await sql.begin((tx) => readAuditFaults(tx, tenantId))).toEqual([]);
    expect([...(await sql`select first_name from contacts where id = ${otherId}`)]).toEqual([
      { first_name: "Ann" },
    ]);
    // A callback that comes late bears the number again.
    await ingestStatusEvents(sql, [{ ...status, messageStatus: "read", payload: { To: PHONE, Body: TEXT } }]);
    await ingestStatusEvents(sql, [
      { ...status, messageStatus: "undelivered", errorCode: 21610, payload: { To: PHONE } },
    ]);
    expect(await traces()).toEqual([]);
  });

  it("has the HMAC of the tenant and the number as their hash, and nothing else", async () => {
    const { sql, owner } = fixture;
    const tenantId = await fixture.tenant();
    await fixture.people(tenantId, { phones: [PHONE] });
    await erasePerson(sql, order(tenantId));
    const [key] = await owner<{ key: Uint8Array }[]>`select key from number_hash_key`;
    const [row] = await sql<{ hash: string; pending: unknown }[]>`
      select encode(number_hash, 'hex') as hash, pending from erasures where tenant_id = ${tenantId}`;
    expect(row).toEqual({
      hash: createHmac("sha256", key!.key).update(`${tenantId}:${PHONE}`).digest("hex"),
      pending: null,
    });
    expect(await erasePerson(sql, order(tenantId))).toEqual({});
  });

  it("stays with another tenant as they were", async () => {
    const { sql } = fixture;
    const [one, other] = [await withPerson(), await withPerson()];
    const rowsOf = async (tenantId: string) => [
      await sql`select * from contacts where tenant_id = ${tenantId} order by id`,
      await sql`select to_phone, body from send_attempts where tenant_id = ${tenantId} order by id`,
      await sql`select from_phone, body from inbound_messages where tenant_id = ${tenantId} order by id`,
      await sql`select payload from webhook_events where tenant_id = ${tenantId} order by id`,
      await sql`select object_id, detail from audit_log where tenant_id = ${tenantId} order by id`,
      await sql`select row from import_rejections where tenant_id = ${tenantId} order by line`,
      await sql`select status, sample from imports where tenant_id = ${tenantId} order by id`,
      await sql`select phone_e164, evidence from consents where tenant_id = ${tenantId} order by id`,
    ];
    const before = await rowsOf(other.tenantId);
    await erasePerson(sql, order(one.tenantId));
    expect(await rowsOf(other.tenantId)).toEqual(before);
    await erasePerson(sql, order(other.tenantId));
    expect(await traces()).toEqual([]);
  });

  it("gets nothing even if their contact comes back by hand", async () => {
    const { sql, tenant, number, people, campaign, frozen, claim, job } = fixture;
    const tenantId = await tenant();
    await number(tenantId);
    await people(tenantId, { phones: [PHONE] });
    await erasePerson(sql, order(tenantId));
    await people(tenantId, { phones: [PHONE, "+61401777009"] });
    const jobIds = await frozen(await campaign(tenantId));
    const { messages } = await claim(tenantId, jobIds);
    expect(messages.map(({ to }) => to)).toEqual(["+61401777009"]);
    const [theirs] = await sql<{ id: string }[]>`
      select id from send_jobs where id = any(${jobIds}::uuid[]) and phone_e164 = ${PHONE}`;
    expect(await job(theirs!.id)).toMatchObject({ status: "failed", reason: "Do not contact" });
    expect(await erasePerson(sql, order(tenantId))).toEqual({});
    expect(await traces()).toEqual([]);
  });

  it("does not come back by a late text from before; a new text of theirs is stored", async () => {
    const { sql } = fixture;
    const { tenantId, sender } = await withPerson();
    await erasePerson(sql, order(tenantId));
    const text = { from: PHONE, to: sender.phone, body: REPLY, optOutType: null, payload: { From: PHONE } };
    await ingestInbound(sql, {
      ...text,
      messageSid: `SM${randomUUID()}`,
      receivedAt: new Date(Date.now() - 3_600_000),
    });
    expect(await traces()).toEqual([]);
    await ingestInbound(sql, { ...text, messageSid: `SM${randomUUID()}` });
    expect(await findText(fixture.owner, REPLY)).toContain("public.inbound_messages.body");
    await fixture.owner`delete from conversations where phone_e164 = ${PHONE}`;
    await fixture.owner`delete from inbound_messages where from_phone = ${PHONE}`;
    await fixture.owner`delete from webhook_events where payload ->> 'From' = ${PHONE}`;
  });
});

describe("an erasure whose process died", () => {
  it("is finished by another one, and a job that was written late loses its number", async () => {
    const { sql } = fixture;
    const { tenantId, contactId } = await withPerson();
    const stop = new Error("killed");
    await expect(
      erasePerson(
        Object.assign(
          (...args: Parameters<typeof sql>) => (sql as unknown as (...all: unknown[]) => unknown)(...args),
          sql,
          {
            begin: (() => {
              let calls = 0;
              return (work: never) => {
                calls += 1;
                if (calls > 3) throw stop;
                return sql.begin(work);
              };
            })(),
          },
        ) as unknown as typeof sql,
        order(tenantId),
      ),
    ).rejects.toBe(stop);
    expect(await traces()).not.toEqual([]);
    await sql`update erasures set created_at = created_at - interval '2 minutes' where pending is not null`;
    expect(await finishOpenErasures(sql)).toBe(1);
    expect(await traces()).toEqual([]);
    const again = await fixture.campaign(tenantId);
    await sql`update campaigns set audience_count = 1 where id = ${again}`;
    await sql`insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
      values (${tenantId}, ${again}, ${contactId}, ${PHONE}, 'AU')`;
    await sql`update erasures set finished_at = finished_at - interval '2 minutes'`;
    expect(await lookAgain(sql)).toBeGreaterThan(0);
    expect(await traces()).toEqual([]);
    expect(await violations(sql)).toEqual([]);
  });
});

describe("a redacted audit entry", () => {
  it("without an erasure is tampering: an entry that hides an edit is named, and so is the edit", async () => {
    const { sql, owner } = fixture;
    const { tenantId } = await withPerson();
    await erasePerson(sql, order(tenantId));
    const faultsIn = async (tx: unknown) =>
      (await readAuditFaults(tx as never, tenantId)).map(({ fault }) => fault).sort();
    const [erasure] = await sql<{ id: string }[]>`select id from erasures where tenant_id = ${tenantId}`;
    const [victim] = await sql<{ id: string; seq: string }[]>`
      insert into audit_log (tenant_id, action, object_kind, detail)
      values (${tenantId}, 'kill-switch.resume', 'tenant', '{"reason": "a"}') returning id, seq`;
    /** Edits an entry, and hides that behind an entry about an erasure. */
    const forge = (erasureId: string | null) =>
      owner
        .begin(async (tx) => {
          await tx`set local session_replication_role = replica`;
          await tx`update audit_log set detail = '{"reason": "b"}', salt = null where id = ${victim!.id}`;
          await tx`set local session_replication_role = origin`;
          await tx`
        insert into audit_log (tenant_id, action, object_kind, object_id, detail)
        select tenant_id, 'audit.redact', 'erasure', ${erasureId}, jsonb_build_object('entries',
          jsonb_build_object(seq::text, encode(audit_hash(audit_log), 'hex'))) from audit_log where id = ${victim!.id}`;
          const found = await faultsIn(tx);
          // An erasure that only its row knows, and not the log, is made up as well.
          if (erasureId)
            await tx`insert into erasures (id, tenant_id, number_hash, reason) values (${erasureId}, ${tenantId}, 'x', 'x')`;
          const withRow = erasureId ? await faultsIn(tx) : found;
          throw Object.assign(new Error("undone"), { found, withRow });
        })
        .catch((error: { found?: string[]; withRow?: string[] }) => [error.found, error.withRow]);
    const both = ["removes people without an erasure", "was edited"];
    expect(await forge(null)).toEqual([both, both]);
    expect(await forge("00000000-0000-4000-8000-000000000009")).toEqual([both, both]);
    expect(await sql.begin(faultsIn)).toEqual([]);
    expect(erasure).toBeDefined();
  });

  it("can't be edited unseen, and its hash does not betray the number", async () => {
    const { sql, owner } = fixture;
    const { tenantId } = await withPerson();
    await erasePerson(sql, order(tenantId));
    const faults = () => sql.begin((tx) => readAuditFaults(tx, tenantId));
    expect(await faults()).toEqual([]);
    const redacted = await sql<{ id: string; salt: unknown }[]>`
      select id, salt from audit_log where tenant_id = ${tenantId} and detail::text like '%erased:%'
        and action <> 'audit.redact'`;
    expect(redacted.map(({ salt }) => salt)).toEqual([null, null]);
    for (const edit of [
      "detail = '{}'",
      "actor_id = gen_random_uuid()",
      "created_at = created_at + interval '1 s'",
    ]) {
      const undone = owner.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx.unsafe(`update audit_log set ${edit} where id = ${redacted[0]!.id}`);
        expect(
          (await readAuditFaults(tx as never, tenantId)).map(({ fault }) => fault),
          edit,
        ).toEqual(["was edited"]);
        throw new Error("undone");
      });
      await expect(undone).rejects.toThrow("undone");
    }
    // Nobody but the erasure's own function may change an entry, whatever they set.
    for (const statement of [
      `update audit_log set detail = '{}' where tenant_id = '${tenantId}'`,
      `update consents set evidence = '{}' where tenant_id = '${tenantId}'`,
    ])
      await expect(
        transact(sql, async (tx) => {
          await tx`select set_config('app.redacting', 'on', true)`;
          await tx.unsafe(statement);
        }),
      ).rejects.toThrow(/append-only|permission denied/);
  });
});
