import { localDay } from "@smscrm/core/budget-period";
import { normalisePhone } from "@smscrm/core/phone";
import { firstRegistration, REGISTRATIONS, senderNameFault } from "@smscrm/core/sender-name";
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
  /** Names only: where it stands with the country's register, as the register says. */
  registration: z.enum(REGISTRATIONS).optional(),
  registrationReference: optionalText(100),
  registeredOn: z.iso.date("Enter the day as 2026-07-01.").nullish(),
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
          registration: input.kind === "alphanumeric" ? firstRegistration(input.country) : null,
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
        // Who puts a number back into use knows better than the share of its failures.
        const rest = input.status === "active" ? { restedUntil: null, restReason: null } : {};
        const kind = await db.findNumberKind(tx, ctx.tenantId, numberId);
        if (kind === null) throw notFound("number");
        if (kind !== "alphanumeric" && speaksOfRegister(input)) {
          throw badRequest("Only a sender name has a registration; this is a number.");
        }
        await db.updateNumber(tx, ctx.tenantId, numberId, withoutUndefined({ ...input, ...ramp, ...rest }));
        await recordAudit(tx, audit(ctx, "number.update", numberId, withoutUndefined({ ...input, warmUp })));
        return { ok: true };
      }),
    ),
});

const speaksOfRegister = (
  input: Pick<z.output<typeof change>, "registration" | "registrationReference" | "registeredOn">,
) => [input.registration, input.registrationReference, input.registeredOn].some((part) => part !== undefined);

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
    const fault = senderNameFault(raw, countryCode);
    if (fault) throw badRequest(fault);
    return raw;
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
