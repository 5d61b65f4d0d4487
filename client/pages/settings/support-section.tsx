import { createSignal, For, type JSX, Show } from "solid-js";
import { type SupportAccess, supportQuery, useEndSupport, useGrantSupport } from "../../data/platform.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Select } from "../../ui/controls/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { Section } from "./section.tsx";

const HOURS = [1, 4, 24, 72] as const;
type Hours = (typeof HOURS)[number];

/** Whom of the platform's operators the organisation lets look inside. */
export function SupportSection(): JSX.Element {
  const query = useQuery(supportQuery);
  return (
    <Section
      id="support"
      title="Support access"
      hint="The platform’s operators see none of your contacts and texts, unless an owner lets them look inside for some hours. Each look is in the audit log."
    >
      <Loaded query={query}>
        {(accesses) => (
          <Show
            when={accesses().length > 0}
            fallback={<p class="text-muted">Nobody has asked to look inside.</p>}
          >
            <ul>
              <For each={accesses()}>{(access) => <AccessLine access={access} />}</For>
            </ul>
          </Show>
        )}
      </Loaded>
    </Section>
  );
}

function AccessLine(props: { access: SupportAccess }): JSX.Element {
  const denied = useDenied();
  const grant = useGrantSupport();
  const end = useEndSupport();
  const [hours, setHours] = createSignal<Hours>(1);
  const isOpen = () => props.access.endedAt === null;
  const isAsked = () => isOpen() && props.access.grantedAt === null;
  const onError = (error: unknown) => notifyProblem(sentenceOf(error));
  const stop = (done: string) => end.mutate(props.access.id, { onSuccess: () => notifyDone(done), onError });
  return (
    <li class="flex flex-wrap items-end gap-x-4 gap-y-2 border-b border-line py-3 first:pt-0 last:border-0 last:pb-0">
      <div class="min-w-0 flex-1 basis-56">
        <p class="font-medium wrap-anywhere">{props.access.operator}</p>
        <p class="text-[0.8125rem] wrap-anywhere text-muted">
          {props.access.operatorEmail} · asked <Moment at={props.access.askedAt} />
        </p>
        <p class="mt-1 wrap-anywhere">{props.access.reason}</p>
        <Show when={!isAsked()}>
          <p class="text-[0.8125rem] text-muted">
            <Show
              when={isOpen()}
              fallback={
                <>
                  Ended <Moment at={props.access.endedAt} />
                </>
              }
            >
              Can look inside until <Moment at={props.access.expiresAt} />
            </Show>
          </p>
        </Show>
      </div>
      <Show when={isAsked()}>
        <Select
          label="For how long"
          value={String(hours())}
          disabled={Boolean(denied("security.write"))}
          onChange={(event) => setHours(Number(event.currentTarget.value) as Hours)}
        >
          <For each={HOURS}>
            {(each) => <option value={String(each)}>{each === 1 ? "1 hour" : `${each} hours`}</option>}
          </For>
        </Select>
        <Button
          pending={grant.isPending}
          denied={denied("security.write")}
          aria-label={`Allow ${props.access.operator} to look inside`}
          onClick={() =>
            grant.mutate(
              { id: props.access.id, hours: hours() },
              { onSuccess: () => notifyDone(`${props.access.operator} can look inside.`), onError },
            )
          }
        >
          Allow
        </Button>
        <Button
          look="quiet"
          pending={end.isPending}
          denied={denied("security.write")}
          aria-label={`Refuse ${props.access.operator}`}
          onClick={() => stop("Request refused.")}
        >
          Refuse
        </Button>
      </Show>
      <Show when={isOpen() && !isAsked()}>
        <Button
          pending={end.isPending}
          denied={denied("security.write")}
          aria-label={`End the access of ${props.access.operator}`}
          onClick={() => stop("Access ended.")}
        >
          End access
        </Button>
      </Show>
    </li>
  );
}
