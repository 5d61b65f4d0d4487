import { localDay } from "@smscrm/core/budget-period";
import { normalisePhone } from "@smscrm/core/phone";
import { DEFAULT_WARM_UP } from "@smscrm/core/warm-up";
import { recordAudit } from "@smscrm/db/audit";
import * as db from "@smscrm/db/numbers";
import { z } from "zod";
import { country, id, optionalText } from "../inputs.ts";
import { badRequest, conflict, notFound } from "../refusals.ts";
import { allowed, router } from "../trpc.ts";

const segmentsPerSecond = z.int().min(1).max(1_000);

const newNumber = z.object({
  phone: z.string().trim().min(3, "Enter the number, short code or sender name.").max(32),
  kind: z.enum(db.NUMBER_KINDS),
  country,
  label: optionalText(100),
  segmentsPerSecond,
  warmUp: z.boolean().default(false),
});

const change = z.object({
  id,
  status: z.enum(db.NUMBER_STATUSES).optional(),
  label: optionalText(100),
  segmentsPerSecond: segmentsPerSecond.optional(),
  /** True begins the warm-up today, false ends it. */
  warmUp: z.boolean().optional(),
});

export const numbers = router({
  list: allowed("settings.read").query(({ ctx }) =>
    ctx.inTenant((tx) => db.listNumbers(tx, ctx.tenantId, ctx.session.tenant.timezone)),
  ),

  add: allowed("settings.write")
    .input(newNumber)
    .mutation(({ ctx, input: { phone, warmUp, label, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const phoneE164 = senderOf(phone, input.kind, input.country);
        const number = {
          ...input,
          phoneE164,
          label: label ?? null,
          ...warmUpOf(warmUp, ctx.session.tenant.timezone),
        };
        const added = await db.insertNumber(tx, ctx.tenantId, number);
        if (!added) throw conflict("This number is in use already. Each number belongs to one organisation.");
        await recordAudit(tx, audit(ctx, "number.add", added, { ...input, phone: phoneE164, warmUp }));
        return { id: added };
      }),
    ),

  update: allowed("settings.write")
    .input(change)
    .mutation(({ ctx, input: { id: numberId, warmUp, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const ramp = warmUp === undefined ? {} : warmUpOf(warmUp, ctx.session.tenant.timezone);
        if (!(await db.updateNumber(tx, ctx.tenantId, numberId, withoutUndefined({ ...input, ...ramp })))) {
          throw notFound("number");
        }
        await recordAudit(tx, audit(ctx, "number.update", numberId, withoutUndefined({ ...input, warmUp })));
        return { ok: true };
      }),
    ),
});

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;

function warmUpOf(warmUp: boolean, timezone: string) {
  return warmUp
    ? { warmUpStartedOn: localDay(timezone, new Date()), warmUpSchedule: [...DEFAULT_WARM_UP] }
    : { warmUpStartedOn: null, warmUpSchedule: null };
}

/** What goes into the carrier's "From": E.164, the digits of a short code, or up to 11 characters of a name. */
function senderOf(raw: string, kind: db.NumberKind, countryCode: string): string {
  if (kind === "short-code") {
    if (/^\d{3,8}$/.test(raw)) return raw;
    throw badRequest("A short code has three to eight digits.");
  }
  if (kind === "alphanumeric") {
    if (/^(?=.*[A-Za-z])[A-Za-z0-9 &-]{2,11}$/.test(raw)) return raw;
    throw badRequest("A sender name has 2 to 11 letters, digits or spaces, and at least one letter.");
  }
  const phone = normalisePhone(raw, countryCode);
  if (phone.ok) return phone.e164;
  throw badRequest(
    "This is not a number of that country. Enter it with its country code, such as +61 491 570 006.",
  );
}

const audit = (
  ctx: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
) => ({
  tenantId: ctx.tenantId,
  actorId: ctx.session.userId,
  action,
  objectKind: "number",
  objectId,
  detail,
});
