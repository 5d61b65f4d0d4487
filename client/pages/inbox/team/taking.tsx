import { type JSX, Show } from "solid-js";
import { inboxSettingsQuery, takingQuery, useSetTaking } from "../../../data/inbox/team.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { notifyProblem } from "../../../ui/toast.tsx";

/** Whether this member takes conversations that the routing gives. Shown where there are routing rules. */
export function Taking(): JSX.Element {
  const denied = useDenied();
  const settings = useQuery(inboxSettingsQuery);
  const taking = useQuery(takingQuery);
  const set = useSetTaking();
  const change = (on: boolean) => set.mutate(on, { onError: (error) => notifyProblem(sentenceOf(error)) });
  return (
    <Show when={!denied("messages.reply") && settings.isSuccess && settings.data.routing.length > 0}>
      <label class="flex items-center gap-2 text-[0.8125rem]">
        <input
          type="checkbox"
          class="size-4 accent-accent-fill"
          checked={taking.isSuccess && taking.data}
          disabled={!taking.isSuccess || set.isPending}
          onChange={(event) => change(event.currentTarget.checked)}
        />
        I’m taking conversations
      </label>
    </Show>
  );
}
