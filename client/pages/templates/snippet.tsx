import { segments } from "@smscrm/core/text/segments";
import { SNIPPET_BODY_MAX, SNIPPET_PREFIX, snippetName } from "@smscrm/core/text/snippets";
import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import {
  type SnippetPage,
  type SnippetVariant,
  shippedTextsQuery,
  snippetQuery,
  useCreateSnippet,
  useRemoveSnippet,
  useUpdateSnippet,
} from "../../data/campaigns/snippets.ts";
import { codeOf, sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextArea, TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { countOf } from "../../ui/words/format.ts";
import { typicalText } from "../campaigns/editor/typical-values.ts";
import { ChangeOwner } from "./owner.tsx";
import { canonicalTexts, languagesProblemOfTag, readersOf } from "./snippet-form.ts";
import { UseList, Uses } from "./uses.tsx";

export default function SnippetPageView(): JSX.Element {
  const params = useParams<{ id: string }>();
  return (
    <Show when={params.id === "new" ? null : params.id} fallback={<Editor />} keyed>
      {(id) => <Saved id={id} />}
    </Show>
  );
}

function Saved(props: { id: string }): JSX.Element {
  const query = useQuery(() => snippetQuery(props.id));
  return (
    <Loaded query={query} page>
      {(snippet) => <Editor snippet={snippet()} onReload={() => query.refetch()} />}
    </Loaded>
  );
}

const formOf = (snippet: SnippetPage | undefined) => ({
  name: snippet?.name ?? "",
  version: snippet?.version ?? 0,
  texts: (snippet
    ? structuredClone(unwrap(snippet.texts))
    : [{ country: "", language: "", body: "" }]) as SnippetVariant[],
});

function Editor(props: { snippet?: SnippetPage; onReload?: () => unknown }): JSX.Element {
  const denied = useDenied();
  const navigate = useNavigate();
  const create = useCreateSnippet();
  const update = useUpdateSnippet();
  const [form, setForm] = createStore(formOf(props.snippet));
  const problem = () => (create.isError ? create.error : update.isError ? update.error : undefined);
  const fault = () => {
    if (denied("campaigns.write")) return denied("campaigns.write");
    if (snippetName(form.name) === "") return "Give the snippet a name";
    if (form.texts.some(({ body }) => body.trim() === "")) return "Write each text, or remove its row";
    return languagesProblemOfTag(form.texts);
  };
  const reload = async () => {
    update.reset();
    await props.onReload?.();
    setForm(reconcile(formOf(props.snippet)));
  };
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (fault() || create.isPending || update.isPending) return;
    const { name, version } = form;
    const texts = canonicalTexts(unwrap(form.texts));
    if (!props.snippet) {
      create.mutate(
        { name, texts },
        {
          onSuccess: ({ id }) => {
            notifyDone("Snippet saved.");
            navigate(`/templates/snippets/${id}`, { replace: true });
          },
        },
      );
      return;
    }
    update.mutate(
      { id: props.snippet.id, version, texts },
      {
        onSuccess: (saved) => {
          setForm("version", saved.version);
          notifyDone("Snippet saved.");
        },
      },
    );
  };
  const shipped = useQuery(shippedTextsQuery);
  const fillShipped = () => {
    if (shipped.isSuccess)
      setForm({ name: shipped.data.name, texts: structuredClone([...unwrap(shipped.data.texts)]) });
  };
  return (
    <>
      <PageHead
        title={props.snippet ? `{{${SNIPPET_PREFIX}${props.snippet.name}}}` : "New snippet"}
        windowTitle={props.snippet?.name ?? "New snippet"}
        back={{ href: "/templates/snippets", label: "Snippets" }}
        lead={
          <Show when={props.snippet}>
            {(snippet) => (
              <>
                Version {snippet().version} · Owner: {snippet().owner ?? "a former member"}
              </>
            )}
          </Show>
        }
        actions={
          <Show
            when={props.snippet}
            fallback={
              <Button denied={denied("campaigns.write")} pending={shipped.isPending} onClick={fillShipped}>
                Use the opt-out sentences
              </Button>
            }
          >
            {(snippet) => (
              <>
                <ChangeOwner of="snippets" id={snippet().id} ownerId={snippet().ownerId} />
                <Remove snippet={snippet()} />
              </>
            )}
          </Show>
        }
      />
      <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <form onSubmit={save} class="grid min-w-0 gap-6" noValidate>
          <Show when={!props.snippet}>
            <Card title="Name">
              <TextField
                label="Name"
                hint={`In texts it stands as {{${SNIPPET_PREFIX}${snippetName(form.name) || "signature"}}}. The name can’t be changed later.`}
                maxLength={40}
                value={form.name}
                onInput={(event) => setForm("name", event.currentTarget.value)}
              />
            </Card>
          </Show>
          <Card
            title="Texts"
            hint="Each person gets the text for their country and language. A country comes before a language."
          >
            <ul class="grid gap-6">
              <For each={form.texts}>
                {(text, at) => (
                  <li class="grid gap-3">
                    <Variant
                      text={text}
                      onChange={(change) => setForm("texts", at(), change)}
                      onRemove={() => setForm("texts", (all) => all.filter((_, index) => index !== at()))}
                    />
                  </li>
                )}
              </For>
            </ul>
            <div class="mt-5">
              <Button
                icon="plus"
                onClick={() => setForm("texts", (all) => [...all, { country: "", language: "", body: "" }])}
              >
                Add a text
              </Button>
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
              Save snippet
            </Button>
            <Show when={update.isError && codeOf(update.error) === "CONFLICT"}>
              <Button onClick={() => void reload()}>Show their version</Button>
            </Show>
          </div>
        </form>
        <div class="grid min-w-0 gap-6">
          <Card title="When a change takes effect">
            <p>
              A launch keeps the snippets as they are at that moment. A change reaches drafts and scheduled
              campaigns, and ends their approvals: what was approved is not what would go.
            </p>
          </Card>
          <Show when={props.snippet}>
            {(snippet) => <Uses uses={snippet().uses} none="No text that may still be sent contains it." />}
          </Show>
        </div>
      </div>
    </>
  );
}

