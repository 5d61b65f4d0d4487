import { singleSignOnProblem } from "@smscrm/core/process/single-sign-on";
import { A, Navigate, useNavigate, useSearchParams } from "@solidjs/router";
import { createSignal, For, type JSX, Match, onMount, Show, Switch } from "solid-js";
import { pendingLinkQuery, ssoOfAddressQuery, useBeginSso } from "../data/people/single-sign-on.ts";
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
import { LinkStep } from "./sign-in/link-step.tsx";

/** Split into parts, so that no option breaks across lines. */
const CREATE_COMMAND = [
  "pnpm ops tenant create",
  '--name "Acme"',
  "--country AU",
  "--zone Australia/Sydney",
  "--owner ada@example.com",
];

/** Signs in: with the password or through an identity provider, then with a second factor where the person has one. */
export default function SignInPage(): JSX.Element {
  const me = useQuery(meQuery);
  const pending = useQuery(pendingQuery);
  const link = useQuery(pendingLinkQuery);
  return (
    <Switch fallback={<PasswordStep />}>
      <Match when={!me.data && pending.data}>{(waiting) => <SecondStep pending={waiting().pending} />}</Match>
      <Match when={!me.data && link.data}>{(waiting) => <LinkStep link={waiting()} />}</Match>
    </Switch>
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
      lead="The first step is done. Now give your second factor, within ten minutes."
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
  const [search] = useSearchParams<{ next?: string; sso?: string }>();
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  const front = useQuery(frontQuery);
  const signIn = useSignIn();
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  /** The address as it was left: the server is not asked at each key. */
  const [left, setLeft] = createSignal("");
  const provider = useQuery(() => ssoOfAddressQuery(left()));
  const sso = useBeginSso();
  const [wantsPassword, setWantsPassword] = createSignal(false);
  const mode = () =>
    left() === email().trim() && provider.isSuccess ? (provider.data?.mode ?? "off") : "off";
  const isRequired = () => mode() === "required" && !wantsPassword();
  const continueAtProvider = () => sso.mutate({ email: email().trim(), next: nextAddress(search.next) });
  let first!: HTMLDivElement;
  onMount(() => first.querySelector("input")?.focus());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (signIn.isPending || sso.isPending) return;
    if (isRequired()) return continueAtProvider();
    const onSuccess = (arrival: object) => {
      if (!("pending" in arrival)) navigate(nextAddress(search.next), { replace: true });
    };
    signIn.mutate({ email: email().trim(), password: password() }, { onSuccess });
  };
  const problem = () => {
    if (sso.isError) return sentenceOf(sso.error);
    if (signIn.isError) return sentenceOf(signIn.error);
    return singleSignOnProblem(search.sso) ?? undefined;
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
              onBlur={() => setLeft(email().trim())}
              // A password manager fills the field without entering it.
              onChange={() => setLeft(email().trim())}
            />
          </div>
          <Show when={mode() !== "off"}>
            <Button
              look={isRequired() ? "primary" : "secondary"}
              pending={sso.isPending}
              onClick={continueAtProvider}
            >
              Continue with single sign-on
            </Button>
          </Show>
          <Show
            when={!isRequired()}
            fallback={
              <p class="text-[0.8125rem] text-muted">
                Your organisation requires single sign-on.{" "}
                <button type="button" class="text-accent underline" onClick={() => setWantsPassword(true)}>
                  Owners: use the password
                </button>
              </p>
            }
          >
            <TextField
              label="Password"
              type="password"
              autocomplete="current-password"
              required
              value={password()}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          </Show>
          <FormProblem text={problem()} />
          <Show when={!isRequired()}>
            <Button type="submit" look="primary" pending={signIn.isPending}>
              Sign in
            </Button>
          </Show>
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
