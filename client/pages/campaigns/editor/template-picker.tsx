import { createSignal, For, type JSX, Show } from "solid-js";
import { unwrap } from "solid-js/store";
import { type TemplateRow, templatesQuery } from "../../../data/campaigns/templates.ts";
import type { CampaignInput } from "../../../data/campaigns.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { Select } from "../../../ui/controls/field.tsx";

export type TemplatedText = Pick<CampaignInput, "body" | "language" | "texts" | "smartEncoding" | "template">;

/** Begins a text with a template. The campaign keeps a copy, and says when the template has a newer version. */
export function TemplatePicker(props: {
  text: TemplatedText;
  onText: (text: TemplatedText) => void;
}): JSX.Element {
  const templates = useQuery(templatesQuery);
  const list = () => (templates.isSuccess ? templates.data : []);
  const chosen = () => props.text.template ?? null;
  const known = () => list().find(({ id }) => id === chosen()?.id);
  const [replaced, setReplaced] = createSignal<TemplatedText>();
  const use = ({ id, version, body, language, texts, smartEncoding }: TemplateRow) => {
    const { text } = props;
    // The old text can be brought back: nobody is asked first.
    setReplaced(text.body.trim() === "" || text.body === body ? undefined : { ...text });
    props.onText({
      ...{ body, language, smartEncoding, template: { id, version } },
      texts: structuredClone(unwrap(texts)),
    });
  };
  const choose = (id: string) => {
    const template = list().find((one) => one.id === id);
    if (template) use(template);
    else props.onText({ ...props.text, template: null });
  };
  const undo = (text: TemplatedText) => {
    setReplaced(undefined);
    props.onText(text);
  };
  return (
    <Show when={list().length > 0 || chosen()}>
      <div class="grid gap-2">
        <Select
          label="Template"
          fieldClass="max-w-md"
          value={chosen()?.id ?? ""}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="" selected={!chosen()}>
            No template
          </option>
          <Show when={chosen() && !known() ? chosen() : null}>
            {(gone) => (
              <option value={gone().id} selected>
                Removed template
              </option>
            )}
          </Show>
          <For each={list()}>
            {({ id, name }) => (
              <option value={id} selected={id === chosen()?.id}>
                {name}
              </option>
            )}
          </For>
        </Select>
        <div role="status" class="grid gap-2 empty:hidden">
          <Show when={newer(known(), chosen())}>
            {(template) => (
              <p class="flex flex-wrap items-center gap-2 text-[0.8125rem] text-muted">
                This text began with version {chosen()?.version}.
                <Button size="small" onClick={() => use(template())}>
                  Use version {template().version}
                </Button>
              </p>
            )}
          </Show>
          <Show when={replaced()}>
            {(text) => (
              <p class="flex flex-wrap items-center gap-2 text-[0.8125rem] text-muted">
                Your text was replaced.
                <Button size="small" onClick={() => undo(text())}>
                  Undo
                </Button>
              </p>
            )}
          </Show>
        </div>
      </div>
    </Show>
  );
}

const newer = (known: TemplateRow | undefined, chosen: { version: number } | null) =>
  known && chosen && known.version > chosen.version ? known : null;
