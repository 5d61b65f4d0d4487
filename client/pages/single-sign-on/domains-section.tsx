import { createSignal, For, type JSX, Show } from "solid-js";
import {
  type ListedDomain,
  useAddDomain,
  useCheckDomain,
  useRemoveDomain,
} from "../../data/people/single-sign-on.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { Section } from "../settings/section.tsx";

/** The domains of the members' addresses. A domain leads to the provider once DNS shows that it is the organisation's. */
export function DomainsSection(props: { domains: readonly ListedDomain[] }): JSX.Element {
  const add = useAddDomain();
  const remove = useRemoveDomain();
  const [domain, setDomain] = createSignal("");
  const [removing, setRemoving] = createSignal<string | null>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate(domain(), { onSuccess: () => setDomain("") });
  };
  return (
    <Section
      id="domains"
      title="Email domains"
      hint="People with an address at a verified domain are offered single sign-on. A domain belongs to one organisation."
    >
      <ul class="mb-5 grid gap-4 empty:hidden">
        <For each={props.domains}>
          {(each) => <DomainLine domain={each} onRemove={() => setRemoving(each.domain)} />}
        </For>
      </ul>
      <form onSubmit={submit} class="grid gap-3" noValidate>
        <div class="flex flex-wrap items-end gap-2">
          <TextField
            label="Domain"
            fieldClass="min-w-0 flex-1 basis-48 max-w-xs"
            placeholder="example.com"
            autocomplete="off"
            value={domain()}
            onInput={(event) => setDomain(event.currentTarget.value)}
          />
          <Button type="submit" pending={add.isPending}>
            Add domain
          </Button>
        </div>
        <FormProblem text={add.isError ? sentenceOf(add.error) : undefined} />
      </form>
      <Confirm
        open={removing() !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing() ?? ""}?`}
        description="People with an address at this domain can no longer sign in with single sign-on."
        action="Remove"
        danger
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={() => remove.mutate(removing()!, { onSuccess: () => setRemoving(null) })}
      />
    </Section>
  );
}

function DomainLine(props: { domain: ListedDomain; onRemove: () => void }): JSX.Element {
  const check = useCheckDomain();
  return (
    <li class="border-b border-line pb-4">
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div class="min-w-0 flex-1 basis-48">
          <p class="font-medium wrap-anywhere">{props.domain.domain}</p>
          <p class="text-[0.8125rem] text-muted">
            <Show when={props.domain.verifiedAt} fallback="Not verified yet">
              {(at) => (
                <>
                  Verified <Moment at={at()} /> by{" "}
                  {props.domain.verifiedBy === "dns" ? "DNS" : "the platform operator"}
                </>
              )}
            </Show>
          </p>
        </div>
        <Show when={!props.domain.verifiedAt}>
          <Button
            size="small"
            pending={check.isPending}
            aria-label={`Verify ${props.domain.domain}`}
            onClick={() =>
              check.mutate(props.domain.domain, { onSuccess: () => notifyDone("Domain verified.") })
            }
          >
            Verify
          </Button>
        </Show>
        <Button
          size="small"
          look="quiet"
          aria-label={`Remove ${props.domain.domain}`}
          onClick={() => props.onRemove()}
        >
          Remove
        </Button>
      </div>
      <Show when={!props.domain.verifiedAt}>
        <p class="mt-3 mb-1.5">Add this TXT record to the domain’s DNS, then choose Verify:</p>
        <p class="rounded-lg bg-sunken px-3 py-2 font-mono text-[0.8125rem] wrap-anywhere select-all">
          {props.domain.record}
        </p>
        <div class="mt-3 empty:hidden">
          <FormProblem text={check.isError ? sentenceOf(check.error) : undefined} />
        </div>
      </Show>
    </li>
  );
}
