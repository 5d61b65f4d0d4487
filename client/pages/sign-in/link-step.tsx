import { useNavigate } from "@solidjs/router";
import { createSignal, type JSX, onMount } from "solid-js";
import { type PendingLink, useDropLink, useProveLink } from "../../data/people/single-sign-on.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { nextAddress } from "../../shell/next-address.ts";
import { Button } from "../../ui/controls/button.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { FrontPage } from "../../ui/front-page.tsx";
import { useTitle } from "../../ui/page.tsx";

/** After single sign-on: an account that exists elsewhere proves its password once before it is linked. */
export function LinkStep(props: { link: PendingLink }): JSX.Element {
  useTitle(() => "Link your account");
  const navigate = useNavigate();
  const prove = useProveLink();
  const drop = useDropLink();
  const [password, setPassword] = createSignal("");
  let first!: HTMLDivElement;
  onMount(() => first.querySelector("input")?.focus());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (prove.isPending) return;
    const { next } = props.link;
    const onSuccess = (arrival: object) => {
      if (!("pending" in arrival)) navigate(nextAddress(next), { replace: true });
    };
    prove.mutate(password(), { onSuccess });
  };
  return (
    <FrontPage
      title="Link your account"
      lead={
        <>
          <span class="font-medium text-ink">{props.link.email}</span> already has an account. Enter its
          password once to use it at {props.link.organisation} with single sign-on.
        </>
      }
      foot="Single sign-on opens this organisation only. Your password and your other organisations stay as they are."
    >
      <form onSubmit={submit} class="mt-5 grid gap-4">
        <div ref={first}>
          <TextField
            label="Password"
            type="password"
            autocomplete="current-password"
            required
            value={password()}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </div>
        <FormProblem text={prove.isError ? sentenceOf(prove.error) : undefined} />
        <Button type="submit" look="primary" pending={prove.isPending}>
          Link account
        </Button>
        <Button look="quiet" size="small" onClick={() => drop.mutate()}>
          Start again
        </Button>
      </form>
    </FrontPage>
  );
}
