import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { Campaign } from "../../data/campaigns.ts";
import { audiencesQuery } from "../../data/contacts/audiences.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Select } from "../../ui/controls/field.tsx";

/** The saved audience of a campaign, with the version that its launch froze. */
export function SavedAudience(props: {
  audience: Extract<Campaign["audience"], { kind: "saved" }>;
}): JSX.Element {
  const audiences = useQuery(audiencesQuery);
  const known = () =>
    (audiences.isSuccess ? audiences.data : []).find(({ id }) => id === props.audience.audienceId);
  const name = () => props.audience.frozen?.name ?? known()?.name ?? "Removed audience";
  return (
    <>
      <Show when={known()} fallback={name()}>
        <A href={`/audiences/${props.audience.audienceId}`} class="text-accent hover:underline">
          {name()}
        </A>
      </Show>
      <span class="text-muted">
        {props.audience.frozen ? `, version ${props.audience.frozen.version}` : ", as it is at the launch"}
      </span>
    </>
  );
}

/** The choice of a saved audience. */
export function SavedAudienceField(props: { id: string; onChange: (id: string) => void }): JSX.Element {
  const audiences = useQuery(audiencesQuery);
  const list = () => (audiences.isSuccess ? audiences.data : []);
  return (
    <Show
      when={!audiences.isSuccess || list().length > 0}
      fallback={
        <p class="text-muted">
          No audience is saved yet.{" "}
          <A href="/audiences/new" class="text-accent hover:underline">
            Make one
          </A>
          .
        </p>
      }
    >
      <Select
        label="Audience"
        fieldClass="max-w-md"
        value={props.id}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        <option value="">Choose an audience</option>
        <Show when={props.id !== "" && !list().some(({ id }) => id === props.id)}>
          <option value={props.id} selected>
            Removed audience
          </option>
        </Show>
        <For each={list()}>
          {({ id, name }) => (
            <option value={id} selected={id === props.id}>
              {name}
            </option>
          )}
        </For>
      </Select>
    </Show>
  );
}
