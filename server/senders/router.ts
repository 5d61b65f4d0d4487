import { REGISTRATIONS } from "@smscrm/core/campaigns/registration";
import { firstRegistration, senderNameFault } from "@smscrm/core/campaigns/sender-name";
import { needsRegistration, senderRule } from "@smscrm/core/campaigns/sender-rules";
import { DEFAULT_WARM_UP } from "@smscrm/core/send/warm-up";
import { localDay } from "@smscrm/core/time/budget-period";
import { recordAudit } from "@smscrm/db/audit/audit";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import * as db from "@smscrm/db/senders/numbers";
import { askForRegistrations } from "@smscrm/db/senders/registration-request";
import { z } from "zod";
import { country, id, optionalText } from "../http/inputs.ts";
import { badRequest, conflict, forbidden, notFound, tooMany } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";

const segmentsPerSecond = z.int().min(1).max(1_000);

const newName = z.object({
  phone: z.string().trim().min(3, "Enter the sender name.").max(32),
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
  /** True starts the warm-up today, false ends it. */
  warmUp: z.boolean().optional(),
  /** Sender names only: its state in the country's register, in the register's words. */
  registration: z.enum(REGISTRATIONS).optional(),
  registrationReference: optionalText(100),
  registeredOn: z.iso.date("Enter the day as 2026-07-01.").nullish(),
});

export const numbers = router({
  list: allowed("settings.read").query(({ ctx }) =>
    ctx.inTenant((tx) => db.listNumbers(tx, ctx.tenantId, ctx.session.tenant.timezone)),
  ),

  /** Adds a sender name; nobody can reply to one. Only the platform's operator can assign a number. */
  add: allowed("settings.write")
    .input(newName)
    .mutation(({ ctx, input: { phone, kind, warmUp, label, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        if (kind !== "alphanumeric") throw forbidden(assignedByOperator(ctx.tenantId));
        const { senders } = await readRuleBook(tx);
        const fault = senderNameFault(phone, input.country, senders);
        if (fault) throw badRequest(fault);
        const name = {
          ...input,
          phoneE164: phone,
          label: label ?? null,
          registration: firstRegistration(phone, input.country, senders),
          ...warmUpOf(warmUp, ctx.session.tenant.timezone),
        };
        const added = await db.insertSenderName(tx, ctx.tenantId, name);
        if (!added) throw conflict("You already have this sender name. Change it in the list.");
        await recordAudit(tx, audit(ctx, "number.add", added, { ...input, phone, kind, warmUp }));
        return { id: added };
      }),
    ),

  /** Asks for the registrations of the tenant's numbers to be read at the carrier again. */
  checkRegistration: allowed("settings.write").mutation(({ ctx }) =>
    ctx.inTenant(async (tx): Promise<{ numbers: number }> => {
      const numbers = await askForRegistrations(tx, ctx.tenantId);
      if (numbers === null)
        throw tooMany("You asked less than a minute ago. The answer comes within a minute.");
      if (numbers === 0) throw badRequest("None of your numbers needs a registration with the carrier.");
      await recordAudit(tx, audit(ctx, "number.registration-check", ctx.tenantId, { numbers }));
      return { numbers };
    }),
  ),

  update: allowed("settings.write")
    .input(change)
    .mutation(({ ctx, input: { id: numberId, warmUp, ...input } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const ramp = warmUp === undefined ? {} : warmUpOf(warmUp, ctx.session.tenant.timezone);
        // A member who puts a number back into use overrules the failure rate.
        const rest = input.status === "active" ? { restedUntil: null, restReason: null } : {};
        const kind = await db.findNumberKind(tx, ctx.tenantId, numberId);
        if (kind === null) throw notFound("number");
        if (kind !== "alphanumeric" && speaksOfRegister(input)) {
          throw badRequest("Only a sender name has a registration; this is a number.");
        }
        if (input.registration === "not-required") await mustNeedNone(tx, ctx.tenantId, numberId);
        await db.updateNumber(tx, ctx.tenantId, numberId, withoutUndefined({ ...input, ...ramp, ...rest }));
        await recordAudit(tx, audit(ctx, "number.update", numberId, withoutUndefined({ ...input, warmUp })));
        return { ok: true };
      }),
    ),
});

/** A register that a country keeps can't be waved away: the claim would refuse the name all the same. */
async function mustNeedNone(tx: TenantTransaction, tenantId: string, numberId: string): Promise<void> {
  const name = (await db.findSenderName(tx, tenantId, numberId))!;
  const { senders } = await readRuleBook(tx);
  const rule = senderRule(name.country, senders);
  if (rule && needsRegistration(name.phone, name.country, senders))
    throw badRequest(`${name.country} keeps a register (${rule.why}). Choose the name's state in it.`);
}

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

/** The same answer for every number, so that it does not reveal who has it. */
const assignedByOperator = (tenantId: string) =>
  `A number is assigned by the operator of this installation, who runs: pnpm ops number assign NUMBER --tenant ${tenantId}`;

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
