import type { Registration } from "@smscrm/core/campaigns/registration";
import { faultSentence, type SenderFault } from "@smscrm/core/campaigns/sender-rules";
import rules from "@smscrm/core/data/sender-rules.json" with { type: "json" };
import { messagePriceMicros } from "@smscrm/core/price/pricing";
import { exampleMobile } from "@smscrm/core/testing/example-mobile";
import { addConsent } from "@smscrm/db/contacts/consents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

/** A sender of the tenant, and a campaign's text. */
interface Case {
  country: string;
  sender: { phone: string; kind: string; registration: Registration | null };
  body: string;
  /** Null: it goes to the carrier. */
  fault: SenderFault | null;
}

const BODY = "Acme: sale. STOP, free. Opt out: {{opt_out_link}}";
const name = (phone: string, registration: Registration) => ({ phone, registration, kind: "alphanumeric" });
let lastNumber = 0;
const number = (kind = "long-code") => {
  lastNumber += 1;
  const phone = kind === "short-code" ? String(30_000 + lastNumber) : `+6148000${String(5_000 + lastNumber)}`;
  return { phone, kind, registration: null };
};

/** For each row of the table: a sender and a text that it allows, and what it forbids. */
const CASES: Case[] = rules.rows.flatMap((rule): Case[] => {
  const { country } = rule;
  const body = rule.beginsWith ? `${rule.beginsWith[0]} ${BODY}` : BODY;
  const of = (sender: Case["sender"], fault: SenderFault | null, text = body): Case => ({
    ...{ country, sender, fault, body: text },
  });
  const unregistered = (["not-registered", "not-required"] as const).map((state) =>
    of(name("Acme", state), "name-not-registered"),
  );
  return [
    of(name("Acme", "registered"), rule.names === "refused" ? "name-refused" : null),
    ...(rule.names === "registered" ? unregistered : []),
    of(number(), rule.numbers === "refused" ? "number-refused" : null),
    ...(rule.names === "refused"
      ? []
      : [
          of(
            name("Acme", "registered"),
            "no-opt-out-method",
            body.replace("{{opt_out_link}}", "acme.example/stop"),
          ),
        ]),
    ...(rule.registeredPrefix
      ? [of(name("#Acme", "not-required"), "name-not-registered"), of(name("Acme", "not-required"), null)]
      : []),
    ...(rule.refusedNames ?? []).map((generic) => of(name(generic, "not-required"), "generic-name")),
    ...(rule.beginsWith ? [of(name("Acme", "registered"), "text-begins-wrong", `Acme ${body}`)] : []),
    ...(rule.mustSay
      ? [
          of(number("short-code"), null),
          of(
            number(rule.mustSay.from?.[0] ?? "long-code"),
            "text-lacks-words",
            "Acme: sale. Opt out: {{opt_out_link}}",
          ),
        ]
      : []),
  ];
});

let fixture: SendingFixture;
const jobs: string[] = [];
beforeAll(async () => {
  fixture = await openSendingFixture("postgres");
  const { sql, tenant } = fixture;
  const [user] = await sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  const recordedBy = user!.id;
  for (const { country, sender, body } of CASES) {
    const tenantId = await tenant();
    await sql`
      insert into sending_numbers (tenant_id, phone_e164, kind, country, segments_per_second, tokens, registration)
      values (${tenantId}, ${sender.phone}, ${sender.kind}, ${country}, 1000, 1000, ${sender.registration})`;
    const phone = exampleMobile(country);
    await sql`
      insert into contacts (tenant_id, phone_e164, country, line_type, timezone, timezone_source, consent_basis)
      values (${tenantId}, ${phone}, ${country}, 'MOBILE', 'UTC', 'stated', 'express')`;
    await fixture.database.asTenant(tenantId, (tx) =>
      addConsent(tx, tenantId, phone, {
        ...{ basis: "express", method: "Web form", wording: "I agree to texts", evidence: {}, recordedBy },
      }),
    );
    // The statutes of some countries close at night, and this is about senders alone.
    const campaignId = await fixture.campaign(tenantId, {
      body,
      quietHoursOverrideReason: "A test of senders",
    });
    jobs.push(...(await fixture.frozen(campaignId)));
  }
  fixture.startOne();
  await fixture.until("every message was decided", async () => {
    const [row] = await sql<{ open: number }[]>`
      select count(*)::int as open from send_jobs where verdict is null or status in ('sending', 'unknown')`;
    return row!.open === 0;
  });
});
afterAll(() => fixture.close());

const said = ({ country, sender, fault }: Case) =>
  `${country}: from ${sender.kind} ${sender.kind === "alphanumeric" ? `${sender.phone} (${sender.registration})` : ""}: ${fault ?? "goes"}`;

describe("a sender and a text, through the claim to the carrier", () => {
  test("are tried for each row of the table, allowed and forbidden", () => {
    for (const { country } of rules.rows) {
      const faults = CASES.filter((each) => each.country === country).map(({ fault }) => fault === null);
      expect(new Set(faults).size, country).toBe(2);
    }
  });

  test.each(CASES.map((each, at) => [said(each), each, at] as const))(
    "%s",
    async (_, { country, sender, fault }, at) => {
      const [job] = await fixture.sql<
        { status: string; verdict: { looked: unknown }; gate: string; to: string }[]
      >`
      select status, verdict, gate, hold_reason as hold, failure_reason as failure, phone_e164 as to
      from send_jobs where id = ${jobs[at]!}`;
      const asked = fixture.creates().filter(({ message }) => {
        const { to, from } = message as unknown as { to: string; from: string };
        return to === job!.to && from === sender.phone;
      });
      if (fault === null) {
        // Where there is no price a message is refused by the last gate: no rule of senders stopped it.
        if (messagePriceMicros({ country, segments: 1 }) === null)
          expect(job).toMatchObject({ gate: "budget" });
        else expect(asked.length).toBeGreaterThan(0);
        return;
      }
      expect(job).toMatchObject({ status: "queued", hold: "No sender", gate: "sender" });
      expect(job!.verdict.looked).toEqual({ country, senders: 1, fault });
      const why = rules.rows.find((row) => row.country === country)!.why;
      if (fault !== "no-opt-out-method") expect(faultSentence(fault, country)).toContain(why);
    },
  );
});
