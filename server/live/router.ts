import type { Progress } from "@smscrm/core/campaigns/progress";
import { STREAM_TOPICS_MAX, topicOf } from "@smscrm/core/process/live-topics";
import { may, roleName } from "@smscrm/core/process/roles";
import { z } from "zod";
import { id } from "../http/inputs.ts";
import { forbidden } from "../http/refusals.ts";
import type { importView } from "../imports/import-view.ts";
import { watchImportView } from "../imports/watch-import.ts";
import { router, signedIn } from "../trpc.ts";
import { watchProgress } from "./campaigns.ts";
import { followAll, type Source, type TopicEvent } from "./follow.ts";
import { asStream, changed } from "./streams.ts";
import type { Typing } from "./typing.ts";

const topics = z.array(id).max(STREAM_TOPICS_MAX).default([]);
type Value = Progress | ReturnType<typeof importView> | Typing;

export const live = router({
  /**
   * One stream for all tabs of a browser: the progress of several campaigns and imports, and who types in the inbox.
   * `tenantId` is the
   * organisation that the tabs show. A session that has switched to another one is refused, so its data never reaches
   * those tabs. Who may see campaigns follows campaigns, and who may see contacts follows imports.
   */
  follow: signedIn
    .input(
      z
        .object({
          tenantId: z.guid(),
          campaigns: topics,
          imports: topics,
          inbox: z.array(id).max(1).default([]),
        })
        .refine(
          (input) => input.campaigns.length + input.imports.length + input.inbox.length <= STREAM_TOPICS_MAX,
          `One stream follows at most ${STREAM_TOPICS_MAX} campaigns and imports. Open another one for the rest.`,
        ),
    )
    .subscription(async function* ({ ctx, input, signal }): AsyncGenerator<TopicEvent<Value>, void> {
      if (input.tenantId !== ctx.tenantId) throw changed();
      for (const [noun, action] of [
        ["campaigns", "campaigns.read"],
        ["imports", "contacts.read"],
        ["inbox", "inbox.read"],
      ] as const) {
        if (input[noun].length === 0 || may(ctx.session, action)) continue;
        throw forbidden(
          `Your role (${roleName(ctx.session)}) may not see ${noun === "inbox" ? "the inbox" : noun}. Ask an owner of ${ctx.session.tenant.name}.`,
        );
      }
      const sources: Source<Value>[] = [
        ...[...new Set(input.campaigns)].map((one) => ({
          topic: topicOf("campaigns", one),
          values: (until: AbortSignal) => watchProgress(ctx, one, until),
        })),
        ...[...new Set(input.imports)].map((one) => ({
          topic: topicOf("imports", one),
          values: (until: AbortSignal) => watchImportView(ctx, one, until),
        })),
        // Another tenant's does not exist.
        ...input.inbox.map((one) => ({
          topic: topicOf("inbox", one),
          values: (until: AbortSignal) =>
            one === ctx.tenantId ? ctx.typing.watch(one, until) : (async function* () {})(),
        })),
      ];
      yield* asStream(ctx, signal, (until) => followAll(sources, until));
    }),
});
