import { languageTag } from "@smscrm/core/text/language";
import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import type { CampaignInput } from "../../../../data/campaigns.ts";
import { Button } from "../../../../ui/controls/button.tsx";
import { Dialog } from "../../../../ui/controls/dialog.tsx";
import { TextField } from "../../../../ui/controls/field.tsx";
import { languageName } from "../../../../ui/words/language-words.ts";
import { BodyEditor } from "../body-editor.tsx";
import { TextAdvice } from "../text-advice.tsx";
import { useTextParts } from "./snippet-texts.ts";

/** A text in its languages: `body` is the default, whose tag `language` may be empty. */
export type LanguageForm = Required<Pick<CampaignInput, "body" | "language" | "texts">>;

/** Languages that are offered by name; any other tag can be typed. */
const USUAL = [
  "en",
  "fr",
  "fr-CA",
  "es",
  "de",
  "it",
  "nl",
  "pt",
  "pt-BR",
  "zh-Hans",
  "zh-Hant",
  "hi",
  "ar",
  "vi",
  "mi",
  "sm",
  "to",
];

/** Returns the text that is open, with its tag. `open`: a tag, or empty for the default. */
export const openText = (form: LanguageForm, open: string): { body: string; language: string } =>
  form.texts.find((text) => text.language === open) ?? { body: form.body, language: form.language };

/** Edits a text in each of its languages, one at a time. */
export function LanguageTexts(props: {
  form: LanguageForm;
  /** The language that is open: a tag, or empty for the default. */
  open: string;
  onOpen: (language: string) => void;
  smartEncoding: boolean;
  linkBase?: string | null;
  error?: string | undefined;
  onForm: (change: Partial<LanguageForm>) => void;
  onSmartEncoding: (on: boolean) => void;
}): JSX.Element {
  const parts = useTextParts();
  const [asking, setAsking] = createSignal<"add" | "default">();
  const shown = () => openText(props.form, props.open);
  const isDefault = () => !props.form.texts.some(({ language }) => language === props.open);
  const write = (body: string) =>
    isDefault()
      ? props.onForm({ body })
      : props.onForm({
          texts: props.form.texts.map((text) => (text.language === props.open ? { ...text, body } : text)),
        });
  const add = (language: string) => {
    props.onForm({ texts: [...props.form.texts, { language, body: "" }] });
    props.onOpen(language);
  };
  const remove = () => {
    const { open } = props;
    props.onForm({ texts: props.form.texts.filter(({ language }) => language !== open) });
    props.onOpen("");
  };
  const taken = () => [props.form.language, ...props.form.texts.map(({ language }) => language)];
  return (
    <div class="grid gap-4">
      <div class="flex flex-wrap items-center gap-2">
        <fieldset class="flex flex-wrap gap-2">
          <legend class="sr-only">Language of the text</legend>
          <For each={["", ...props.form.texts.map(({ language }) => language)]}>
            {(tag) => (
              <button
                type="button"
                aria-pressed={tag === "" ? isDefault() : tag === props.open}
                onClick={() => props.onOpen(tag)}
                class={`rounded-full border px-3 py-1 text-[0.8125rem] ${(tag === "" ? isDefault() : tag === props.open) ? "border-accent font-semibold text-accent" : "border-edge"}`}
              >
                {tag === "" ? defaultName(props.form.language) : languageName(tag)}
              </button>
            )}
          </For>
        </fieldset>
        <Button
          size="small"
          icon="plus"
          onClick={() => setAsking(props.form.language === "" ? "default" : "add")}
        >
          Add a language
        </Button>
        <Show when={!isDefault()}>
          <Button size="small" look="quiet" icon="trash" onClick={remove}>
            Remove this language
          </Button>
        </Show>
      </div>
      <BodyEditor
        body={shown().body}
        expanded={parts.expanded(shown().body, shown().language)}
        smartEncoding={props.smartEncoding}
        linkBase={props.linkBase ?? null}
        customFields={parts.names()}
        error={props.error}
        onBody={write}
        onSmartEncoding={props.onSmartEncoding}
      />
      <TextAdvice body={parts.expanded(shown().body, shown().language)} />
      <AskLanguage
        open={asking() === "default"}
        title="Which language is the text that you have?"
        description="People whose language has no text get this one."
        taken={[]}
        action="Continue"
        onClose={() => setAsking(undefined)}
        onLanguage={(language) => {
          props.onForm({ language });
          setAsking("add");
        }}
      />
      <AskLanguage
        open={asking() === "add"}
        title="Add a language"
        description="Each person gets the text of their language, as set under Templates → Languages."
        taken={taken()}
        action="Add"
        onClose={() => setAsking(undefined)}
        onLanguage={(language) => {
          setAsking(undefined);
          add(language);
        }}
      />
    </div>
  );
}

const defaultName = (tag: string): string => (tag === "" ? "Default" : `${languageName(tag)}, default`);

/** Asks for a language by name or tag. */
function AskLanguage(props: {
  open: boolean;
  title: string;
  description: string;
  taken: readonly string[];
  action: string;
  onClose: () => void;
  onLanguage: (tag: string) => void;
}): JSX.Element {
  const id = createUniqueId();
  const [typed, setTyped] = createSignal("");
  const tag = createMemo(() => {
    const named = USUAL.find((one) => languageName(one).toLowerCase() === typed().trim().toLowerCase());
    return named ?? languageTag(typed());
  });
  const fault = () => {
    const found = tag();
    if (found === null) return "Choose a language, or type its tag such as fr or fr-CA";
    return props.taken.includes(found) ? "There is a text in this language already" : undefined;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found = tag();
    if (found === null || fault()) return;
    setTyped("");
    props.onLanguage(found);
  };
  return (
    <Dialog open={props.open} onClose={props.onClose} title={props.title} description={props.description}>
      <form onSubmit={submit} class="grid gap-4" noValidate>
        <TextField
          label="Language"
          hint="A language from the list, or a tag such as fr-CA."
          list={id}
          autocomplete="off"
          value={typed()}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <datalist id={id}>
          <For each={USUAL.filter((one) => !props.taken.includes(one))}>
            {(one) => <option value={languageName(one)} />}
          </For>
        </datalist>
        <div class="flex flex-wrap justify-end gap-2">
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button type="submit" look="primary" denied={fault()}>
            {props.action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
