import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import {
  type TemplatePage,
  templateQuery,
  useCreateTemplate,
  useRemoveTemplate,
  useUpdateTemplate,
} from "../../data/campaigns/templates.ts";
import type { ContactRow } from "../../data/contacts/contacts.ts";
import { codeOf, sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button, LinkButton } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Checkbox, TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { languageName } from "../../ui/words/language-words.ts";
import { LanguageTexts, openText } from "../campaigns/editor/languages/language-texts.tsx";
import { PreviewCard } from "../campaigns/editor/preview-card.tsx";
import { ChangeOwner } from "./owner.tsx";
import { type Use, UseList, Uses } from "./uses.tsx";

export default function TemplatePageView(): JSX.Element {
  const params = useParams<{ id: string }>();
  return (
    <Show when={params.id === "new" ? null : params.id} fallback={<Editor />} keyed>
      {(id) => <Saved id={id} />}
    </Show>
  );
}

function Saved(props: { id: string }): JSX.Element {
  const query = useQuery(() => templateQuery(props.id));
  return (
    <Loaded query={query} page>
      {(template) => <Editor template={template()} onReload={() => query.refetch()} />}
    </Loaded>
  );
}

const formOf = (template: TemplatePage | undefined) => ({
  name: template?.name ?? "",
  body: template?.body ?? "",
  language: template?.language ?? "",
  texts: structuredClone(unwrap(template?.texts ?? [])),
  smartEncoding: template?.smartEncoding ?? true,
  version: template?.version ?? 0,
});

function Editor(props: { template?: TemplatePage; onReload?: () => unknown }): JSX.Element {
  const denied = useDenied();
  const navigate = useNavigate();
  const create = useCreateTemplate();
  const update = useUpdateTemplate();
  const [open, setOpen] = createSignal("");
  const languages = () => ({ body: form.body, language: form.language, texts: form.texts });
  const shown = () => openText(languages(), open());
  const [form, setForm] = createStore(formOf(props.template));
  const [contact, setContact] = createSignal<ContactRow | null>(null);
  const reload = async () => {
    update.reset();
    await props.onReload?.();
    setForm(reconcile(formOf(props.template)));
  };
  const problem = () => (create.isError ? create.error : update.isError ? update.error : undefined);
  const fault = () => {
    if (denied("campaigns.write")) return denied("campaigns.write");
    if (form.name.trim() === "") return "Give the template a name";
    if (form.body.trim() === "") return "Write a message";
    const blank = form.texts.find(({ body }) => body.trim() === "");
    return blank ? `Write the text in ${languageName(blank.language)}, or remove it` : undefined;
  };
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (fault() || create.isPending || update.isPending) return;
    const { version, ...text } = structuredClone(unwrap(form));
    if (!props.template) {
      create.mutate(text, {
        onSuccess: ({ id }) => {
          notifyDone("Template saved.");
          navigate(`/templates/${id}`, { replace: true });
        },
      });
      return;
    }
    update.mutate(
      { ...text, id: props.template.id, version },
      {
        onSuccess: (saved) => {
          setForm("version", saved.version);
          notifyDone(`Saved as version ${saved.version}.`);
        },
      },
    );
  };
  return (
    <>
      <PageHead
        title={props.template?.name ?? "New template"}
        back={{ href: "/templates", label: "Templates" }}
        lead={
          <Show when={props.template}>
            {(template) => (
              <>
                Version {template().version} · Owner: {template().owner ?? "a former member"}
              </>
            )}
          </Show>
        }
        actions={<Show when={props.template}>{(template) => <Actions template={template()} />}</Show>}
      />
      <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <form onSubmit={save} class="grid min-w-0 gap-6" noValidate>
          <Card title="Message">
            <div class="grid gap-5">
              <TextField
                label="Name"
                hint="Only your team sees it."
                maxLength={80}
                value={form.name}
                onInput={(event) => setForm("name", event.currentTarget.value)}
              />
              <LanguageTexts
                form={languages()}
                open={open()}
                onOpen={setOpen}
                smartEncoding={form.smartEncoding}
                onForm={(change) => setForm(change)}
                onSmartEncoding={(on) => setForm("smartEncoding", on)}
              />
              <Checkbox
                label="Smart encoding"
                hint="Replaces curly quotes and similar characters with plain ones, so that a segment holds 160 characters."
                checked={form.smartEncoding}
                onChange={(event) => setForm("smartEncoding", event.currentTarget.checked)}
              />
            </div>
          </Card>
          <FormProblem text={problem() ? sentenceOf(problem()) : undefined} />
          <div class="flex flex-wrap gap-2">
            <Button
              type="submit"
              look="primary"
              pending={create.isPending || update.isPending}
              denied={fault()}
            >
              Save template
            </Button>
            <Show when={update.isError && codeOf(update.error) === "CONFLICT"}>
              <Button onClick={() => void reload()}>Show their version</Button>
            </Show>
          </div>
        </form>
        <div class="grid min-w-0 gap-6">
          <PreviewCard
            body={shown().body}
            language={shown().language}
            smartEncoding={form.smartEncoding}
            audience={{ kind: "all" }}
            contact={contact()}
            onContact={setContact}
          />
          <Show when={props.template}>
            {(template) => (
              <>
                <Uses uses={usesOf(template())} none="No campaign or flow began with it yet." />
                <Versions
                  template={template()}
                  onUse={({ body, language, texts }) => {
                    setOpen("");
                    setForm({ body, language, texts: structuredClone(unwrap(texts)) });
                  }}
                />
              </>
            )}
          </Show>
        </div>
      </div>
    </>
  );
}

