import { useParams } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import {
  type Organisation,
  organisationQuery,
  type ReasonedAction,
  useEndOwnAccess,
  useInviteOwner,
} from "../../data/platform.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useEnterTenant } from "../../shell/enter-tenant.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, Fact, Facts, Notice, PageHead } from "../../ui/page.tsx";
import { WordsBadge } from "../../ui/status.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { countryName, formatBytes, formatCount, formatMoney } from "../../ui/words/format.ts";
import { type InvitationLink, LinkDialog } from "../settings/link-dialog.tsx";
import { LimitsCard } from "./limits-card.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { stateWords } from "./state-words.ts";

const BACK = { href: "/platform", label: "Organisations" };

/** One organisation, as the platform's operators see it. */
export default function OrganisationPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => organisationQuery(params.id));
  return (
    <Loaded query={query}>
      {(organisation) => (
        <>
          <Head organisation={organisation()} />
          <div class="grid gap-6">
            <StateNotice organisation={organisation()} />
            <Card title="Today">
              <Health organisation={organisation()} />
            </Card>
            <LimitsCard organisation={organisation()} />
            <OwnersCard organisation={organisation()} />
            <SupportCard organisation={organisation()} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function Head(props: { organisation: Organisation }): JSX.Element {
  const denied = useDenied();
  const [action, setAction] = createSignal<ReasonedAction | null>(null);
  const one = () => props.organisation;
  const button = (label: string, next: ReasonedAction) => (
    <Button denied={denied("platform.manage")} onClick={() => setAction(next)}>
      {label}
    </Button>
  );
  return (
    <>
      <PageHead
        title={one().name}
        back={BACK}
        status={<WordsBadge words={stateWords(one())} />}
        lead={
          <>
            {countryName(one().country)}, {one().timezone} · since{" "}
            <Moment at={one().createdAt} precision="day" />
          </>
        }
        actions={
          <Show when={!one().closedAt} fallback={button("Reopen", "reopen")}>
            <Show when={one().suspendedAt} fallback={button("Suspend", "suspend")}>
              {button("Reinstate", "reinstate")}
            </Show>
            {button("Close", "close")}
          </Show>
        }
      />
      <ReasonDialog action={action()} organisation={one()} onClose={() => setAction(null)} />
    </>
  );
}

function StateNotice(props: { organisation: Organisation }): JSX.Element {
  const at = () => props.organisation.closedAt ?? props.organisation.suspendedAt;
  return (
    <Show when={at()}>
      {(since) => (
        <Notice
          tone={props.organisation.closedAt ? "info" : "danger"}
          title={props.organisation.closedAt ? "Closed" : "Suspended"}
        >
          Since <Moment at={since()} />:{" "}
          {props.organisation.closedReason ?? props.organisation.suspendedReason}
        </Notice>
      )}
    </Show>
  );
}

function Health(props: { organisation: Organisation }): JSX.Element {
  const health = () => props.organisation.health;
  const money = (cents: number) => formatMoney(cents * 10_000, props.organisation.settings.currency);
  return (
    <Facts columns>
      <Fact term="Sent today">{formatCount(health().submittedToday)}</Fact>
      <Fact term="Failed today">{formatCount(health().failedToday)}</Fact>
      <Fact term="Queued">{formatCount(health().queued)}</Fact>
      <Fact term="Active campaigns">{formatCount(health().runningCampaigns)}</Fact>
      <Fact term="Open alerts">{formatCount(health().openAlerts)}</Fact>
      <Fact term="Numbers and names">{formatCount(health().sendingNumbers)}</Fact>
      <Fact term="Spent today">
        {money(health().spentTodayCents)} of {money(props.organisation.settings.dailyBudgetCents)}
      </Fact>
      <Fact term="Spent this month">
        {money(health().spentThisMonthCents)} of {money(props.organisation.settings.monthlyBudgetCents)}
      </Fact>
      <Fact term="Uploaded in 24 hours">{formatBytes(health().uploadedBytes)}</Fact>
    </Facts>
  );
}

function OwnersCard(props: { organisation: Organisation }): JSX.Element {
  const denied = useDenied();
  const invite = useInviteOwner();
  const [open, setOpen] = createSignal(false);
  const [owner, setOwner] = createSignal("");
  const [link, setLink] = createSignal<InvitationLink | null>(null);
  const save = () =>
    invite.mutate(
      { id: props.organisation.id, owner: owner() },
      {
        onSuccess: (made) => {
          setOpen(false);
          setOwner("");
          if (made.url) setLink(made);
          else notifyDone(`Invitation sent to ${made.email}.`);
        },
      },
    );
  return (
    <Card title="Owners" hint="They decide about everything within the limits.">
      <Show
        when={props.organisation.owners.length > 0}
        fallback={<p class="mb-4 text-muted">No owner has joined yet.</p>}
      >
        <ul class="mb-4 grid gap-1">
          <For each={props.organisation.owners}>
            {(person) => (
              <li class="wrap-anywhere">
                <bdi>{person.name}</bdi> <span class="text-muted">{person.email}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Button icon="plus" denied={denied("platform.manage")} onClick={() => setOpen(true)}>
        Invite owner
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title="Invite an owner"
        description="For an organisation whose owners are gone, or whose first link expired."
        action="Invite"
        pending={invite.isPending}
        error={invite.isError ? sentenceOf(invite.error) : undefined}
        onConfirm={save}
      >
        <TextField
          label="Email"
          type="email"
          autocomplete="off"
          value={owner()}
          onInput={(event) => setOwner(event.currentTarget.value)}
        />
      </Confirm>
      <LinkDialog link={link()} onClose={() => setLink(null)} />
    </Card>
  );
}

function SupportCard(props: { organisation: Organisation }): JSX.Element {
  const denied = useDenied();
  const enter = useEnterTenant();
  const end = useEndOwnAccess();
  const [asking, setAsking] = createSignal<ReasonedAction | null>(null);
  const support = () => props.organisation.support;
  const onError = (error: unknown) => notifyProblem(sentenceOf(error));
  return (
    <Card
      title="Look inside"
      hint="Only with an owner’s consent, for some hours, reading alone. Each look is in its audit log."
    >
      <Show
        when={support()}
        fallback={
          <Button denied={denied("platform.manage")} onClick={() => setAsking("requestAccess")}>
            Ask an owner
          </Button>
        }
      >
        {(present) => (
          <div class="flex flex-wrap items-center gap-3">
            <p class="min-w-0 flex-1 basis-60">
              <Show when={present().expiresAt} fallback="Asked. An owner has not decided yet.">
                You can look inside until <Moment at={present().expiresAt} />.
              </Show>
            </p>
            <Show when={present().grantedAt}>
              <Button look="primary" onClick={() => void enter(props.organisation.id)}>
                Look inside
              </Button>
            </Show>
            <Button
              look="quiet"
              pending={end.isPending}
              onClick={() => end.mutate({ id: props.organisation.id, accessId: present().id }, { onError })}
            >
              {present().grantedAt ? "Give it up" : "Withdraw"}
            </Button>
          </div>
        )}
      </Show>
      <ReasonDialog action={asking()} organisation={props.organisation} onClose={() => setAsking(null)} />
    </Card>
  );
}
