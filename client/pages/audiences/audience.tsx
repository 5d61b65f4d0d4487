import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import { audienceSentence } from "@smscrm/core/audiences/words";
import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import {
  type AudiencePage,
  audienceQuery,
  useCreateAudience,
  useRemoveAudience,
  useUpdateAudience,
} from "../../data/contacts/audiences.ts";
import { startAudience } from "../../data/contacts/exports.ts";
import { fieldsQuery } from "../../data/contacts/fields.ts";
import { codeOf, sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { ExportButton } from "../../shell/export-button.tsx";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { NEW_AUDIENCE } from "./conditions.ts";
import { GroupEditor } from "./group-editor.tsx";
import { useAudienceNames } from "./names.ts";
import { ResultCard } from "./result-card.tsx";

export default function AudienceEditPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  return (
    <Show when={params.id === "new" ? null : params.id} fallback={<Editor />} keyed>
      {(id) => <Saved id={id} />}
    </Show>
  );
}

function Saved(props: { id: string }): JSX.Element {
  const query = useQuery(() => audienceQuery(props.id));
  return (
    <Loaded query={query} page>
      {(audience) => <Editor audience={audience()} onReload={() => query.refetch()} />}
    </Loaded>
  );
}

function Editor(props: { audience?: AudiencePage; onReload?: () => unknown }): JSX.Element {
  const denied = useDenied();
  const navigate = useNavigate();
  const fields = useQuery(fieldsQuery);
  const create = useCreateAudience();
  const update = useUpdateAudience();
  const copyOf = (audience: AudiencePage | undefined): AudienceGroup =>
    structuredClone(audience ? unwrap(audience.definition) : NEW_AUDIENCE) as AudienceGroup;
  const [form, setForm] = createStore({
    name: props.audience?.name ?? "",
    definition: copyOf(props.audience),
    version: props.audience?.version ?? 0,
  });
  const reload = async () => {
    update.reset();
    await props.onReload?.();
    const { audience } = props;
    if (audience)
      setForm(reconcile({ name: audience.name, definition: copyOf(audience), version: audience.version }));
  };
  const problem = () => (create.isError ? create.error : update.isError ? update.error : undefined);
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (denied("contacts.write") || create.isPending || update.isPending) return;
    const draft = { name: form.name, definition: unwrap(form.definition) as AudienceGroup };
    if (!props.audience) {
      create.mutate(draft, {
        onSuccess: ({ id }) => {
          notifyDone("Audience saved.");
          navigate(`/audiences/${id}`, { replace: true });
        },
      });
      return;
    }
    update.mutate(
      { ...draft, id: props.audience.id, version: form.version },
      {
        onSuccess: ({ version }) => {
          setForm("version", version);
          notifyDone("Audience saved.");
        },
      },
    );
  };
  return (
    <>
      <PageHead
        title={props.audience?.name ?? "New audience"}
        back={{ href: "/audiences", label: "Audiences" }}
        actions={<Show when={props.audience}>{(audience) => <Actions audience={audience()} />}</Show>}
      />
      <div class="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <form onSubmit={save} class="grid min-w-0 gap-6" noValidate>
          <Card title="Conditions">
            <div class="grid gap-5">
              <TextField
                label="Name"
                maxLength={80}
                value={form.name}
                onInput={(event) => setForm("name", event.currentTarget.value)}
              />
              <GroupEditor
                group={form.definition}
                fields={fields.isSuccess ? fields.data : []}
                self={props.audience?.id}
                depth={1}
                onChange={(definition) => setForm("definition", reconcile(definition, { merge: false }))}
              />
            </div>
          </Card>
          <FormProblem text={problem() ? sentenceOf(problem()) : undefined} />
          <div class="flex flex-wrap gap-2">
            <Button
              type="submit"
              look="primary"
              pending={create.isPending || update.isPending}
              denied={
                denied("contacts.write") || (form.name.trim() === "" ? "Give the audience a name" : undefined)
              }
            >
              Save audience
            </Button>
            <Show when={update.isError && codeOf(update.error) === "CONFLICT"}>
              <Button onClick={() => void reload()}>Show their version</Button>
            </Show>
          </div>
        </form>
        <div class="grid min-w-0 gap-6">
          <ResultCard definition={form.definition} self={props.audience?.id} />
          <Show when={props.audience}>{(audience) => <Versions audience={audience()} />}</Show>
        </div>
      </div>
    </>
  );
}

function Actions(props: { audience: AudiencePage }): JSX.Element {
  const denied = useDenied();
  const navigate = useNavigate();
  const remove = useRemoveAudience();
  const [removing, setRemoving] = createSignal(false);
  const take = () =>
    remove.mutate(props.audience.id, {
      onSuccess: () => {
        notifyDone("Audience removed.");
        navigate("/audiences");
      },
    });
  return (
    <>
      <ExportButton start={(format) => startAudience(props.audience.id, format)} />
      <Button icon="trash" denied={denied("contacts.write")} onClick={() => setRemoving(true)}>
        Remove…
      </Button>
      <Confirm
        open={removing()}
        onClose={() => setRemoving(false)}
        title={`Remove ${props.audience.name}?`}
        action="Remove audience"
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={take}
      >
        <p>Its contacts stay. Campaigns that were launched to it keep their recipients.</p>
      </Confirm>
    </>
  );
}

function Versions(props: { audience: AudiencePage }): JSX.Element {
  const names = useAudienceNames();
  return (
    <Card title="Versions" hint="A launched campaign keeps the version of its launch.">
      <ul class="grid gap-3">
        <For each={props.audience.versions}>
          {(one) => (
            <li class="min-w-0 text-[0.8125rem]">
              <b class="font-semibold">Version {one.version}</b>{" "}
              <span class="text-muted">
                <Moment at={one.createdAt} /> · {one.createdBy ?? "–"}
              </span>
              <span class="block text-muted wrap-anywhere">{audienceSentence(one.definition, names())}</span>
            </li>
          )}
        </For>
      </ul>
    </Card>
  );
}
