import { createSignal, For, type JSX, Show } from "solid-js";
import { sessionsQuery, useEndSession, useSignOutEverywhere } from "../../data/session.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Badge } from "../../ui/status.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyProblem } from "../../ui/toast.tsx";
import { Section } from "../settings/section.tsx";
import { deviceWords } from "./device-words.ts";

export function SessionsSection(): JSX.Element {
  const query = useQuery(sessionsQuery);
  const end = useEndSession();
  const everywhere = useSignOutEverywhere();
  const [asking, setAsking] = createSignal(false);
  return (
    <Section
      id="sessions"
      title="Your sessions"
      hint="Where you are signed in. End sessions you don’t recognise."
    >
      <Loaded query={query}>
        {(sessions) => (
          <ul class="mb-5">
            <For each={sessions()}>
              {(session) => (
                <li class="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-3 first:pt-0">
                  <div class="min-w-0 flex-1 basis-48">
                    <p class="flex flex-wrap items-center gap-2 font-medium">
                      {deviceWords(session.userAgent)}
                      <Show when={session.current}>
                        <Badge tone="ok">This session</Badge>
                      </Show>
                    </p>
                    <p class="text-[0.8125rem] text-muted">
                      {session.address?.replace(/^::ffff:/, "") ?? "Address unknown"} · last seen{" "}
                      <Moment at={session.lastSeenAt} ago /> · signed in <Moment at={session.createdAt} />
                    </p>
                  </div>
                  <Show when={!session.current}>
                    <Button
                      size="small"
                      pending={end.isPending && end.variables === session.id}
                      onClick={() =>
                        end.mutate(session.id, { onError: (error) => notifyProblem(sentenceOf(error)) })
                      }
                    >
                      End
                    </Button>
                  </Show>
                </li>
              )}
            </For>
          </ul>
        )}
      </Loaded>
      <Button onClick={() => setAsking(true)}>Sign out everywhere</Button>
      <Confirm
        open={asking()}
        onClose={() => setAsking(false)}
        title="Sign out everywhere?"
        description="All your sessions end now, including this one."
        action="Sign out everywhere"
        danger
        pending={everywhere.isPending}
        error={everywhere.isError ? sentenceOf(everywhere.error) : undefined}
        onConfirm={() => everywhere.mutate()}
      />
    </Section>
  );
}
