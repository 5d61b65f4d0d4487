import { useLocation, useNavigate } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import {
  type Invitation,
  invitationQuery,
  useJoinAsExistingPerson,
  useJoinAsNewPerson,
} from "../data/people/links.ts";
import { frontQuery } from "../data/session.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { useQuery } from "../data/transport/use-query.ts";
import { Button } from "../ui/controls/button.tsx";
import { Choices, TextField } from "../ui/controls/field.tsx";
import { FormProblem } from "../ui/controls/form-problem.tsx";
import { NewPasswordField } from "../ui/controls/new-password-field.tsx";
import { FrontPage, LinkProblem } from "../ui/front-page.tsx";
import { useTitle } from "../ui/page.tsx";
import { Moment } from "../ui/time/moment.tsx";

/** `/join#token`: accepts an invitation. */
export default function JoinPage(): JSX.Element {
  useTitle(() => "Invitation");
  const location = useLocation();
  const token = () => location.hash.replace(/^#/, "");
  const query = useQuery(() => invitationQuery(token()));
  return (
    <Show
      when={query.data}
      fallback={
        <FrontPage title="Invitation" lead={query.isError ? undefined : "Loading your invitation…"}>
          <Show when={query.isError}>
            <LinkProblem error={query.error} />
          </Show>
        </FrontPage>
      }
    >
      {(invitation) => <JoinForm token={token()} invitation={invitation()} />}
    </Show>
  );
}

function JoinForm(props: { token: string; invitation: Invitation }): JSX.Element {
  const navigate = useNavigate();
  const front = useQuery(frontQuery);
  const asNew = useJoinAsNewPerson();
  const asExisting = useJoinAsExistingPerson();
  const [account, setAccount] = createSignal<"new" | "existing">("new");
  const [form, setForm] = createStore({ name: "", currentPassword: "", password: "" });
  const running = () => (account() === "new" ? asNew : asExisting);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (running().isPending) return;
    // The link can't be used again, so it does not stay in the history.
    // With a second factor, the sign-in page asks for it next.
    const onSuccess = (arrival: object) =>
      navigate("pending" in arrival ? "/sign-in" : "/", { replace: true });
    const { name, currentPassword, password } = form;
    const { token } = props;
    if (account() === "new") asNew.mutate({ token, name, password }, { onSuccess });
    else asExisting.mutate({ token, name, currentPassword, password }, { onSuccess });
  };
  return (
    <FrontPage
      title={`Join ${props.invitation.organisation}`}
      lead={
        <>
          You are invited as {props.invitation.role}, with the email address {props.invitation.email}. The
          invitation expires <Moment at={props.invitation.expiresAt} />.
        </>
      }
      foot="If you did not expect this invitation, close this page. Nothing happens until you accept."
    >
      <form onSubmit={submit} class="mt-5 grid gap-4">
        <Choices
          legend="Your account"
          value={account()}
          onChange={setAccount}
          options={[
            { value: "new", label: "I’m new here" },
            {
              value: "existing",
              label: "I have an account",
              hint: "You are a member of another organisation with this email address.",
            },
          ]}
        />
        {/* Tells the password manager which account the password belongs to. */}
        <input type="email" autocomplete="username" value={props.invitation.email} readonly hidden />
        <TextField
          label="Your name"
          autocomplete="name"
          required
          hint="Your team sees it."
          value={form.name}
          onInput={(event) => setForm("name", event.currentTarget.value)}
        />
        <Show when={account() === "existing"}>
          <TextField
            label="Current password"
            type="password"
            autocomplete="current-password"
            required
            hint={
              front.data?.sendsMail
                ? "If you don’t know it, use “Forgot your password?” on the sign-in page."
                : "If you don’t know it, ask the platform operator for a reset link."
            }
            value={form.currentPassword}
            onInput={(event) => setForm("currentPassword", event.currentTarget.value)}
          />
        </Show>
        <NewPasswordField
          label={account() === "new" ? "Choose a password" : "New password"}
          hint={
            account() === "new"
              ? undefined
              : "At least 12 characters. It replaces your current password, and all your other sessions end."
          }
          value={form.password}
          onInput={(password) => setForm("password", password)}
        />
        <FormProblem text={running().isError ? sentenceOf(running().error) : undefined} />
        <Button type="submit" look="primary" pending={running().isPending}>
          Accept invitation
        </Button>
      </form>
    </FrontPage>
  );
}
