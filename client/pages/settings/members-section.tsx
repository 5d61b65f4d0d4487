import { isRoleIn, type PlatformRole } from "@smscrm/core/platform/roles";
import { mayManage, ROLES, type Role } from "@smscrm/core/process/roles";
import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import {
  type Invitation,
  type InvitationLink,
  invitationsQuery,
  type Member,
  membersQuery,
  useCancelInvitation,
  useInvite,
  useRemoveMember,
  useRenewInvitation,
  useSetRole,
} from "../../data/people/members.ts";
import { frontQuery } from "../../data/session.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Select, TextField } from "../../ui/controls/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { thisMinute } from "../../ui/time/clock.ts";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { LinkDialog } from "./link-dialog.tsx";
import { Section } from "./section.tsx";

const PLATFORM_ROLE_WORDS: Record<PlatformRole, string> = {
  owner: "Owner: everything, and who is a member",
  operator: "Operator: creates, limits, suspends and closes organisations",
  auditor: "Auditor: reads the organisations and the audit log",
};

const ROLE_WORDS: Record<Role, string> = {
  owner: "Owner: everything",
  admin: "Admin: everything except managing owners",
  operator: "Operator: imports, campaigns and pausing",
  agent: "Agent: answers in the inbox, and nothing else",
  auditor: "Auditor: reads everything with the audit log, changes nothing",
  viewer: "Viewer: read-only",
};

/** Returns what a role may do, in the organisation that the person works in. */
function useRoleWords(): (role: Role) => string {
  const me = useMe();
  return (role) =>
    me().tenant.isPlatform && isRoleIn(me().tenant, role)
      ? PLATFORM_ROLE_WORDS[role as PlatformRole]
      : ROLE_WORDS[role];
}

