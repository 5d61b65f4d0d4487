import { signUpQuestionFault } from "@smscrm/core/consent/opt-in";
import { recordAudit } from "@smscrm/db/audit/audit";
import {
  addSignUpForm,
  changeSignUpForm,
  listSignUpForms,
  type SignUpForm,
} from "@smscrm/db/contacts/sign-up-forms";
import { z } from "zod";
import { id } from "../http/inputs.ts";
import { badRequest, conflict } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { refuseUnknownTopics } from "./consents.ts";

const FORMS_MAX = 20;

const terms = z.object({
  name: z.string().trim().min(1, "Give the form a name.").max(100),
  wording: z
    .string()
    .trim()
    .min(20, "Write what people agree to: who texts them, about what, how often, and how to stop.")
    .max(2_000),
  question: z.string().trim().min(1).max(500, "Use at most 500 characters for the question."),
  topics: z.array(z.string().trim().min(1).max(40)).min(1).max(20).nullable().default(null),
});

/** A form with its whole address. */
export type ShownForm = SignUpForm & { url: string };

/** Public forms by which people ask for marketing: see sign-up-route.ts. */
export const signUp = router({
  list: allowed("settings.read").query(({ ctx }) =>
    ctx.inTenant(async (tx): Promise<{ forms: ShownForm[] }> => {
      const forms = await listSignUpForms(tx, ctx.tenantId);
      return {
        forms: forms.map((form) => ({
          ...form,
          url: `${ctx.dependencies.publicUrl}/sign-up/${form.address}`,
        })),
      };
    }),
  ),

  add: allowed("settings.write")
    .input(terms)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<SignUpForm> => {
        await refuseFaults(tx, ctx.tenantId, input);
        const added = await addSignUpForm(tx, ctx.tenantId, input, ctx.session.userId, FORMS_MAX);
        if (!added) throw badRequest(`You have ${FORMS_MAX} forms. Change one of them.`);
        await recordAudit(tx, { ...auditOf(ctx, "sign-up-form.add", added.id), detail: { ...input } });
        return added;
      }),
    ),

  /** Changes a form, or opens and closes it. `version`: the one that was shown. */
  change: allowed("settings.write")
    .input(terms.extend({ id, version: z.int().min(1), isOpen: z.boolean() }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<SignUpForm> => {
        await refuseFaults(tx, ctx.tenantId, input);
        const changed = await changeSignUpForm(tx, ctx.tenantId, input);
        if (!changed)
          throw conflict("Somebody else changed this form, or it does not exist. Reload the page.");
        const { id: _, ...detail } = input;
        await recordAudit(tx, { ...auditOf(ctx, "sign-up-form.change", input.id), detail });
        return changed;
      }),
    ),
});

async function refuseFaults(
  tx: Parameters<typeof refuseUnknownTopics>[0],
  tenantId: string,
  { question, topics }: z.output<typeof terms>,
): Promise<void> {
  const fault = signUpQuestionFault(question);
  if (fault !== null) throw badRequest(fault);
  await refuseUnknownTopics(tx, tenantId, topics ?? []);
}

const auditOf = (
  ctx: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
) => ({ tenantId: ctx.tenantId, actorId: ctx.session.userId, action, objectKind: "sign-up-form", objectId });
