import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { type SQL, sql } from "drizzle-orm";
import type { CompiledAudience } from "../../audiences/compile.ts";
import { compileFor } from "../../audiences/members.ts";
import { type ContactFilter, filterCondition } from "../../contacts/contacts.ts";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { optedOutThemselves } from "../opted-out.ts";

/** Whom a bulk action is for, as a request says it. */
export type BulkChoice =
  | { kind: "ticked"; ids: readonly string[] }
  | { kind: "tags"; tags: string[] }
  | { kind: "saved"; audienceId: string }
  | ({ kind: "filter" } & Omit<ContactFilter, "cursor" | "limit">);

/** Compiles a choice over `contacts c`. */
export async function compileChoice(
  tx: TenantTransaction,
  tenantId: string,
  choice: BulkChoice,
): Promise<CompiledAudience> {
  if (choice.kind === "ticked")
    return {
      joins: sql``,
      where: sql`c.id = any(${sql.param(choice.ids)}::uuid[]) and c.merged_into is null`,
    };
  if (choice.kind !== "filter") return compileFor(tx, tenantId, choice);
  const { kind: _, ...filter } = choice;
  const condition = await filterCondition(tx, tenantId, filter);
  return { joins: sql``, where: sql`c.id in (select contacts.id from contacts where ${condition})` };
}

/** What a bulk action would do. `changed` + `unchanged` + `keptOptedOut` are `contacts`. */
export interface BulkPreview {
  contacts: number;
  changed: number;
  unchanged: number;
  /** Contacts who opted out and stay so, where the action is about the do-not-contact list. */
  keptOptedOut: number;
  /** Of all: contacts on the do-not-contact list. */
  optedOut: number;
  /** Messages that are queued for contacts who would be deleted. */
  queuedMessages: number;
}

/** Counts what a bulk action would do now, by the rules of its batches. */
export async function previewBulk(
  tx: TenantTransaction,
  tenantId: string,
  { change, choice }: { change: BulkChange; choice: BulkChoice },
): Promise<BulkPreview> {
  const { joins, where } = await compileChoice(tx, tenantId, choice);
  const chosen = sql`select c.id from contacts c ${joins} where c.tenant_id = ${tenantId} and ${where}`;
  const isAboutList = change.do === "list" || change.do === "unlist";
  const [row] = await tx.execute<Omit<BulkPreview, "queuedMessages"> & Record<string, unknown>>(sql`
    select count(*)::int as contacts, (count(*) filter (where changes))::int as changed,
      (count(*) filter (where not changes and not (${isAboutList}::boolean and listed)))::int as unchanged,
      (count(*) filter (where not changes and ${isAboutList}::boolean and listed))::int as "keptOptedOut",
      (count(*) filter (where listed))::int as "optedOut"
    from (
      select entry.phone_e164 is not null as listed, (${changesOf(change)}) as changes
      from (${chosen}) chosen join contacts c on c.id = chosen.id and c.tenant_id = ${tenantId}
      left join do_not_contact entry on entry.tenant_id = c.tenant_id and entry.phone_e164 = c.phone_e164
    ) judged`);
  const [queued] =
    change.do === "delete"
      ? await tx.execute<{ messages: number }>(sql`
          select count(*)::int as messages from send_jobs j
          where j.tenant_id = ${tenantId} and j.status = 'queued' and j.contact_id in (${chosen})`)
      : [];
  return { ...row!, queuedMessages: queued?.messages ?? 0 };
}

const DETAIL_COLUMNS = {
  city: sql`c.city`,
  state: sql`c.state`,
  postcode: sql`c.postcode`,
  address_country: sql`c.address_country`,
};

/** Whether a bulk action changes a contact `c` with its `entry` of the do-not-contact list. */
function changesOf(change: BulkChange): SQL {
  switch (change.do) {
    case "add-tag":
      return sql`not c.tags @> array[${change.tag}]::text[]`;
    case "remove-tag":
      return sql`c.tags @> array[${change.tag}]::text[]`;
    case "set-field":
      return sql`c.custom ->> ${change.name}::text is distinct from ${change.value}::text`;
    case "set-detail":
      return sql`${DETAIL_COLUMNS[change.detail]} is distinct from ${change.value}::text`;
    case "set-zone":
      return change.timezone === null
        ? sql`c.timezone_source = 'stated'`
        : sql`(c.timezone, c.timezone_source) is distinct from (${change.timezone}::text, 'stated')`;
    case "list":
      return sql`entry.phone_e164 is null or entry.source = 'operator'`;
    case "unlist":
      return sql`coalesce(entry.source = 'operator' and not ${sql.raw(optedOutThemselves("c"))}, false)`;
    case "delete":
      return sql`true`;
  }
}
