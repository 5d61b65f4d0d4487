import { singleSignOnProblem } from "@smscrm/core/process/single-sign-on";
import { useSearchParams } from "@solidjs/router";
import { type JSX, onMount, Show } from "solid-js";
import { useProveAtProvider } from "../data/people/single-sign-on.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { Button } from "../ui/controls/button.tsx";
import { FormProblem } from "../ui/controls/form-problem.tsx";
import { FrontPage } from "../ui/front-page.tsx";
import { useTitle } from "../ui/page.tsx";

/** `/confirm`: leads to the identity provider for a fresh proof, and says how it went. */
export default function ConfirmPage(): JSX.Element {
  useTitle(() => "Confirm that it’s you");
  const [search] = useSearchParams<{ done?: string; sso?: string }>();
  const prove = useProveAtProvider();
  const problem = () =>
    prove.isError ? sentenceOf(prove.error) : (singleSignOnProblem(search.sso) ?? undefined);
  onMount(() => {
    if (!search.done && !search.sso) prove.mutate();
  });
  return (
    <FrontPage
      title={search.done ? "Confirmed" : "Confirm that it’s you"}
      lead={
        search.done
          ? "Go back to the other tab and continue. You can close this one."
          : "Your identity provider asks you to sign in again."
      }
    >
      <Show when={!search.done}>
        <div class="mt-5 grid gap-4">
          <FormProblem text={problem()} />
          <Button look="primary" pending={prove.isPending} onClick={() => prove.mutate()}>
            {problem() ? "Try again" : "Continue with single sign-on"}
          </Button>
        </div>
      </Show>
    </FrontPage>
  );
}
