import type { AudienceClock } from "@smscrm/core/audiences/comparison";
import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import { inlineAudiences } from "@smscrm/core/audiences/inline";
import { type SQL, sql } from "drizzle-orm";
import { countTagged, EVERYONE } from "../contacts/audience.ts";
import { textArray } from "../postgres/array-literal.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { Audience } from "../schema/index.ts";
import { type CompiledAudience, compileAudience } from "./compile.ts";
import { estimateMembers } from "./estimate.ts";
import { definitionsAsOf, type VersionedDefinition } from "./versions.ts";

/** An audience that nobody can be in any more: the reason, for the person who chose it. */
export class AudienceGone extends Error {}

const simple = (where: SQL): CompiledAudience => ({ joins: sql``, where });

/** Compiles an audience whose definition is known: frozen by a launch, or without one. */
export function compileKnown(
  audience: Exclude<Audience, { kind: "saved" }> | { kind: "defined"; definition: AudienceGroup },
  clock: AudienceClock & { tenantId: string },
): CompiledAudience {
  if (audience.kind === "one") return simple(sql`c.id = ${audience.contactId}::uuid`);
  if (audience.kind === "all") return simple(sql`c.merged_into is null`);
  if (audience.kind === "tags")
    return simple(sql`c.tags && ${textArray(audience.tags)}::text[] and c.merged_into is null`);
  return compileAudience(audience.definition, clock);
}

/** Compiles an audience as it is now. Throws `AudienceGone` for a saved one that was removed. */
export async function compileFor(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
): Promise<CompiledAudience> {
  const clock = { tenantId, ...(await readClock(tx, tenantId)) };
  if (audience.kind !== "saved") return compileKnown(audience, clock);
  const definition =
    audience.frozen?.definition ??
    wholeOf(audience.audienceId, await definitionsNow(tx, tenantId)).definition;
  return compileKnown({ kind: "defined", definition }, clock);
}

