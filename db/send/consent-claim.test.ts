import { consentLawOf } from "@smscrm/core/consent/consent-law";
import { CONSENT_EVENTS, type ConsentEventKind, MESSAGE_PURPOSES } from "@smscrm/core/consent/terms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addConsent, type NewConsent, withdrawConsent } from "../contacts/consents.ts";
import { liftSubjects, refuseSubjects } from "../contacts/preferences.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";

let fixture: SendFixture;
let tenantId: string;
let recordedBy: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  tenantId = await fixture.tenant();
  await fixture.number(tenantId);
  const [user] = await fixture.sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  recordedBy = user!.id;
});
afterAll(() => fixture.close());

let lastPhone = 0;
/** Creates a contact without consent, whose number is in that country. */
async function person(country: string, of = tenantId): Promise<string> {
  const phone = `+61402${String(++lastPhone).padStart(6, "0")}`;
  await fixture.sql`
    insert into contacts (tenant_id, phone_e164, country, line_type, timezone, timezone_source)
    values (${of}, ${phone}, ${country}, 'MOBILE', 'Australia/Sydney', 'stated')`;
  return phone;
}

const consent = (given: Partial<NewConsent>): NewConsent => ({
  ...{ basis: "express", method: "Web form", evidence: { note: "Web form" }, recordedBy },
  ...given,
});

const give = (phone: string, given: Partial<NewConsent>, of = tenantId) =>
  fixture.database.asTenant(of, (tx) => addConsent(tx, of, phone, consent(given)));

interface Message {
  purpose?: string;
  topic?: string | null;
  kind?: "campaign" | "reply";
}

