import { createSignal, For, type JSX, Match, onMount, Show, Switch } from "solid-js";
import { type Proof, passkeyProblem, signWithPasskey } from "../../data/people/second-factor.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { CodeField } from "../../ui/controls/code-field.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";

type Way = Proof["kind"];
/** What the person can give. */
export type Ways = Record<"totp" | "passkey" | "recoveryCodes" | "password", boolean>;

const OTHER: Record<Way, string> = {
  totp: "Use a code from your app",
  passkey: "Use a passkey",
  "recovery-code": "Use a recovery code",
  password: "Use your password",
};

const waysOf = (ways: Ways): Way[] => [
  ...(ways.passkey ? (["passkey"] as const) : []),
  ...(ways.totp ? (["totp"] as const) : []),
  ...(ways.recoveryCodes ? (["recovery-code"] as const) : []),
  ...(ways.password ? (["password"] as const) : []),
];

/** Asks for one proof of who is there: a code, a passkey, a recovery code or the password. */
export function ProofForm(props: {
  ways: Ways;
  action: string;
  /** Asks the server what a passkey has to sign. */
  challenge: () => Promise<Parameters<typeof signWithPasskey>[0]>;
  give: (proof: Proof) => Promise<unknown>;
  children?: JSX.Element;
}): JSX.Element {
  const all = () => waysOf(props.ways);
  const [chosen, setChosen] = createSignal<Way | null>(null);
  const way = () => chosen() ?? all()[0] ?? "totp";
  const [text, setText] = createSignal("");
  const [pending, setPending] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  let form!: HTMLFormElement;
  const focus = () => queueMicrotask(() => form.querySelector<HTMLElement>("input, button")?.focus());
  onMount(focus);
  const choose = (next: Way) => {
    setChosen(next);
    setText("");
    setProblem(undefined);
    focus();
  };
  const proof = async (): Promise<Proof> => {
    const kind = way();
    if (kind === "passkey") return signWithPasskey(await props.challenge());
    return kind === "password" ? { kind, password: text() } : { kind, code: text() };
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (pending()) return;
    setPending(true);
    setProblem(undefined);
    try {
      await props.give(await proof());
    } catch (error) {
      setProblem(passkeyProblem(error) ?? sentenceOf(error));
      setText("");
    } finally {
      setPending(false);
    }
  };
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} class="grid gap-4">
      <Switch>
        <Match when={way() === "totp"}>
          <CodeField value={text()} onInput={setText} />
        </Match>
        <Match when={way() === "recovery-code"}>
          <TextField
            label="Recovery code"
            hint="One of the ten codes that you kept. Each works once."
            autocomplete="off"
            required
            class="font-mono"
            value={text()}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </Match>
        <Match when={way() === "password"}>
          <TextField
            label="Password"
            type="password"
            autocomplete="current-password"
            required
            value={text()}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </Match>
        <Match when={way() === "passkey"}>
          <p class="text-muted">Your browser asks for your fingerprint, face, PIN or security key.</p>
        </Match>
      </Switch>
      <FormProblem text={problem()} />
      <Button type="submit" look="primary" pending={pending()}>
        {way() === "passkey" ? "Use a passkey" : props.action}
      </Button>
      <Show when={all().length > 1 || props.children}>
        <div class="flex flex-wrap gap-x-4 gap-y-1">
          <For each={all().filter((other) => other !== way())}>
            {(other) => (
              <Button look="quiet" size="small" onClick={() => choose(other)}>
                {OTHER[other]}
              </Button>
            )}
          </For>
          {props.children}
        </div>
      </Show>
    </form>
  );
}
