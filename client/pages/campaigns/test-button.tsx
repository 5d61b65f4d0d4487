import { variantName } from "@smscrm/core/campaigns/ab-test/ab-test";
import { createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import type { Campaign } from "../../data/campaigns.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Dialog } from "../../ui/controls/dialog.tsx";
import { Choices, Select } from "../../ui/controls/field.tsx";
import { languageName } from "../../ui/words/language-words.ts";
import { TestOnContact } from "./test/test-on-contact.tsx";
import { TestOnNumbers } from "./test/test-on-numbers.tsx";

type To = "contact" | "numbers";

/** Sends the campaign to a contact, or to test numbers with a contact's values. */
export function TestButton(props: { campaign: Campaign }): JSX.Element {
  const denied = useDenied();
  const [open, setOpen] = createSignal(false);
  const [to, setTo] = createSignal<To>("numbers");
  const [variant, setVariant] = createSignal(1);
  // Undefined: that of the person whose values the test has.
  const [language, setLanguage] = createSignal<string>();
  const languages = () => props.campaign.texts.filter((text) => text.variant === 1 && text.language !== "");
  const close = () => setOpen(false);
  return (
    <>
      <Button icon="phone" denied={denied("campaigns.test")} onClick={() => setOpen(true)}>
        Test…
      </Button>
      <Dialog
        open={open()}
        onClose={close}
        title="Send a test"
        description="The same checks and price apply. The campaign stays a draft."
      >
        <div class="grid gap-4">
          <Choices
            legend="Send to"
            value={to()}
            options={[
              { value: "numbers", label: "Test numbers", hint: "Yours and your teammates’ phones" },
              { value: "contact", label: "A contact", hint: "With their own values" },
            ]}
            onChange={setTo}
          />
          <Show when={props.campaign.abTest}>
            {(test) => (
              <Select
                label="Text"
                value={variant()}
                onChange={(event) => setVariant(Number(event.currentTarget.value))}
              >
                <For each={[1, ...test().texts.map((_, at) => at + 2)]}>
                  {(each) => <option value={each}>Text {variantName(each)}</option>}
                </For>
              </Select>
            )}
          </Show>
          <Show when={languages().length > 0}>
            <Select
              label="Language"
              onChange={(event) =>
                setLanguage(event.currentTarget.value === "own" ? undefined : event.currentTarget.value)
              }
            >
              <option value="own">As this person gets it</option>
              <option value="">{languageName(props.campaign.language)}, default</option>
              <For each={languages()}>
                {(text) => <option value={text.language}>{languageName(text.language)}</option>}
              </For>
            </Select>
          </Show>
          {/* Another text is another test, so it begins with new ids. */}
          <Show when={variant()} keyed>
            {(text) => (
              <Switch>
                <Match when={to() === "contact"}>
                  <TestOnContact
                    campaign={props.campaign}
                    variant={text}
                    language={language()}
                    onClose={close}
                  />
                </Match>
                <Match when={to() === "numbers"}>
                  <TestOnNumbers
                    campaign={props.campaign}
                    variant={text}
                    language={language()}
                    onClose={close}
                  />
                </Match>
              </Switch>
            )}
          </Show>
        </div>
      </Dialog>
    </>
  );
}
