import { Navigate, useNavigate, useSearchParams } from "@solidjs/router";
import { createSignal, type JSX, onMount, Show } from "solid-js";
import { sentenceOf } from "../data/problem.ts";
import { meQuery, useSignIn } from "../data/session.ts";
import { useQuery } from "../data/use-query.ts";
import { nextAddress } from "../shell/next-address.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { useTitle } from "../ui/page.tsx";

export default function SignInPage(): JSX.Element {
  useTitle(() => "Sign in");
  const [search] = useSearchParams<{ next?: string }>();
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  const signIn = useSignIn();
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  let first!: HTMLDivElement;
  onMount(() => first.querySelector("input")?.focus());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (signIn.isPending) return;
    const onSuccess = () => navigate(nextAddress(search.next), { replace: true });
    signIn.mutate({ email: email().trim(), password: password() }, { onSuccess });
  };
  return (
    <Show when={!me.isSuccess || !me.data} fallback={<Navigate href={nextAddress(search.next)} />}>
      <main class="grid min-h-dvh place-items-center px-4 py-10">
        <div class="w-full max-w-sm">
          <div class="mb-8 flex items-center gap-3">
            <img src="/icon.svg" alt="" class="size-10" width="40" height="40" />
            <div>
              <p class="text-lg leading-tight font-semibold">smscrm</p>
              <p class="text-muted">Texts that go when they should</p>
            </div>
          </div>
          <div class="rounded-2xl border border-line bg-surface p-6 shadow-card">
            <h1 class="text-xl font-semibold tracking-tight">Sign in</h1>
            <Show when={search.next}>
              <p class="mt-1 text-muted">Sign in to go on where you were.</p>
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
              <Show when={signIn.isError}>
                <p role="alert" class="rounded-lg bg-danger-soft px-3 py-2 font-medium text-danger">
                  {sentenceOf(signIn.error)}
                </p>
              </Show>
              <Button type="submit" look="primary" pending={signIn.isPending}>
                Sign in
              </Button>
            </form>
          </div>
          <p class="mt-5 text-[0.8125rem] text-muted">
            The first start of a new system prints a demo sign-in where it was started. Otherwise ask an owner
            or admin of your organisation to add you.
          </p>
        </div>
      </main>
    </Show>
  );
}