export function MembersSection(): JSX.Element {
  const me = useMe();
  const query = useQuery(membersQuery);
  const invitations = useQuery(invitationsQuery);
  const [inviting, setInviting] = createSignal(false);
  const [removing, setRemoving] = createSignal<Member | null>(null);
  const [link, setLink] = createSignal<InvitationLink | null>(null);
  const remove = useRemoveMember();
  const onInvited = (invited: InvitationLink) => {
    if (invited.url) setLink(invited);
    else notifyDone(`Invitation sent to ${invited.email}.`);
  };
  return (
    <Section
      id="people"
      title="People"
      hint={
        me().tenant.isPlatform
          ? "They run this installation. They see no contact and no text."
          : "The members of this organisation and their roles."
      }
    >
      <Loaded query={query}>
        {(members) => (
          <ul class="mb-5">
            <For each={members()}>
              {(member) => <MemberLine member={member} onRemove={() => setRemoving(member)} />}
            </For>
            <For each={invitations.data ?? []}>
              {(invitation) => <InvitationLine invitation={invitation} onInvited={onInvited} />}
            </For>
          </ul>
        )}
      </Loaded>
      <Button icon="plus" onClick={() => setInviting(true)}>
        Invite member
      </Button>
      <InviteDialog open={inviting()} onClose={() => setInviting(false)} onInvited={onInvited} />
      <LinkDialog link={link()} onClose={() => setLink(null)} />
      <Confirm
        open={removing() !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing()?.name}?`}
        description="They are signed out at once and can’t sign in to this organisation. The audit log keeps their actions."
        action="Remove"
        danger
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={() =>
          remove.mutate(removing()?.userId ?? "", {
            onSuccess: () => {
              notifyDone("Member removed.");
              setRemoving(null);
            },
          })
        }
      />
    </Section>
  );
}

function MemberLine(props: { member: Member; onRemove: () => void }): JSX.Element {
  const me = useMe();
  const setRole = useSetRole();
  const manages = () => mayManage(me().role, props.member.role) && props.member.userId !== me().user.id;
  const words = useRoleWords();
  const roles = () =>
    ROLES.filter(
      (role) => (mayManage(me().role, role) && isRoleIn(me().tenant, role)) || role === props.member.role,
    );
  const change = (role: Role) =>
    setRole.mutate(
      { userId: props.member.userId, role },
      {
        onSuccess: () => notifyDone(`${props.member.name} is now ${role}.`),
        onError: (error) => notifyProblem(sentenceOf(error)),
      },
    );
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-3 first:pt-0">
      <div class="min-w-0 flex-1 basis-48">
        <p class="font-medium wrap-anywhere">
          {props.member.name}
          <Show when={props.member.userId === me().user.id}>
            <span class="font-normal text-muted"> (you)</span>
          </Show>
        </p>
        <p class="text-[0.8125rem] wrap-anywhere text-muted">
          {props.member.email} · last seen <Moment at={props.member.lastSeenAt} ago none="never" />
        </p>
      </div>
      <Show when={manages()} fallback={<span class="text-muted capitalize">{props.member.role}</span>}>
        <Select
          label={`Role of ${props.member.name}`}
          hideLabel
          value={props.member.role}
          disabled={setRole.isPending}
          onChange={(event) => change(event.currentTarget.value as Role)}
        >
          <For each={roles()}>
            {(role) => (
              <option value={role} selected={role === props.member.role}>
                {words(role).split(":")[0]}
              </option>
            )}
          </For>
        </Select>
        <Button
          size="small"
          look="quiet"
          aria-label={`Remove ${props.member.name}`}
          onClick={() => props.onRemove()}
        >
          Remove
        </Button>
      </Show>
    </li>
  );
}

function InvitationLine(props: {
  invitation: Invitation;
  onInvited: (link: InvitationLink) => void;
}): JSX.Element {
  const me = useMe();
  const renew = useRenewInvitation();
  const cancel = useCancelInvitation();
  const onError = (error: unknown) => notifyProblem(sentenceOf(error));
  const expired = () => new Date(props.invitation.expiresAt).getTime() < thisMinute().getTime();
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-3">
      <div class="min-w-0 flex-1 basis-48">
        <p class="font-medium wrap-anywhere">{props.invitation.email}</p>
        <p class="text-[0.8125rem] text-muted">
          Invited as {props.invitation.role}, {expired() ? "expired" : "expires"}{" "}
          <Moment at={props.invitation.expiresAt} />
        </p>
      </div>
      <Show when={mayManage(me().role, props.invitation.role)}>
        <Button
          size="small"
          pending={renew.isPending}
          aria-label={`New link for ${props.invitation.email}`}
          onClick={() => renew.mutate(props.invitation.id, { onSuccess: props.onInvited, onError })}
        >
          New link
        </Button>
        <Button
          size="small"
          look="quiet"
          pending={cancel.isPending}
          aria-label={`Cancel the invitation for ${props.invitation.email}`}
          onClick={() =>
            cancel.mutate(props.invitation.id, {
              onSuccess: () => notifyDone("Invitation canceled. Its link no longer works."),
              onError,
            })
          }
        >
          Cancel
        </Button>
      </Show>
    </li>
  );
}

function InviteDialog(props: {
  open: boolean;
  onClose: () => void;
  onInvited: (link: InvitationLink) => void;
}): JSX.Element {
  const me = useMe();
  const words = useRoleWords();
  const front = useQuery(frontQuery);
  const invite = useInvite();
  const [form, setForm] = createStore({ email: "", role: "operator" as Role });
  const save = () =>
    invite.mutate(
      { ...form },
      {
        onSuccess: (link) => {
          setForm({ email: "", role: "operator" });
          props.onClose();
          props.onInvited(link);
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Invite a member"
      description={
        front.data?.sendsMail
          ? "They get an email with a link. They become a member when they accept."
          : "You get a link to give them. No email is sent. They become a member when they accept."
      }
      action={front.data?.sendsMail ? "Send invitation" : "Create link"}
      pending={invite.isPending}
      error={invite.isError ? sentenceOf(invite.error) : undefined}
      onConfirm={save}
    >
      <TextField
        label="Email"
        type="email"
        autocomplete="off"
        value={form.email}
        onInput={(event) => setForm("email", event.currentTarget.value)}
      />
      <Select
        label="Role"
        value={form.role}
        onChange={(event) => setForm("role", event.currentTarget.value as Role)}
      >
        <For each={ROLES.filter((role) => mayManage(me().role, role) && isRoleIn(me().tenant, role))}>
          {(role) => (
            <option value={role} selected={role === form.role}>
              {words(role)}
            </option>
          )}
        </For>
      </Select>
    </Confirm>
  );
}
