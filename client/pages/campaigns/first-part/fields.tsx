import type { Canary } from "@smscrm/core/campaigns/first-part/first-part";
import { type JSX, Show } from "solid-js";
import type { CampaignInput } from "../../../data/campaigns.ts";
import { Checkbox, TextField } from "../../../ui/controls/field.tsx";

const USUAL: Canary = { percent: 1, watchMinutes: 30 };

/** Whether a few go first, how many, and for how long they are watched. */
export function FirstPartFields(props: {
  draft: CampaignInput;
  fault: string | undefined;
  onChange: (change: Partial<CampaignInput>) => void;
}): JSX.Element {
  const change = (part: Partial<Canary>) =>
    props.onChange({ canary: { ...(props.draft.canary ?? USUAL), ...part } });
  return (
    <div class="grid gap-5">
      <Checkbox
        label="Send to a few first"
        hint="The rest goes automatically if failures, opt-outs and complaints are as usual. Otherwise it is held, and your team gets an alert."
        checked={Boolean(props.draft.canary)}
        onChange={(event) => props.onChange({ canary: event.currentTarget.checked ? USUAL : null })}
      />
      <Show when={props.draft.canary}>
        {(canary) => (
          <div class="grid gap-5 sm:grid-cols-2">
            <TextField
              label="Send first to (%)"
              type="number"
              inputMode="numeric"
              min={1}
              max={50}
              step={1}
              hint="Of the audience, at least 50 contacts. They are chosen at random."
              value={canary().percent}
              error={props.fault}
              onInput={(event) => change({ percent: Number(event.currentTarget.value) })}
            />
            <TextField
              label="Watch for (minutes)"
              type="number"
              inputMode="numeric"
              min={5}
              max={1_440}
              step={1}
              hint="Counted from when the last of them is sent."
              value={canary().watchMinutes}
              onInput={(event) => change({ watchMinutes: Number(event.currentTarget.value) })}
            />
          </div>
        )}
      </Show>
    </div>
  );
}
