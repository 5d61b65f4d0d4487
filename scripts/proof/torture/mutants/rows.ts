// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a patch looks for is source text.
import type { Mutant } from "./mutant.ts";

/** Audiences that differ from the order, and tenants that are mixed up. */
export const ROW_MUTANTS: readonly Mutant[] = [
  {
    name: "launched-twice",
    does: "two workers freeze the same audience, and a contact can be in it twice",
    breaks: "I7",
    phases: ["launches", "tickets"],
    atRest: true,
    patches: [
      {
        file: "db/campaigns/launch.ts",
        find: "where c.id = ${campaignId} and c.status = 'launching' for no key update of c skip locked`;",
        replace: "where c.id = ${campaignId} and c.status = 'launching'`;",
      },
      {
        file: "db/campaigns/launch.ts",
        find: "      on conflict (campaign_id, contact_id) do nothing\n",
        replace: "",
      },
      {
        file: "db/migrations/0013_leases.sql",
        find: 'CREATE UNIQUE INDEX "send_jobs_once"',
        replace: 'CREATE INDEX "send_jobs_once"',
      },
    ],
  },
  {
    name: "first-chunk-only",
    does: "freezes only the first chunk of an audience",
    breaks: "I7",
    phases: ["launches"],
    atRest: true,
    patches: [
      {
        file: "db/campaigns/launch.ts",
        find: "const done = chunk.seen < CHUNK;",
        replace: "const done = true;",
      },
    ],
  },
  {
    name: "no-with-check",
    does: "lets the API write rows of other tenants",
    breaks: "I8",
    phases: ["trespass"],
    patches: [
      {
        file: "db/migrations/0002_guards.sql",
        find: "ON %I TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()))', t);",
        replace: "ON %I TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (true)', t);",
      },
    ],
  },
  {
    name: "no-row-security",
    does: "does not turn row-level security on",
    breaks: "I8",
    phases: ["trespass"],
    patches: [
      {
        file: "db/migrations/0002_guards.sql",
        find: "    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);\n",
        replace: "",
      },
    ],
  },
  {
    name: "any-session",
    does: "lets an owner pause any tenant",
    breaks: "I8",
    phases: ["trespass"],
    patches: [
      {
        file: "server/tenants/kill-switch-route.ts",
        find: 'if (session.tenant.id !== c.req.param("id")?.toLowerCase()) {',
        replace: 'if (!c.req.param("id")) {',
      },
    ],
  },
  {
    name: "stop-for-all",
    does: "treats a STOP to one tenant as a STOP to all",
    breaks: "I8",
    phases: ["handsets"],
    patches: [
      {
        file: "db/contacts/opt-outs.ts",
        find: "select tenant_id, phone, source, note, recorded_by, import_id, coalesce(at, now()) from counted",
        replace:
          "select t.id, phone, source, note, recorded_by, import_id, coalesce(at, now()) from counted join tenants t on t.id = tenant_id or source = 'reply'",
      },
    ],
  },
];
