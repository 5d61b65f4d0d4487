import { sourceWords } from "@smscrm/core/explain/consent-words";
import { A, useNavigate, useParams } from "@solidjs/router";
import { createEffect, createSignal, For, type JSX, Show } from "solid-js";
import { type Contact, contactQuery, useMarkReachable } from "../../data/contacts/contacts.ts";
import { fieldsQuery } from "../../data/contacts/fields.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, Fact, Facts, Notice, PageHead, useTitle } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { wallClockIn } from "../../ui/time/clock.ts";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { countOf, countryName, formatPhone, nameOf } from "../../ui/words/format.ts";
import { zoneSourceWords } from "../../ui/words/reasons.ts";
import { AddToListDialog, RemoveFromListDialog } from "../do-not-contact/dialogs.tsx";
import { FlowsOfContact } from "../flows/people-card.tsx";
import { PackButton } from "../privacy/pack-button.tsx";
import { ChangeNumberDialog } from "./change-number.tsx";
import { ConsentsCard } from "./consent/consents-card.tsx";
import { PreferencesCard } from "./consent/preferences-card.tsx";
import { Conversation } from "./conversation.tsx";
import { customValueWords } from "./custom-values.tsx";
import { EditContactDialog } from "./edit-contact.tsx";
import { ContactState } from "./list.tsx";
import { NumbersCard } from "./merging/numbers-card.tsx";
import { TimelineCard } from "./person/timeline-card.tsx";
import { WaitingCard } from "./waiting-card.tsx";

export default function ContactPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => contactQuery(params.id));
  const denied = useDenied();
  const [editing, setEditing] = createSignal(false);
  const [adding, setAdding] = createSignal(false);
  const [moving, setMoving] = createSignal(false);
  const navigate = useNavigate();
  useTitle(() => "Contact");
  // The page of a person is that of their preferred number.
  createEffect(() => {
    const into = query.isSuccess ? query.data.mergedInto : null;
    if (into) navigate(`/contacts/${into}`, { replace: true });
  });
  return (
    <Loaded query={query} page>
      {(contact) => (
        <>
          <PageHead
            title={nameOf(contact())}
            back={{ href: "/contacts", label: "Contacts" }}
            status={<ContactState contact={contact()} />}
            lead={formatPhone(contact().phone)}
            actions={
              <>
                <Show when={!contact().doNotContact}>
                  <Button icon="block" denied={denied("doNotContact.add")} onClick={() => setAdding(true)}>
                    Do not contact…
                  </Button>
                </Show>
                <PackButton kind="evidence" phone={contact().phone} large />
                <Show when={!contact().doNotContact && contact().numbers.length === 1}>
                  <Button icon="phone" denied={denied("contacts.write")} onClick={() => setMoving(true)}>
                    Change number…
                  </Button>
                </Show>
                <Button icon="edit" denied={denied("contacts.write")} onClick={() => setEditing(true)}>
                  Edit
                </Button>
              </>
            }
          />
          <div class="grid gap-6">
            <OptedOut contact={contact()} />
            <OnSuppressionLists contact={contact()} />
            <Unreachable contact={contact()} />
            {/* The conversation arrives later. It comes last on a narrow page, so that nothing moves. */}
            <div class="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
              <div class="grid min-w-0 gap-6 lg:col-start-2 lg:row-start-1">
                <Details contact={contact()} />
                <NumbersCard contact={contact()} />
                <ConsentsCard contact={contact()} />
                <PreferencesCard contact={contact()} />
                <FlowsOfContact contactId={contact().id} />
              </div>
              <div class="grid min-w-0 gap-6 lg:col-start-1 lg:row-start-1">
                {/* Without the digits a message list can't be asked for a number. */}
                <Show when={!denied("messages.read") && !denied("phoneNumbers.read")}>
                  <WaitingCard phone={contact().phone} />
                </Show>
                <Show when={!denied("inbox.read")}>
                  <Conversation
                    phones={contact().numbers.map(({ phone }) => phone)}
                    name={nameOf(contact())}
                  />
                </Show>
                <TimelineCard id={contact().id} phone={contact().phone} />
              </div>
            </div>
          </div>
          <EditContactDialog open={editing()} onClose={() => setEditing(false)} contact={contact()} />
          <ChangeNumberDialog
            open={moving()}
            id={contact().id}
            onClose={() => setMoving(false)}
            onChanged={(id) => navigate(`/contacts/${id}`)}
          />
          <AddToListDialog open={adding()} onClose={() => setAdding(false)} phone={contact().phone} />
        </>
      )}
    </Loaded>
  );
}

