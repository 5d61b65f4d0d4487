import { recordAudit } from "@smscrm/db/audit/audit";
import { readTopics, writeTopics } from "@smscrm/db/tenants/topics";
import { z } from "zod";
import { allowed, router } from "../trpc.ts";

const topic = z
  .string()
  .trim()
  .min(1, "Give the topic a name.")
  .max(40, "Use at most 40 characters for a topic.")
  .regex(/^[^\p{Cc}:]+$/u, "A topic is one line of text without a colon.");

/** The topics of marketing that a tenant names, so that people can refuse one and keep the rest. */
export const topics = router({
  list: allowed("campaigns.read").query(({ ctx }) =>
    ctx.inTenant(async (tx) => ({ topics: await readTopics(tx, ctx.tenantId) })),
  ),

  /** Sets all topics. A person who refused a topic that is gone, and comes back, refuses it still. */
  set: allowed("settings.write")
    .input(
      z.object({
        topics: z
          .array(topic)
          .max(20, "Use at most 20 topics.")
          .refine(
            (names) => new Set(names.map((name) => name.toLowerCase())).size === names.length,
            "Two topics have the same name.",
          ),
      }),
    )
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ topics: string[] }> => {
        const before = await readTopics(tx, ctx.tenantId);
        await writeTopics(tx, ctx.tenantId, input.topics);
        await recordAudit(tx, {
          tenantId: ctx.tenantId,
          actorId: ctx.session.userId,
          action: "topics.set",
          objectKind: "tenant",
          objectId: ctx.tenantId,
          detail: { before, after: input.topics },
        });
        return { topics: input.topics };
      }),
    ),
});
