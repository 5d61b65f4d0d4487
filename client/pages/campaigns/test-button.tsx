import { createSignal, type JSX, Match, Switch } from "solid-js";
import type { Campaign } from "../../data/campaigns.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Dialog } from "../../ui/controls/dialog.tsx";
import { Choices } from "../../ui/controls/field.tsx";
import { TestOnContact } from "./test/test-on-contact.tsx";
import { TestOnNumbers } from "./test/test-on-numbers.tsx";

type To = "contact" | "numbers";

/** Sends the campaign to a contact, or to test numbers with a contact's values. */
export function TestButton(props: { campaign: Campaign }): JSX.Element {
  const denied = useDenied();
  const [open, setOpen] = createSignal(false);
  const [to, setTo] = createSignal<To>("numbers");
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
          <Switch>
            <Match when={to() === "contact"}>
              <TestOnContact campaign={props.campaign} onClose={close} />
            </Match>
            <Match when={to() === "numbers"}>
              <TestOnNumbers campaign={props.campaign} onClose={close} />
            </Match>
          </Switch>
        </div>
      </Dialog>
    </>
  );
}
