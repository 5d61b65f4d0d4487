import { createSignal, type JSX, Show } from "solid-js";
import {
  type LinkSettings,
  useSetLinkDomain,
  useVerifyLinkDomain,
} from "../../../data/campaigns/short-links.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { Fact, Facts } from "../../../ui/page.tsx";
import { notifyDone } from "../../../ui/toast.tsx";

/** The organisation's own domain of short links: entered, recorded in DNS, verified. */
export function LinkDomain(props: { settings: LinkSettings }): JSX.Element {
  const denied = useDenied();
  const set = useSetLinkDomain();
  const verify = useVerifyLinkDomain();
  const [typed, setTyped] = createSignal("");
  const isBusy = () => set.isPending || verify.isPending;
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isBusy() && typed().trim() !== "") set.mutate(typed(), { onSuccess: () => setTyped("") });
  };
  const problem = () => {
    if (verify.isError) return sentenceOf(verify.error);
    return set.isError ? sentenceOf(set.error) : undefined;
  };
  return (
    <div class="grid gap-4 border-t border-line pt-5">
      <div>
        <h3 class="font-medium">Domain of short links</h3>
        <p class="mt-1 text-muted wrap-anywhere">
          New campaigns use {props.settings.base}/l/… The length counts in every text.
        </p>
      </div>
      <Show
        when={props.settings.domain}
        fallback={
          <form onSubmit={add} class="flex flex-wrap items-end gap-2" noValidate>
            <TextField
              label="Your domain"
              placeholder="go.example.com"
              fieldClass="min-w-0 grow"
              disabled={Boolean(denied("settings.write"))}
              value={typed()}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
            <Button type="submit" pending={set.isPending} denied={denied("settings.write")}>
              Add domain
            </Button>
          </form>
        }
      >
        {(domain) => (
          <>
            <Facts>
              <Fact term="Domain">
                {domain()}: {props.settings.domainVerifiedAt ? "verified" : "not verified, not used yet"}
              </Fact>
              <Show when={!props.settings.domainVerifiedAt && props.settings.record}>
                {(record) => (
                  <>
                    <Fact term="1. Add this TXT record">
                      <code class="wrap-anywhere">{record().name}</code>
                    </Fact>
                    <Fact term="with this value">
                      <code class="wrap-anywhere">{record().value}</code>
                    </Fact>
                    <Fact term="2. Point the domain here">
                      A CNAME or address record to this server, and the domain in its reverse proxy.
                    </Fact>
                  </>
                )}
              </Show>
            </Facts>
            <div class="flex flex-wrap gap-2">
              <Show when={!props.settings.domainVerifiedAt}>
                <Button
                  pending={verify.isPending}
                  denied={denied("settings.write")}
                  onClick={() =>
                    verify.mutate(undefined, { onSuccess: () => notifyDone("Domain verified.") })
                  }
                >
                  Check domain
                </Button>
              </Show>
              <Button
                pending={set.isPending}
                denied={denied("settings.write")}
                onClick={() => set.mutate(null)}
              >
                Remove domain
              </Button>
            </div>
          </>
        )}
      </Show>
      <FormProblem text={problem()} />
    </div>
  );
}