const OPEN = ["draft", "scheduled"];

function Actions(props: { template: TemplatePage }): JSX.Element {
  const denied = useDenied();
  const navigate = useNavigate();
  const remove = useRemoveTemplate();
  const [removing, setRemoving] = createSignal(false);
  const open = () =>
    usesOf(props.template).filter(({ kind, status }) => kind === "flow" || OPEN.includes(status));
  const take = () =>
    remove.mutate(props.template.id, {
      onSuccess: () => {
        notifyDone("Template removed.");
        navigate("/templates");
      },
    });
  return (
    <>
      <ChangeOwner of="templates" id={props.template.id} ownerId={props.template.ownerId} />
      <Button icon="trash" denied={denied("campaigns.write")} onClick={() => setRemoving(true)}>
        Remove…
      </Button>
      <LinkButton
        href={`/campaigns/new?template=${props.template.id}`}
        denied={denied("campaigns.write")}
        icon="send"
      >
        Use in a campaign
      </LinkButton>
      <Confirm
        open={removing()}
        onClose={() => setRemoving(false)}
        title={`Remove ${props.template.name}?`}
        action="Remove template"
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={take}
      >
        <p>Campaigns that began with it keep their text.</p>
        <Show when={open().length > 0}>
          <p>These may still be sent:</p>
          <UseList uses={open()} />
        </Show>
      </Confirm>
    </>
  );
}

const usesOf = ({ uses }: TemplatePage): Use[] =>
  uses.map(({ version, ...use }) => ({ ...use, ...(version !== null && { note: `version ${version}` }) }));

type Version = TemplatePage["versions"][number];

function Versions(props: { template: TemplatePage; onUse: (version: Version) => void }): JSX.Element {
  const denied = useDenied();
  return (
    <Card title="Versions" hint="A campaign keeps the version that it began with.">
      <ul class="grid gap-3">
        <For each={props.template.versions}>
          {(one) => (
            <li class="min-w-0 text-[0.8125rem]">
              <b class="font-semibold">Version {one.version}</b>{" "}
              <span class="text-muted">
                <Moment at={one.createdAt} /> · {one.createdBy ?? "–"}
              </span>
              <span class="block text-muted wrap-anywhere whitespace-pre-wrap">{one.body}</span>
              <For each={one.texts}>
                {(text) => (
                  <span class="block text-muted wrap-anywhere whitespace-pre-wrap">
                    {languageName(text.language)}: {text.body}
                  </span>
                )}
              </For>
              <Show when={one.version !== props.template.version}>
                <Button
                  size="small"
                  aria-label={`Edit from version ${one.version}`}
                  denied={denied("campaigns.write")}
                  onClick={() => props.onUse(one)}
                >
                  Edit from version {one.version}
                </Button>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </Card>
  );
}
