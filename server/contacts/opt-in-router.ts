import { keywordFault, keywordOf, questionFault } from "@smscrm/core/consent/opt-in";
import { recordAudit } from "@smscrm/db/audit/audit";
import {
  listOptInKeywords,
  type OptInKeyword,
  removeOptInKeyword,
  setOptInKeyword,
} from "@smscrm/db/contacts/opt-in-keywords";
import { z } from "zod";
import { badRequest, notFound } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { refuseUnknownTopics } from "./consents.ts";

const KEYWORDS_MAX = 20;
const keyword = z.string().trim().min(1).max(40);

/** Double opt-in: the keywords that people text, and the question that each is answered with. */
export const optIn = router({
  list: allowed("settings.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ keywords: await listOptInKeywords(tx, ctx.tenantId) })),
  ),

  set: allowed("settings.write")
    .input(
      z.object({
        keyword,
        question: z.string().trim().min(1).max(600, "Use at most 600 characters for the question."),
        topics: z.array(z.string().trim().min(1).max(40)).min(1).max(20).nullable().default(null),
      }),
    )
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<OptInKeyword> => {
        const fault = keywordFault(input.keyword) ?? questionFault(input.question);
        if (fault !== null) throw badRequest(fault);
        await refuseUnknownTopics(tx, ctx.tenantId, input.topics ?? []);
        const changed = { ...input, keyword: keywordOf(input.keyword)! };
        const known = await listOptInKeywords(tx, ctx.tenantId);
        if (known.length >= KEYWORDS_MAX && !known.some((one) => one.keyword === changed.keyword))
          throw badRequest(`You have ${KEYWORDS_MAX} keywords. Remove one to add another.`);
        await setOptInKeyword(tx, ctx.tenantId, changed, ctx.session.userId);
        await recordAudit(tx, { ...auditOf(ctx, "opt-in.set", changed.keyword), detail: { ...changed } });
        return changed;
      }),
    ),

  remove: allowed("settings.write")
    .input(z.object({ keyword }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        if (!(await removeOptInKeyword(tx, ctx.tenantId, input.keyword))) throw notFound("keyword");
        await recordAudit(tx, auditOf(ctx, "opt-in.remove", input.keyword));
        return { ok: true };
      }),
    ),
});

const auditOf = (
  ctx: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
) => ({ tenantId: ctx.tenantId, actorId: ctx.session.userId, action, objectKind: "keyword", objectId });