/** The current definitions of a tenant's audiences. */
export async function definitionsNow(
  tx: TenantTransaction,
  tenantId: string,
): Promise<ReadonlyMap<string, VersionedDefinition>> {
  const rows = await tx.execute<VersionedDefinition & Record<string, unknown>>(
    definitionsAsOf(tenantId, null),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Returns a saved audience with all audiences inside it in place. */
export function wholeOf(id: string, saved: ReadonlyMap<string, VersionedDefinition>): VersionedDefinition {
  const found = saved.get(id);
  if (!found) throw new AudienceGone("This audience was removed. Choose another.");
  const inlined = inlineAudiences(found.definition, saved, found);
  if (!inlined.ok) throw new AudienceGone(inlined.sentence);
  return { ...found, definition: inlined.definition };
}

async function readClock(tx: TenantTransaction, tenantId: string): Promise<AudienceClock> {
  const [row] = await tx.execute<{ zone: string; now: string }>(sql`
    select timezone as zone, clock_timestamp()::text as now from tenants where id = ${tenantId}`);
  return { zone: row!.zone, now: new Date(row!.now) };
}

/** Returns how many contacts an audience has now. Reads counters, where they know it. */
export async function countAudience(
  tx: TenantTransaction,
  tenantId: string,
  audience: Audience,
): Promise<number> {
  if (audience.kind === "all") return countTagged(tx, tenantId, EVERYONE);
  if (audience.kind === "tags" && new Set(audience.tags).size === 1)
    return countTagged(tx, tenantId, audience.tags[0]!);
  return countCompiled(tx, tenantId, await compileFor(tx, tenantId, audience));
}

async function countCompiled(
  tx: TenantTransaction,
  tenantId: string,
  { joins, where }: CompiledAudience,
): Promise<number> {
  const [row] = await tx.execute<{ contacts: number }>(sql`
    select count(*)::int as contacts from contacts c ${joins} where c.tenant_id = ${tenantId} and ${where}`);
  return row!.contacts;
}

/** A contact as the sample of an audience shows it. */
interface AudienceSample {
  id: string;
  firstName: string | null;
  lastName: string | null;
  phone: string;
  city: string | null;
  state: string | null;
  tags: string[];
}

/** What a definition chooses now: the count, and ten of its contacts, the newest unless the count is an estimate. */
export interface AudienceView {
  contacts: number;
  /** The bounds of `contacts` if it is an estimate; null: it is exact. */
  estimate: { low: number; high: number } | null;
  samples: AudienceSample[];
  /** False while texts from before the upgrade are still being counted for “last texted”. */
  isTextedComplete: boolean;
}

const SAMPLES = 10;
/** Up to this number of contacts any count takes less than 100 ms, so an estimate saves nothing. */
const COUNTED_AT_ONCE_MAX = 50_000;

/**
 * Counts a definition, and shows ten of its contacts. `definition` has no audiences inside. `mayEstimate`: in a large
 * tenant estimates from a sample, which takes less than half a second whatever the condition.
 */
export async function viewDefinition(
  tx: TenantTransaction,
  tenantId: string,
  definition: AudienceGroup,
  { mayEstimate = false }: { mayEstimate?: boolean } = {},
): Promise<AudienceView> {
  const clock = { tenantId, ...(await readClock(tx, tenantId)) };
  const compiled = compileAudience(definition, clock);
  const total = await countTagged(tx, tenantId, EVERYONE);
  const isEveryone = definition.rules.length === 0 && definition.match !== "any";
  const [backfill] = await tx.execute<{ finished: boolean }>(
    sql`select finished_at is not null as finished from texted_backfill`,
  );
  const isTextedComplete = backfill?.finished ?? true;
  if (mayEstimate && !isEveryone && total > COUNTED_AT_ONCE_MAX) {
    const { contacts, low, high, newest } = await estimateMembers(tx, tenantId, compiled, {
      ...{ total, samples: SAMPLES },
    });
    const those = sql`c.id = any(${sql.param(newest)}::uuid[])`;
    const samples =
      newest.length === 0 ? [] : await readSamples(tx, tenantId, { joins: sql``, where: those });
    return { contacts, estimate: { low, high }, samples, isTextedComplete };
  }
  const contacts = isEveryone ? total : await countCompiled(tx, tenantId, compiled);
  const isRare = contacts < Math.min(total * NEWEST_FIRST_SHARE, READ_AT_ONCE_MAX);
  const samples =
    contacts === 0
      ? []
      : await readSamples(tx, tenantId, isRare ? await atOnce(tx, tenantId, compiled) : compiled);
  return { contacts, estimate: null, samples, isTextedComplete };
}

/** From the newest on, ten of an audience of a hundredth are found among a thousand contacts, and of a smaller one late. */
const NEWEST_FIRST_SHARE = 0.01;
const READ_AT_ONCE_MAX = 20_000;

/**
 * The same audience, of which all are found before the newest are chosen: where ten are asked for, the planner goes through
 * all contacts from the newest on, and alone.
 */
async function atOnce(
  tx: TenantTransaction,
  tenantId: string,
  { joins, where }: CompiledAudience,
): Promise<CompiledAudience> {
  // It takes far more of them to be found than there are, and so the work of handing them over for too much.
  await tx.execute(sql`select set_config('parallel_tuple_cost', '0', true)`);
  return simple(sql`c.id = any(array(
    select c.id from contacts c ${joins} where c.tenant_id = ${tenantId} and ${where}))`);
}

async function readSamples(
  tx: TenantTransaction,
  tenantId: string,
  { joins, where }: CompiledAudience,
): Promise<AudienceSample[]> {
  const rows = await tx.execute<AudienceSample & Record<string, unknown>>(sql`
    select c.id, c.first_name as "firstName", c.last_name as "lastName", c.phone_e164 as phone, c.city, c.state, c.tags
    from contacts c ${joins} where c.tenant_id = ${tenantId} and ${where} order by c.id desc limit ${SAMPLES}`);
  return [...rows];
}
