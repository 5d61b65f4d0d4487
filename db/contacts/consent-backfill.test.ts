import { consentsOf } from "@smscrm/core/consent/summary";
import { expect, it } from "vitest";
import { migrateDatabase } from "../migrations.ts";
import { openPipeline } from "../postgres/connection.ts";
import { createOldDatabase } from "../testing/old-database.ts";

it("contacts from before the consent records keep the basis that they had, with their latest record as its evidence", async () => {
  const { url, drop } = await createOldDatabase("0031_files");
  const sql = openPipeline(url, { name: "old consents", max: 2 });
  try {
    const tenant = async () =>
      (
        await sql<{ id: string }[]>`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours)
      values ('Old', 'Australia/Sydney', 'AU', 0, 0, '{}') returning id`
      )[0]!.id;
    const [tenantId, other] = [await tenant(), await tenant()];
    let last = 0;
    const contact = async (basis: string, of = tenantId) => {
      const phone = `+6149157${String(1_000 + ++last)}`;
      await sql`insert into contacts (tenant_id, phone_e164, consent_basis) values (${of}, ${phone}, ${basis})`;
      return phone;
    };
    const record = (phone: string, basis: string, at: string, evidence: object, of = tenantId) => sql`
      insert into consents (tenant_id, phone_e164, basis, source, evidence, created_at)
      values (${of}, ${phone}, ${basis}, 'import', ${sql.json(evidence as never)}, ${at})`;
    const [express, inferred, transactional] = [
      await contact("express"),
      await contact("inferred"),
      await contact("transactional"),
    ];
    await record(express, "express", "2024-01-01Z", { statement: "Old form" });
    await record(express, "express", "2025-01-01Z", { statement: "New form" });
    await record(express, "inferred", "2026-01-01Z", { statement: "Bought" });
    await record(inferred, "inferred", "2025-02-01Z", { note: "Bought a hat" });
    await record(transactional, "transactional", "2025-03-01Z", {});
    const byHand = await contact("express");
    const unknown = await contact("unknown");
    const withdrawn = await contact("withdrawn");
    await record(withdrawn, "express", "2025-01-01Z", { statement: "Form" });
    await record(withdrawn, "withdrawn", "2025-06-01Z", { before: { basis: "express" } });
    const restored = await contact("express");
    await record(restored, "express", "2025-01-01Z", { statement: "Form" });
    await record(restored, "express", "2025-06-01Z", { restores: "x" });
    const foreign = await contact("express", other);
    await record(foreign, "express", "2025-01-01Z", { statement: "Here" }, other);
    await record(foreign, "express", "2026-01-01Z", { statement: "Elsewhere" }, tenantId);
    await migrateDatabase(url);

    const rows = await sql<
      { phone: string; consentBasis: never; consentExpiresAt: null; consentSummary: string | null }[]
    >`
      select phone_e164 as phone, consent_basis as "consentBasis", consent_expires_at as "consentExpiresAt",
        consent_summary::text as "consentSummary" from contacts`;
    const read = (phone: string) =>
      consentsOf(rows.find((row) => row.phone === phone)!).consents.map(
        ({ basis, evidence }) =>
          `${basis} ${evidence?.kind ?? "-"} ${evidence?.at.toISOString().slice(0, 10) ?? "-"}`,
      );
    expect(read(express)).toEqual(["express New form 2025-01-01"]);
    expect(read(inferred)).toEqual(["inferred Bought a hat 2025-02-01"]);
    expect(read(transactional)).toEqual(["transactional - -"]);
    expect(read(byHand)).toEqual(["express - -"]);
    expect(read(unknown)).toEqual(["unknown - -"]);
    expect(read(restored)).toEqual(["express Form 2025-01-01"]);
    expect(read(foreign)).toEqual(["express Here 2025-01-01"]);
    // Withdrawn stays withdrawn; what they had is kept for the START that gives it back.
    expect(read(withdrawn)[0]).toMatch(/^withdrawn/);
    const kept = rows.find((row) => row.phone === withdrawn)!.consentSummary;
    expect(JSON.parse(kept!)).toMatchObject({ given: [{ basis: "express", how: "Form" }] });
  } finally {
    await sql.end();
    await drop();
  }
});
