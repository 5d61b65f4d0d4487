import { languageTag } from "@smscrm/core/text/language";
import { For, type JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { languagesQuery, useUpdateLanguages } from "../../data/campaigns/snippets.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import type { Answer, trpc } from "../../data/transport/trpc.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Select, TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { TemplateTabs } from "./template-tabs.tsx";

/** Where contacts' languages come from. */
export default function LanguagesPage(): JSX.Element {
  const query = useQuery(languagesQuery);
  return (
    <>
      <PageHead
        title="Languages"
        lead="Each person gets a text in their language, if a campaign has one. Nothing is guessed from a number unless you set it here."
      />
      <TemplateTabs />
      <Loaded query={query}>{(languages) => <Form languages={languages()} />}</Loaded>
    </>
  );
}

type Languages = Answer<typeof trpc.languages.get>;

function Form(props: { languages: Languages }): JSX.Element {
  const denied = useDenied();
  const update = useUpdateLanguages();
  const [form, setForm] = createStore({
    field: props.languages.field ?? "",
    rows: Object.entries(props.languages.byCountry).map(([country, language]) => ({ country, language })),
  });
  const fault = () => {
    if (denied("settings.write")) return denied("settings.write");
    const countries = form.rows.map(({ country }) => country.trim().toUpperCase());
    if (countries.some((country) => !/^[A-Z]{2}$/.test(country)))
      return "Write each country in two letters, such as CA";
    if (new Set(countries).size < countries.length) return "Each country can have one language";
    return form.rows.some(({ language }) => languageTag(language) === null)
      ? "Write each language as a tag, such as fr or fr-CA"
      : undefined;
  };
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (fault() || update.isPending) return;
    const rows = form.rows.map(({ country, language }) => [
      country.trim().toUpperCase(),
      languageTag(language)!,
    ]);
    update.mutate(
      { field: form.field || null, byCountry: Object.fromEntries(rows) },
      { onSuccess: () => notifyDone("Languages saved. They count from the next launch.") },
    );
  };
  return (
    <form onSubmit={save} class="grid max-w-3xl gap-6" noValidate>
      <Card title="Field">
        <Select
          label="The field that says a contact’s language"
          hint="It holds a tag such as en, fr-CA or mi. “French” is no tag: such a contact gets the default text, and the review counts them."
          value={form.field}
          onChange={(event) => setForm("field", event.currentTarget.value)}
        >
          <option value="" selected={form.field === ""}>
            None
          </option>
          <For each={props.languages.fields}>
            {({ name, label }) => (
              <option value={name} selected={name === form.field}>
                {label}
              </option>
            )}
          </For>
        </Select>
      </Card>
      <Card
        title="By country"
        hint="For contacts whose field is blank, by the country of their number. A person may speak another language: leave it out where you are not sure."
      >
        <ul class="grid gap-4 empty:hidden">
          <For each={form.rows}>
            {(row, at) => (
              <li class="flex flex-wrap items-end gap-3">
                <TextField
                  label="Country"
                  fieldClass="w-28"
                  maxLength={2}
                  value={row.country}
                  onInput={(event) => setForm("rows", at(), "country", event.currentTarget.value)}
                />
                <TextField
                  label="Language"
                  fieldClass="w-40"
                  maxLength={11}
                  value={row.language}
                  onInput={(event) => setForm("rows", at(), "language", event.currentTarget.value)}
                />
                <Button
                  look="quiet"
                  icon="trash"
                  aria-label={`Remove ${row.country || "this country"}`}
                  onClick={() => setForm("rows", (rows) => rows.filter((_, index) => index !== at()))}
                >
                  Remove
                </Button>
              </li>
            )}
          </For>
        </ul>
        <div class="mt-4">
          <Button
            icon="plus"
            onClick={() => setForm("rows", (rows) => [...rows, { country: "", language: "" }])}
          >
            Add a country
          </Button>
        </div>
      </Card>
      <FormProblem text={update.isError ? sentenceOf(update.error) : undefined} />
      <div>
        <Button type="submit" look="primary" pending={update.isPending} denied={fault()}>
          Save languages
        </Button>
      </div>
    </form>
  );
}
