import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { type Duplicates, duplicatesQuery, useNoteDifferent } from "../../../data/contacts/merging.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useInfiniteQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button, LinkButton } from "../../../ui/controls/button.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { Card, PageHead } from "../../../ui/page.tsx";
import { Badge } from "../../../ui/status.tsx";
import { LoadMore } from "../../../ui/table.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../../ui/toast.tsx";
import { formatPhone, nameOf } from "../../../ui/words/format.ts";
import { reasonsShared } from "./merge-words.ts";

/** Contacts that may be one person, with what they share. */
export default function DuplicatesPage(): JSX.Element {
  const query = useInfiniteQuery(duplicatesQuery);
  return (
    <>
      <PageHead
        title="Duplicates"
        back={{ href: "/contacts", label: "Contacts" }}
        lead="Contacts that may be the same person. A merge shows what it changes first, and can be undone for 30 days."
      />
      <Loaded query={query}>
        {(data) => {
          const groups = () => data().pages.flatMap((page) => page.items);
          return (
            <Show when={groups().length > 0} fallback={<NoDuplicates />}>
              <ol class="grid gap-4">
                <For each={groups()}>
                  {(group) => (
                    <li>
                      <Group group={group} />
                    </li>
                  )}
                </For>
              </ol>
              <LoadMore query={query} shown={groups().length} what="groups" />
            </Show>
          );
        }}
      </Loaded>
    </>
  );
}

function NoDuplicates(): JSX.Element {
  return (
    <Card>
      <Empty icon="people" title="No likely duplicates">
        Contacts appear here if they share a customer ID, an email, or a name with a date of birth or a
        postcode.
      </Empty>
    </Card>
  );
}

function Group(props: { group: Duplicates }): JSX.Element {
  const denied = useDenied();
  const different = useNoteDifferent();
  const ids = () => props.group.contacts.map(({ id }) => id);
  const dismiss = () =>
    different.mutate(ids(), {
      onSuccess: () => notifyDone("Noted: these are different people."),
      onError: (error) => notifyProblem(sentenceOf(error)),
    });
  return (
    <Card
      title={reasonsShared(props.group.reasons)}
      hint={props.group.more ? "More contacts share this, so it may be an office or a family." : undefined}
      flush
      actions={
        <Button
          size="small"
          denied={denied("contacts.write")}
          pending={different.isPending}
          onClick={dismiss}
        >
          Not the same person
        </Button>
      }
    >
      <ul>
        <For each={props.group.contacts}>
          {(contact, at) => (
            <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-5 py-3 last:border-0">
              <div class="min-w-0">
                <A
                  href={`/contacts/${contact.id}`}
                  class="font-medium text-accent hover:underline wrap-anywhere"
                >
                  <bdi>{nameOf(contact)}</bdi>
                </A>
                <p class="text-[0.8125rem] text-muted wrap-anywhere">
                  {[formatPhone(contact.phone), contact.email, contact.postcode].filter(Boolean).join(" · ")}
                </p>
                <p class="text-[0.8125rem] text-muted">
                  Changed <Moment at={contact.updatedAt} />
                  <Show when={contact.optedOut}>
                    {" "}
                    <Badge tone="danger">Opted out</Badge>
                  </Show>
                </p>
              </div>
              <Show when={at() > 0}>
                <LinkButton
                  size="small"
                  href={`/contacts/${ids()[0]}/merge/${contact.id}`}
                  denied={denied("contacts.write")}
                >
                  {ids().length === 2 ? "Compare and merge" : "Compare with the first"}
                </LinkButton>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </Card>
  );
}
