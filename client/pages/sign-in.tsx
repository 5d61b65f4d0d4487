import { A, Navigate, useNavigate, useSearchParams } from "@solidjs/router";
import { createSignal, For, type JSX, onMount, Show } from "solid-js";
import {
  askPasskeyOfSignIn,
  frontQuery,
  giveSecondFactor,
  meQuery,
  type PendingSignIn,
  pendingQuery,
  useDropPendingSignIn,
  useSignIn,
} from "../data/session.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { useQuery } from "../data/transport/use-query.ts";
import { nextAddress } from "../shell/next-address.ts";
import { ProofForm } from "../shell/proof/proof-form.tsx";
import { Button } from "../ui/controls/button.tsx";
import { TextField } from "../ui/controls/field.tsx";
import { FormProblem } from "../ui/controls/form-problem.tsx";
import { FrontPage } from "../ui/front-page.tsx";
import { useTitle } from "../ui/page.tsx";

/** Split into parts, so that no option breaks across lines. */
const CREATE_COMMAND = [
  "pnpm ops tenant create",
  '--name "Acme"',
  "--country AU",
  "--zone Australia/Sydney",
  "--owner ada@example.com",
];

/** Signs in: with the password, then with a second factor where the person has one. */
export default function SignInPage(): JSX.Element {
  const me = useQuery(meQuery);
  const pending = useQuery(pendingQuery);
  return (
    <Show when={!me.data && pending.data} fallback={<PasswordStep />}>
      {(waiting) => <SecondStep pending={waiting().pending} />}
    </Show>
  );
}

function SecondStep(props: PendingSignIn): JSX.Element {
  useTitle(() => "Second factor");
  const [search] = useSearchParams<{ next?: string }>();
  const navigate = useNavigate();
  const drop = useDropPendingSignIn();
  return (
    <FrontPage
      title="Confirm that it’s you"
      lead="Your password is right. Now give your second factor, within ten minutes."
      foot="If you lost your phone and your recovery codes, ask the platform operator."
    >
      <div class="mt-5">
        <ProofForm
          ways={{ ...props.pending, password: false }}
          action="Sign in"
          challenge={askPasskeyOfSignIn}
          give={async (proof) => {
            if (proof.kind === "password") return;
            await giveSecondFactor(proof);
            navigate(nextAddress(search.next), { replace: true });
          }}
        >
          <Button look="quiet" size="small" onClick={() => drop.mutate()}>
            Start again
          </Button>
        </ProofForm>
      </div>
    </FrontPage>
  );
}

function PasswordStep(): JSX.Element {
  useTitle(() => "Sign in");
  const [search] = useSearchParams<{ next?: string }>();
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  const front = useQuery(frontQuery);
  const signIn = useSignIn();
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  let first!: HTMLDivElement;
  onMount(() => first.querySelector("input")?.focus());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (signIn.isPending) return;
    const onSuccess = (arrival: object) => {
      if (!("pending" in arrival)) navigate(nextAddress(search.next), { replace: true });
    };
    signIn.mutate({ email: email().trim(), password: password() }, { onSuccess });
  };
  const isEmpty = () => front.isSuccess && !front.data.hasTenants;
  return (
    <Show when={!me.isSuccess || !me.data} fallback={<Navigate href={nextAddress(search.next)} />}>
      <FrontPage
        title="Sign in"
        lead={search.next ? "Sign in to continue." : undefined}
        foot={
          <Show
            when={!isEmpty()}
            fallback={
              <p>
                In a container, put <code>docker compose exec api</code> before the command. See “The first
                organisation” in the runbook.
              </p>
            }
          >
            <p>
              No account? Ask an owner or admin of your organisation to invite you.{" "}
              <Show when={front.data?.hasDemo}>
                A new installation prints a demo sign-in in its terminal.{" "}
              </Show>
              <Show when={!front.data?.sendsMail}>
                If you lost your password or are locked out, ask the platform operator for a reset link.
              </Show>
            </p>
          </Show>
        }
      >
        <Show when={isEmpty()}>
          <div role="status" class="mt-4 rounded-lg bg-sunken px-4 py-3">
            <p class="font-medium">There is no organisation yet.</p>
            <p class="mt-1">Create the first one on the server. The command prints a link for its owner:</p>
            <p class="mt-2 font-mono text-[0.8125rem] select-all">
              <For each={CREATE_COMMAND}>
                {(part) => (
                  <>
                    <span class="whitespace-nowrap">{part}</span>{" "}
                  </>
                )}
              </For>
            </p>
          </div>
        </Show>
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
          <TextField
            label="Password"
            type="password"
            autocomplete="current-password"
            required
            value={password()}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
          <FormProblem text={signIn.isError ? sentenceOf(signIn.error) : undefined} />
          <Button type="submit" look="primary" pending={signIn.isPending}>
            Sign in
          </Button>
          <Show when={front.data?.sendsMail}>
            <A href="/forgot" class="justify-self-start text-accent underline">
              Forgot your password?
            </A>
          </Show>
        </form>
      </FrontPage>
    </Show>
  );
}
