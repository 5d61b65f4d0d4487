import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

/** Columns that may hold a recipient's number, name, address or words. */
const ABOUT_PEOPLE =
  /phone|e164|first_name|last_name|(^|_)name$|email|(^|_)body$|city|postcode|payload|evidence|wording|(^|_)note$|(^|_)row$|sample|header|custom|detail|verdict|(^|_)part$|number_hash|pending|(^|_)data$/;

/** Tables with such columns that no erasure has to touch, with the reason. A new table belongs to the steps or here. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // Members of an organisation, who are no recipients.
  users: "members",
  invitations: "members",
  memberships: "members",
  sessions: "members",
  passkeys: "members",
  sign_in_throttle: "members",
  sign_in_identities: "members",
  pending_links: "members",
  custom_roles: "names of roles",
  // The organisation's own words, numbers and settings.
  tenants: "the organisation",
  sending_numbers: "the organisation's numbers",
  opt_in_keywords: "the organisation's words",
  sign_up_forms: "the organisation's words",
  audiences: "names of audiences",
  audience_versions: "names of audiences",
  campaign_series: "days and times",
  contact_fields: "names of fields",
  rule_changes: "the organisation's words",
  templates: "names of templates",
  template_versions: "the organisation's words",
  template_texts: "the organisation's words",
  snippets: "names of snippets",
  snippet_texts: "the organisation's words",
  campaign_texts: "the organisation's words",
  campaign_snippets: "the organisation's words",
  saved_replies: "the organisation's words",
  teams: "names of teams",
  first_parts: "figures without people",
  launch_approvals: "the organisation's words and figures",
  country_rules: "the platform's rules",
  country_rule_changes: "the platform's rules",
  suppression_lists: "names of lists",
  suppression_versions: "names of files",
  single_sign_on: "the organisation's identity provider",
  sign_in_domains: "the organisation's domains",
  support_accesses: "the platform's members",
  alerts: "figures",
  // Deleted with the contact, by a trigger that keeps what another contact still needs.
  contact_search_parts: "a trigger",
  // What an erasure leaves: the keyed hash.
  erasures: "the erasure itself",
  number_hash_key: "the key of the hashes",
  // Of the installation.
  audit_copies: "places of copies",
  database_identity: "the installation",
  worker_heartbeats: "names of machines",
  objective_days: "figures",
};

const source = ["erasure-steps.ts", "erasures.ts"]
  .map((file) => readFileSync(path.join(import.meta.dirname, file), "utf8"))
  .join("\n")
  // These two are changed by functions of the database.
  .concat("redact_consents consents redact_audit audit_log");

test("each table with columns about people is named by an erasure step, or is an exception with a reason", async () => {
  const columns = await fixture.owner<{ table: string; column: string }[]>`
    select c.table_name as table, c.column_name as column
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and c.data_type in ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY') order by 1, 2`;
  const about = Map.groupBy(
    columns.filter(({ column }) => ABOUT_PEOPLE.test(column)),
    ({ table }) => table,
  );
  const forgotten = [...about].flatMap(([table, of]) =>
    new RegExp(`\\b${table}\\b`).test(source) || EXCEPTIONS[table]
      ? []
      : [`${table}: ${of.map(({ column }) => column).join(", ")}`],
  );
  expect(forgotten).toEqual([]);
  // An exception whose table is gone, or that a step names by now, says something that is no longer true.
  const all = new Set(columns.map(({ table }) => table));
  expect(Object.keys(EXCEPTIONS).filter((table) => !all.has(table))).toEqual([]);
});

test("a new table of people would be found", () => {
  for (const column of ["phone_e164", "from_phone", "first_name", "email", "body", "payload", "contact_name"])
    expect(ABOUT_PEOPLE.test(column), column).toBe(true);
  for (const column of ["id", "status", "country", "created_at"])
    expect(ABOUT_PEOPLE.test(column)).toBe(false);
});
