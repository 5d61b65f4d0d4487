import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { PipelineTransaction } from "../postgres/connection.ts";

/** A saved audience in one of its versions. */
export interface VersionedDefinition {
  id: string;
  name: string;
  version: number;
  definition: AudienceGroup;
}

/** A statement for the newest version of each of a tenant's audiences, or the newest at a moment. */
export const definitionsAsOf = (tenantId: string, at: Date | null): SQL => sql`
  select distinct on (v.audience_id) v.audience_id as id, v.name, v.version, v.definition
  from audience_versions v join audiences a on a.id = v.audience_id and a.tenant_id = v.tenant_id
  where v.tenant_id = ${tenantId}
    and (a.removed_at is null or a.removed_at > ${at?.toISOString() ?? null}::timestamptz)
    and (${at?.toISOString() ?? null}::timestamptz is null or v.created_at <= ${at?.toISOString() ?? null}::timestamptz)
  order by v.audience_id, v.version desc`;

const dialect = new PgDialect();

/** Runs a statement of the query builder on the pipeline, so that both roles run the same text. */
export async function runOnPipeline<Row extends object>(tx: PipelineTransaction, query: SQL): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return (await tx.unsafe(text, params as never[], { prepare: true })) as unknown as Row[];
}
