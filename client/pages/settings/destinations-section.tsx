import type { DestinationChoice } from "@smscrm/core/time/destination-hours";
import { dayWords } from "@smscrm/core/time/week-schedule";
import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { type Destination, destinationsQuery, type Settings } from "../../data/settings.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Checkbox, Select } from "../../ui/controls/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { WeekWords } from "../../ui/time/week-words.tsx";
import { Section, SettingsForm } from "./section.tsx";

type Rule = Destination["rules"][number];

/** The hours that the law and good practice set in each country where the organisation sends. */
export function DestinationsSection(props: { settings: Settings }): JSX.Element {
  const denied = useDenied();
  const [added, setAdded] = createSignal<readonly string[]>([]);
  const [choices, setChoices] = createStore<Record<string, DestinationChoice>>({});
  const query = useQuery(() => destinationsQuery(added()));
  const change = () => ({ destinationHours: { ...props.settings.destinationHours, ...choices } });
  return (
    <Section
      id="destinations"
      title="Destinations"
      hint="Hours by country, in the recipient’s time. The law always applies; recommended hours apply on top of your sending hours."
    >
      <Loaded query={query}>
        {(loaded) => (
          <SettingsForm change={change} rules={({ destinationHours }) => ({ destinationHours })}>
            <ul class="grid gap-4">
              <For each={loaded().destinations}>
                {(destination) => (
                  <DestinationHours
                    destination={destination}
                    choice={choices[destination.country]}
                    disabled={Boolean(denied("settings.write"))}
                    onChoose={(choice) => setChoices(destination.country, choice)}
                  />
                )}
              </For>
            </ul>
            <Show when={!denied("settings.write")}>
              <Select
                label="Add a country"
                hint="To see its hours before you text there."
                value=""
                onChange={(event) => {
                  const { value } = event.currentTarget;
                  if (value) setAdded([...added(), value]);
                }}
              >
                <option value="">Choose a country</option>
                <For each={loaded().others}>
                  {({ country, name }) => <option value={country}>{name}</option>}
                </For>
              </Select>
            </Show>
          </SettingsForm>
        )}
      </Loaded>
    </Section>
  );
}

function DestinationHours(props: {
  destination: Destination;
  choice: DestinationChoice | undefined;
  disabled: boolean;
  onChoose: (choice: DestinationChoice) => void;
}): JSX.Element {
  const of = (basis: Rule["basis"]) => props.destination.rules.filter((rule) => rule.basis === basis);
  const checked = () =>
    props.choice === undefined ? props.destination.recommendedApply : props.choice === "recommended";
  return (
    <li class="grid gap-3 rounded-lg border border-line p-4">
      <h3 class="font-medium">
        {props.destination.name}
        <Show when={props.destination.isHome}>
          <span class="ml-2 text-sm font-normal text-muted">your country</span>
        </Show>
      </h3>
      <For each={of("statute")}>
        {(rule) => (
          <div>
            <p class="font-medium">By law</p>
            <RuleWords rule={rule} />
          </div>
        )}
      </For>
      <Show when={props.destination.regions.length > 0}>
        <details>
          <summary class="cursor-pointer text-muted">
            {props.destination.regions.length} rules for states, used where we know the state
          </summary>
          <ul class="mt-2 grid gap-2">
            <For each={props.destination.regions}>
              {(rule) => (
                <li>
                  <p class="font-medium">
                    {rule.name}, {rule.basis === "statute" ? "by law" : "recommended"}
                  </p>
                  <RuleWords rule={rule} />
                </li>
              )}
            </For>
          </ul>
        </details>
      </Show>
      <Show
        when={of("guidance").length + props.destination.regions.length > 0}
        fallback={<p class="text-muted">No recommended hours beside the law.</p>}
      >
        <Checkbox
          label="Use the recommended hours"
          hint={
            <For each={of("guidance")} fallback="Those of the states above.">
              {(rule) => <RuleWords rule={rule} />}
            </For>
          }
          checked={checked()}
          disabled={props.disabled}
          onChange={(event) => props.onChoose(event.currentTarget.checked ? "recommended" : "own")}
        />
      </Show>
    </li>
  );
}

function RuleWords(props: { rule: Rule }): JSX.Element {
  const holidays = () => {
    const { holidays: hours } = props.rule;
    if (hours === "as usual") return null;
    return `Public holidays ${dayWords(hours) ?? "no texts"}`;
  };
  return (
    <span class="block text-[0.8125rem] text-muted">
      <WeekWords week={props.rule.week} />
      <Show when={holidays()}>{(words) => <span class="block">{words()}</span>}</Show>
      <Show when={props.rule.capPerDay}>
        {(cap) => <span class="block">At most {cap()} texts to a number in 24 hours</span>}
      </Show>
      <span class="block">
        {props.rule.isDefault ? "Our default: nobody has looked this country up yet" : props.rule.law}.{" "}
        <Show when={!props.rule.isDefault}>
          <a class="underline" href={props.rule.source} target="_blank" rel="noreferrer">
            Source
          </a>
          , read {props.rule.checked}
        </Show>
      </span>
    </span>
  );
}
