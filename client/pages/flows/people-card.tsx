import { A } from "@solidjs/router";
import { useInfiniteQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import {
  type FlowPage,
  type FlowPerson,
  flowPeopleQuery,
  flowsOfContactQuery,
} from "../../data/campaigns/flows.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Card } from "../../ui/page.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { formatPhone } from "../../ui/words/format.ts";
import { causeSentence, END_SENTENCES } from "./person-words.ts";

/** Who is or was in the flow: why, where they stand, and what they have behind them. */
export function FlowPeople(props: { flow: FlowPage }): JSX.Element {
  const query = useInfiniteQuery(() => flowPeopleQuery(props.flow.id));
  const people = () => query.data?.pages.flat() ?? [];
  return (
    <Card title="People" hint="The newest first, with the reason why they are here.">
      <Show when={people().length > 0} fallback={<p class="text-muted">Nobody has entered yet.</p>}>
        <ul class="grid gap-3">
          <For each={people()}>{(person) => <Person person={person} />}</For>
        </ul>
      </Show>
      <Show when={query.hasNextPage}>
        <div class="mt-3">
          <Button size="small" pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      </Show>
    </Card>
  );
}

/** The flows that a contact is or was in; nothing for a contact without one. */
export function FlowsOfContact(props: { contactId: string }): JSX.Element {
  const query = useQuery(() => flowsOfContactQuery(props.contactId));
  return (
    <Show when={query.data?.length ? query.data : undefined}>
      {(flows) => (
        <Card title="Flows">
          <ul class="grid gap-3">
            <For each={flows()}>
              {(person) => (
                <Person person={person} link={{ href: `/flows/${person.flowId}`, name: person.flowName }} />
              )}
            </For>
          </ul>
        </Card>
      )}
    </Show>
  );
}

function Person(props: { person: FlowPerson; link?: { href: string; name: string } }): JSX.Element {
  const name = () => [props.person.firstName, props.person.lastName].filter(Boolean).join(" ");
  const trail = () => props.person.trail.map(({ place }) => place).join(", ");
  return (
    <li class="min-w-0 text-[0.8125rem]">
      <A
        href={props.link?.href ?? `/contacts/${props.person.contactId}`}
        class="text-accent hover:underline wrap-anywhere"
      >
        {props.link?.name ?? (name() || formatPhone(props.person.phone))}
      </A>{" "}
      <span class="text-muted">
        version {props.person.version} · <Moment at={props.person.enteredAt} />
      </span>
      <span class="block wrap-anywhere">{causeSentence(props.person.cause)}</span>
      <span class="block text-muted">
        <Show
          when={props.person.endReason}
          fallback={
            <>
              At step {props.person.place}, looked at next <Moment at={props.person.dueAt} />
            </>
          }
        >
          {(why) => <>Left: {END_SENTENCES[why()]}</>}
        </Show>
        <Show when={trail()}> Steps behind them: {trail()}.</Show>
      </span>
    </li>
  );
}