function Variant(props: {
  text: SnippetVariant;
  onChange: (change: Partial<SnippetVariant>) => void;
  onRemove: () => void;
}): JSX.Element {
  const readers = () => readersOf(props.text);
  const count = () => segments(typicalText(props.text.body, location.origin)).unitsUsed;
  return (
    <>
      <div class="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Country"
          hint="Two letters, such as CA. Empty: any"
          maxLength={2}
          value={props.text.country}
          onInput={(event) => props.onChange({ country: event.currentTarget.value })}
        />
        <TextField
          label="Language"
          hint="A tag, such as fr. Empty: any"
          maxLength={11}
          value={props.text.language}
          onInput={(event) => props.onChange({ language: event.currentTarget.value })}
        />
      </div>
      <TextArea
        label={`Text ${readers()}`}
        rows={2}
        maxLength={SNIPPET_BODY_MAX}
        hint={`${countOf(count(), "character")}, using typical values`}
        value={props.text.body}
        onInput={(event) => props.onChange({ body: event.currentTarget.value })}
      />
      <div>
        <Button
          size="small"
          look="quiet"
          icon="trash"
          aria-label={`Remove the text ${readers()}`}
          onClick={() => props.onRemove()}
        >
          Remove
        </Button>
      </div>
    </>
  );
}

function Remove(props: { snippet: SnippetPage }): JSX.Element {
  const denied = useDenied();
  const navigate = useNavigate();
  const remove = useRemoveSnippet();
  const [open, setOpen] = createSignal(false);
  const isUsed = () => props.snippet.uses.length > 0;
  const take = () =>
    remove.mutate(props.snippet.id, {
      onSuccess: () => {
        notifyDone("Snippet removed.");
        navigate("/templates/snippets");
      },
    });
  return (
    <>
      <Button icon="trash" denied={denied("campaigns.write")} onClick={() => setOpen(true)}>
        Remove…
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title={`Remove ${props.snippet.name}?`}
        action="Remove snippet"
        pending={remove.isPending}
        denied={isUsed() ? "Take it out of these texts first" : undefined}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={take}
      >
        <Show when={isUsed()} fallback={<p>Campaigns that were launched with it keep its text.</p>}>
          <p>These texts contain it. Take it out there first.</p>
          <UseList uses={props.snippet.uses} />
        </Show>
      </Confirm>
    </>
  );
}
