import { A } from "@solidjs/router";
import { createSignal, type JSX, onMount, Show } from "solid-js";
import { useRequestReset } from "../data/people/links.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { Button } from "../ui/controls/button.tsx";
import { TextField } from "../ui/controls/field.tsx";
import { FormProblem } from "../ui/controls/form-problem.tsx";
import { FrontPage } from "../ui/front-page.tsx";
import { useTitle } from "../ui/page.tsx";

/** `/forgot`: mails a link for a new password. */
export default function ForgotPage(): JSX.Element {
  useTitle(() => "Forgot your password?");
  const request = useRequestReset();
  const [email, setEmail] = createSignal("");
  let first!: HTMLDivElement;
  onMount(() => first.querySelector("input")?.focus());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!request.isPending) request.mutate(email().trim());
  };
  return (
    <FrontPage
      title="Forgot your password?"
      lead="Enter the address of your account. You get an email with a link to choose a new password."
      foot={<A href="/sign-in">Back to sign-in</A>}
    >
      <form onSubmit={submit} class="mt-5 grid gap-4">
        <div ref={first}>
          <TextField
            label="Email"
            type="email"
            autocomplete="username"
            required
            value={email()}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </div>
        <FormProblem text={request.isError ? sentenceOf(request.error) : undefined} />
        <Button type="submit" look="primary" pending={request.isPending}>
          Send link
        </Button>
        <Show when={request.isSuccess}>
          <p role="status">
            If this address has an account, a link is on its way. It expires in 60 minutes. Look in your spam
            folder, too.
          </p>
        </Show>
      </form>
    </FrontPage>
  );
}
