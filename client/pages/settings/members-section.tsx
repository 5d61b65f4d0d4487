import { isRoleIn, type PlatformRole } from "@smscrm/core/platform/roles";
import { type MemberRole, mayManage, roleName } from "@smscrm/core/process/roles";
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
import { rolesQuery } from "../../data/people/roles.ts";
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
import { FIXED_ROLES, ROLE_WORDS, roleLabel, roleValue } from "../../ui/words/role-words.ts";
import { LinkDialog } from "./link-dialog.tsx";
import { Section } from "./section.tsx";

const PLATFORM_ROLE_WORDS: Record<PlatformRole, string> = {
  owner: "Owner: everything, and who is a member",
  operator: "Operator: creates, limits, suspends and closes organisations",
  auditor: "Auditor: reads the organisations and the audit log",
};

/** The roles that a person may give: fixed ones and the organisation's own. */
function useRoles(): () => MemberRole[] {
  const me = useMe();
  const query = useQuery(rolesQuery);
  return () => {
    const custom = (query.data ?? []).map((role): MemberRole => ({ role: "viewer", customRole: role }));
    return [...FIXED_ROLES.filter(({ role }) => isRoleIn(me().tenant, role)), ...custom].filter((role) =>
      mayManage(me(), role),
    );
  };
}

/** Returns what a role may do, in the organisation that the person works in; a custom role's name. */
function useRoleWords(): (role: MemberRole) => string {
  const me = useMe();
  return ({ role, customRole }) => {
    if (customRole) return customRole.name;
    return me().tenant.isPlatform && isRoleIn(me().tenant, role)
      ? PLATFORM_ROLE_WORDS[role as PlatformRole]
      : ROLE_WORDS[role];
  };
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
  const given = useRoles();
  const manages = () => mayManage(me(), props.member) && props.member.userId !== me().user.id;
  const current = () => roleValue(props.member);
  const roles = () =>
    given().some((role) => roleValue(role) === current()) ? given() : [props.member, ...given()];
  const change = (role: string) =>
    setRole.mutate(
      { userId: props.member.userId, role },
      {
        onSuccess: () => notifyDone(`${props.member.name} has a new role.`),
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
      <Show when={manages()} fallback={<span class="text-muted">{roleLabel(props.member)}</span>}>
        <Select
          label={`Role of ${props.member.name}`}
          hideLabel
          value={current()}
          disabled={setRole.isPending}
          onChange={(event) => change(event.currentTarget.value)}
        >
          <For each={roles()}>
            {(role) => (
              <option value={roleValue(role)} selected={roleValue(role) === current()}>
                {roleLabel(role)}
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
          Invited as {roleName(props.invitation)}, {expired() ? "expired" : "expires"}{" "}
          <Moment at={props.invitation.expiresAt} />
        </p>
      </div>
      <Show when={mayManage(me(), props.invitation)}>
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
  const roles = useRoles();
  const words = useRoleWords();
  const front = useQuery(frontQuery);
  const invite = useInvite();
  const [form, setForm] = createStore({ email: "", role: "operator" });
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
      <Select label="Role" value={form.role} onChange={(event) => setForm("role", event.currentTarget.value)}>
        <For each={roles()}>
          {(role) => (
            <option value={roleValue(role)} selected={roleValue(role) === form.role}>
              {words(role)}
            </option>
          )}
        </For>
      </Select>
    </Confirm>
  );
}
