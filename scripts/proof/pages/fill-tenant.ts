import { openPipeline } from "@smscrm/db/postgres/connection";
import { fillLargeTenant } from "@smscrm/db/testing/large-tenant";

/**
 * Fills the demo tenant for measurements: `bun scripts/proof/pages/fill-tenant.ts [CONTACTS] [CAMPAIGNS]`, by default 1,000,000
 * contacts and 5 campaigns to all of them. DATABASE_URL names the database; its user must be a superuser. It takes
 * minutes.
 */
const DEMO = "00000000-0000-0000-0000-000000000001";
const [contacts = 1_000_000, campaigns = 5] = process.argv.slice(2).map(Number);
const url = process.env.DATABASE_URL;
if (!url || !Number.isInteger(contacts) || !Number.isInteger(campaigns)) {
  console.error(
    "Use: DATABASE_URL=postgres://… bun scripts/proof/pages/fill-tenant.ts [CONTACTS] [CAMPAIGNS]",
  );
  process.exit(1);
}
const sql = openPipeline(url, { name: "smscrm large sample", max: 1 });
const startedMs = performance.now();
const seconds = () => `${Math.round((performance.now() - startedMs) / 1_000)} s`;
try {
  await fillLargeTenant(sql, { tenantId: DEMO, contacts, campaigns }, (text) =>
    console.log(`${seconds()}  ${text}`),
  );
  console.log(`${seconds()}  done`);
} finally {
  await sql.end();
}