function Unreachable(props: { contact: Contact }): JSX.Element {
  const denied = useDenied();
  const mark = useMarkReachable();
  const save = () =>
    mark.mutate(
      { id: props.contact.id },
      {
        onSuccess: () => notifyDone("Texts to this number are allowed again."),
        onError: (error) => notifyProblem(sentenceOf(error)),
      },
    );
  return (
    <Show when={props.contact.invalidReason}>
      <Notice
        tone="warn"
        title="Can’t receive texts"
        actions={
          <Button size="small" denied={denied("contacts.write")} pending={mark.isPending} onClick={save}>
            Allow texts again
          </Button>
        }
      >
        {props.contact.invalidReason}
      </Notice>
    </Show>
  );
}

function OptedOut(props: { contact: Contact }): JSX.Element {
  const denied = useDenied();
  const [removing, setRemoving] = createSignal(false);
  return (
    <Show when={props.contact.doNotContact}>
      {(entry) => (
        <>
          <Notice
            tone="danger"
            title="On the do-not-contact list"
            actions={
              <Button size="small" denied={denied("doNotContact.remove")} onClick={() => setRemoving(true)}>
                Remove…
              </Button>
            }
          >
            Since <Moment at={entry().createdAt} precision="second" />, from {sourceWords(entry().source)}
            <Show when={entry().createdBy}> ({entry().createdBy})</Show>
            <Show when={entry().note}>: “{entry().note}”</Show>. Campaigns don’t text this number.
          </Notice>
          <RemoveFromListDialog
            open={removing()}
            onClose={() => setRemoving(false)}
            phone={props.contact.phone}
          />
        </>
      )}
    </Show>
  );
}

function Details(props: { contact: Contact }): JSX.Element {
  const location = () =>
    [props.contact.city, props.contact.state, props.contact.postcode].filter(Boolean).join(", ");
  const fields = useQuery(fieldsQuery);
  const custom = () => {
    // Until the labels are there the names stand in their places, so that nothing moves.
    const seen = Object.keys(props.contact.custom).map((name) => ({ name, label: name, type: undefined }));
    return (fields.isSuccess ? fields.data : seen).flatMap(({ name, label, type }) => {
      const value = props.contact.custom[name];
      return value === undefined ? [] : [{ label, value: customValueWords(type, value) }];
    });
  };
  return (
    <Card title="Details">
      <Facts>
        <Fact term="Country">
          {countryName(props.contact.country)}
          <Show when={props.contact.lineType}>
            <span class="text-muted"> · {props.contact.lineType?.toLowerCase().replaceAll("_", " ")}</span>
          </Show>
        </Fact>
        <Fact term="Time zone">
          <Zone contact={props.contact} />
        </Fact>
        <Show when={location()}>
          <Fact term="Location">{location()}</Fact>
        </Show>
        <Show when={props.contact.email}>
          <Fact term="Email">{props.contact.email}</Fact>
        </Show>
        <Show when={props.contact.tags.length > 0}>
          <Fact term="Tags">
            <span class="mt-1 flex flex-wrap gap-1">
              <For each={props.contact.tags}>
                {(tag) => (
                  <A href={`/contacts?tag=${encodeURIComponent(tag)}`} class="rounded-full">
                    <Badge>{tag}</Badge>
                  </A>
                )}
              </For>
            </span>
          </Fact>
        </Show>
        <For each={custom()}>{(one) => <Fact term={one.label}>{one.value}</Fact>}</For>
        <Fact term="Added">
          <Moment at={props.contact.createdAt} />
          <Show when={props.contact.lastImportId}>
            {(id) => (
              <>
                {" · "}
                <A href={`/contacts/import/${id()}`} class="text-accent hover:underline">
                  last import
                </A>
              </>
            )}
          </Show>
        </Fact>
      </Facts>
    </Card>
  );
}

function Zone(props: { contact: Contact }): JSX.Element {
  const only = () => (props.contact.zones.length === 1 ? props.contact.zones[0] : undefined);
  return (
    <>
      <Show when={only()} fallback={countOf(props.contact.zones.length, "possible zone")}>
        {(zone) => (
          <>
            {zone()} <span class="text-muted">({wallClockIn(zone())} there)</span>
          </>
        )}
      </Show>
      <span class="block text-[0.8125rem] text-muted">{zoneSourceWords(props.contact.timezoneSource)}</span>
    </>
  );
}

/** Public registers and other lists stop marketing only, so this is no opt-out. */
function OnSuppressionLists(props: { contact: Contact }): JSX.Element {
  return (
    <Show when={props.contact.suppression.length > 0}>
      <Notice tone="warn" title="On a suppression list">
        <For each={props.contact.suppression}>
          {(list) => (
            <p>
              {list.name} ({list.country}), downloaded on {list.downloadedOn}.
            </p>
          )}
        </For>
        Marketing isn’t sent to this number, unless their consent overrides it by the register’s rule.
        Reminders and replies are.
      </Notice>
    </Show>
  );
}
