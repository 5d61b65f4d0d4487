import { useLocation, useNavigate } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { resetQuery, useResetPassword } from "../data/people/links.ts";
import { startAs } from "../data/session.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { useQuery } from "../data/transport/use-query.ts";
import { Button } from "../ui/controls/button.tsx";
import { FormProblem } from "../ui/controls/form-problem.tsx";
import { NewPasswordField } from "../ui/controls/new-password-field.tsx";
import { FrontPage, LinkProblem } from "../ui/front-page.tsx";
import { useTitle } from "../ui/page.tsx";
import { notifyDone } from "../ui/toast.tsx";

/** `/reset#token`: sets a new password. */
export default function ResetPage(): JSX.Element {
  useTitle(() => "New password");
  const location = useLocation();
  const navigate = useNavigate();
  const token = () => location.hash.replace(/^#/, "");
  const query = useQuery(() => resetQuery(token()));
  const reset = useResetPassword();
  const [password, setPassword] = createSignal("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (reset.isPending) return;
    const onSuccess = () => {
      startAs(null);
      notifyDone("Password changed. Sign in with the new password.");
      navigate("/sign-in", { replace: true });
    };
    reset.mutate({ token: token(), password: password() }, { onSuccess });
  };
  return (
    <FrontPage
      title="Choose a new password"
      lead={query.data ? `For ${query.data.email}. All your sessions end, and you sign in again.` : undefined}
    >
      <Show
        when={query.data}
        fallback={
          <Show when={query.isError}>
            <LinkProblem error={query.error} />
          </Show>
        }
      >
        <form onSubmit={submit} class="mt-5 grid gap-4">
          {/* Tells the password manager which account the password belongs to. */}
          <input type="email" autocomplete="username" value={query.data?.email ?? ""} readonly hidden />
          <NewPasswordField label="New password" value={password()} onInput={setPassword} />
          <FormProblem text={reset.isError ? sentenceOf(reset.error) : undefined} />
          <Button type="submit" look="primary" pending={reset.isPending}>
            Change password
          </Button>
        </form>
      </Show>
    </FrontPage>
  );
}