/** Claims a message to the person, and returns the fault of the consent gate; "allowed" if it passed. */
async function claimed(
  phone: string,
  { purpose = "marketing", topic = null, kind = "campaign" }: Message = {},
  of = tenantId,
) {
  const { sql } = fixture;
  const [job] = await sql<{ id: string }[]>`
    with c as (
      insert into campaigns (tenant_id, kind, purpose, topic, name, body, audience, status, launched_at)
      values (${of}, ${kind}, ${purpose}, ${topic}, 'News', 'Acme: hello', '{"kind":"all"}', 'running', now()) returning id)
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    select ${of}, c.id, p.id, p.phone_e164, p.country from c, contacts p where p.tenant_id = ${of} and p.phone_e164 = ${phone}
    returning id`;
  await fixture.claim(of, [job!.id]);
  const [row] = await sql<{ gate: string | null; fault: string | null }[]>`
    select gate, verdict -> 'looked' ->> 'fault' as fault from send_jobs where id = ${job!.id}`;
  return row!.gate === "consent" ? row!.fault : "allowed";
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const monthsAgo = (months: number, days = 0) => {
  const at = new Date();
  at.setUTCMonth(at.getUTCMonth() - months);
  return new Date(at.getTime() - days * 86_400_000);
};

describe("each country's row of the law decides at the claim", () => {
  test.each(["AU", "NZ", "GB", "IE", "CA", "US", "DE", "FR", "PL", "SE"])("%s", async (country) => {
    const row = consentLawOf(country);
    const express = async (given: Partial<NewConsent>) => {
      const phone = await person(country);
      await give(phone, given);
      return claimed(phone);
    };
    expect(await claimed(await person(country))).toBe("unknown");
    expect(await express({ wording: "I agree to texts" })).toBe("allowed");
    expect(await express({})).toBe(row.evidence === "written" ? "no-wording" : "allowed");
    expect(await express({ basis: "transactional" })).toBe("not-enough-for-marketing");
    expect(await express({ wording: "I agree", expiresAt: daysAgo(1) })).toBe("expired");

    const byHand = await person(country);
    await fixture.sql`update contacts set consent_basis = 'express' where phone_e164 = ${byHand}`;
    expect(await claimed(byHand)).toBe(row.evidence === "kept" ? "allowed" : "no-evidence");

    const inferred = async (event: { kind: ConsentEventKind; at: Date | null } | null) =>
      express({ basis: "inferred", wording: "Receipt", event });
    if (row.rule === "express") {
      expect(await inferred({ kind: "purchase", at: daysAgo(1) })).toBe("not-enough-for-marketing");
      return;
    }
    expect(await inferred(null)).toBe(row.events === null ? "allowed" : "no-event");
    for (const kind of row.events === null ? [] : CONSENT_EVENTS) {
      const months = row.events![kind];
      if (months === undefined) expect(await inferred({ kind, at: daysAgo(1) })).toBe("event-not-enough");
      else if (months === null) expect(await inferred({ kind, at: null })).toBe("allowed");
      else {
        expect(await inferred({ kind, at: monthsAgo(months, -2) })).toBe("allowed");
        expect(await inferred({ kind, at: monthsAgo(months, 2) })).toBe("expired");
        expect(await inferred({ kind, at: null })).toBe("no-event-date");
      }
    }
  });

  test("countries without a row need express consent", async () => {
    const phone = await person("SG");
    await give(phone, { basis: "inferred", event: { kind: "purchase", at: daysAgo(1) } });
    expect(await claimed(phone)).toBe("not-enough-for-marketing");
    await give(phone, {});
    expect(await claimed(phone)).toBe("allowed");
  });

  test("the law of the address counts, too", async () => {
    const phone = await person("AU");
    await give(phone, {});
    expect(await claimed(phone)).toBe("allowed");
    await fixture.sql`update contacts set address_country = 'US' where phone_e164 = ${phone}`;
    expect(await claimed(phone)).toBe("no-wording");
  });
});

describe("several consents", () => {
  test("one that is enough is enough; withdrawing it leaves the others", async () => {
    const phone = await person("CA");
    await give(phone, { basis: "inferred", event: { kind: "purchase", at: monthsAgo(30) } });
    expect(await claimed(phone)).toBe("expired");
    const express = await give(phone, {});
    expect(await claimed(phone)).toBe("allowed");
    const withdrawal = { consentId: express.id, note: "Called", recordedBy };
    const withdraw = () =>
      fixture.database.asTenant(tenantId, (tx) => withdrawConsent(tx, tenantId, phone, withdrawal));
    expect(await withdraw()).toBe(true);
    expect(await claimed(phone)).toBe("expired");
    expect(await withdraw()).toBe(false);
    await give(phone, { basis: "inferred", event: { kind: "purchase", at: monthsAgo(3) } });
    expect(await claimed(phone)).toBe("allowed");
  });

  test("the last one withdrawn leaves none, and a consent after an opt-out brings none of the earlier back", async () => {
    const phone = await person("AU");
    const { id } = await give(phone, {});
    await fixture.database.asTenant(tenantId, (tx) =>
      withdrawConsent(tx, tenantId, phone, { consentId: id, note: "Called", recordedBy }),
    );
    expect(await claimed(phone)).toBe("unknown");
    await give(phone, {});
    await fixture.sql`update contacts set consent_basis = 'withdrawn' where phone_e164 = ${phone}`;
    expect(await claimed(phone)).toBe("withdrawn");
    await give(phone, { basis: "transactional" });
    expect(await claimed(phone)).toBe("not-enough-for-marketing");
    expect(await claimed(phone, { purpose: "transactional" })).toBe("allowed");
  });

  test("another tenant's consent is another person's", async () => {
    const other = await fixture.tenant();
    await fixture.number(other);
    const phone = await person("AU");
    await fixture.sql`
      insert into contacts (tenant_id, phone_e164, country, line_type, timezone, timezone_source)
      values (${other}, ${phone}, 'AU', 'MOBILE', 'Australia/Sydney', 'stated')`;
    const { id } = await give(phone, {});
    expect(await claimed(phone)).toBe("allowed");
    expect(await claimed(phone, {}, other)).toBe("unknown");
    await give(phone, {}, other);
    const stranger = { consentId: id, note: "Not theirs", recordedBy };
    expect(await fixture.database.asTenant(other, (tx) => withdrawConsent(tx, other, phone, stranger))).toBe(
      false,
    );
    await fixture.database.asTenant(other, (tx) =>
      refuseSubjects(tx, other, phone, ["marketing"], { source: "operator", note: "Called", recordedBy }),
    );
    expect(await claimed(phone, {}, other)).toBe("refused");
    expect(await claimed(phone)).toBe("allowed");
  });
});

describe("purposes", () => {
  test("a transactional contact gets the appointment reminder, and no marketing", async () => {
    const phone = await person("US");
    await give(phone, { basis: "transactional", method: "Booked on the phone" });
    expect(await claimed(phone, { purpose: "transactional" })).toBe("allowed");
    expect(await claimed(phone, { purpose: "service" })).toBe("allowed");
    expect(await claimed(phone)).toBe("not-enough-for-marketing");
  });

  test("a consent to one purpose or topic allows no other", async () => {
    const phone = await person("AU");
    await give(phone, { purposes: ["marketing"], topics: ["Offers"] });
    expect(await claimed(phone, { topic: "Offers" })).toBe("allowed");
    expect(await claimed(phone, { topic: "Events" })).toBe("other-topic");
    expect(await claimed(phone)).toBe("other-topic");
    expect(await claimed(phone, { purpose: "service" })).toBe("other-purpose");
  });

  test("an emergency reaches people without consent, not those who withdrew it", async () => {
    const phone = await person("US");
    expect(await claimed(phone, { purpose: "emergency" })).toBe("allowed");
    await fixture.sql`update contacts set consent_basis = 'withdrawn' where phone_e164 = ${phone}`;
    for (const purpose of MESSAGE_PURPOSES) expect(await claimed(phone, { purpose })).toBe("withdrawn");
  });

  test("refuses a reply to somebody who never wrote", async () => {
    const phone = await person("AU");
    await give(phone, {});
    expect(await claimed(phone, { kind: "reply", purpose: "transactional" })).toBe("never-wrote");
  });
});

describe("preferences", () => {
  test("a refused topic or purpose stops its messages until it is lifted, also for a contact made again", async () => {
    const phone = await person("AU");
    await give(phone, {});
    const refuse = (subjects: string[]) =>
      fixture.database.asTenant(tenantId, (tx) =>
        refuseSubjects(tx, tenantId, phone, subjects, { source: "operator", note: "Called", recordedBy }),
      );
    expect(await refuse(["marketing:Offers"])).toEqual(["marketing:Offers"]);
    expect(await refuse(["marketing:Offers"])).toEqual([]);
    expect(await claimed(phone, { topic: "Offers" })).toBe("refused");
    expect(await claimed(phone, { topic: "Events" })).toBe("allowed");
    await refuse(["marketing"]);
    expect(await claimed(phone, { topic: "Events" })).toBe("refused");
    expect(await claimed(phone, { purpose: "transactional" })).toBe("allowed");
    await fixture.database.asTenant(tenantId, (tx) => liftSubjects(tx, tenantId, phone, ["marketing"]));
    expect(await claimed(phone, { topic: "Events" })).toBe("allowed");
    expect(await claimed(phone, { topic: "Offers" })).toBe("refused");

    await fixture.owner`delete from send_attempts where to_phone = ${phone}`;
    await fixture.owner`delete from send_jobs where phone_e164 = ${phone}`;
    await fixture.owner`delete from contacts where phone_e164 = ${phone}`;
    await fixture.sql`
      insert into contacts (tenant_id, phone_e164, country, line_type, timezone, timezone_source, consent_basis)
      values (${tenantId}, ${phone}, 'AU', 'MOBILE', 'Australia/Sydney', 'stated', 'express')`;
    expect(await claimed(phone, { topic: "Offers" })).toBe("refused");
  });
});
