import { segments } from "@smscrm/core/text/segments";
import { createMemo, For, type JSX, Show } from "solid-js";
import { type Audience, audienceCountQuery } from "../../../data/campaigns.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useMe } from "../../../shell/session-context.tsx";
import { Card } from "../../../ui/page.tsx";
import { countOf, countryName, formatCount, formatMoney } from "../../../ui/words/format.ts";
import { audienceCost, type CountryCost } from "./audience-cost.ts";
import { isChosen } from "./draft.ts";
import { typicalText } from "./typical-values.ts";

const COUNTRIES_SHOWN = 4;

/** An estimate while the text is written. The preflight prices each contact by their own text, and leaves out who is not texted. */
export function CostCard(props: {
  body: string;
  smartEncoding: boolean;
  linkBase: string | null;
  audience: Audience;
}): JSX.Element {
  const me = useMe();
  const money = (micros: number) => formatMoney(micros, me().tenant.currency);
  const people = useQuery(() => ({
    ...audienceCountQuery(props.audience),
    enabled: isChosen(props.audience),
  }));
  const known = () =>
    isChosen(props.audience) && people.isSuccess ? people.data : { contacts: 0, countries: [] };
  const cost = createMemo(() => {
    const text = typicalText(props.body, location.origin, props.linkBase);
    return audienceCost(known().countries, segments(text, { smartEncoding: props.smartEncoding }).segments);
  });
  return (
    <Card title="Estimated cost">
      <p class="text-2xl font-semibold tracking-tight">{money(cost().totalMicros)}</p>
      <p class="mt-1 text-muted">
        For {countOf(known().contacts, "contact")}, before opt-out and consent checks. The review prices each
        contact.
      </p>
      <ul class="mt-3 grid gap-1 text-[0.8125rem] empty:hidden">
        <For each={cost().countries.slice(0, COUNTRIES_SHOWN)}>
          {(row) => <CountryLine row={row} money={money} />}
        </For>
        <Show when={cost().countries.length > COUNTRIES_SHOWN}>
          <li class="text-muted">
            and {countOf(cost().countries.length - COUNTRIES_SHOWN, "more country", "more countries")}
          </li>
        </Show>
      </ul>
    </Card>
  );
}

function CountryLine(props: { row: CountryCost; money: (micros: number) => string }): JSX.Element {
  return (
    <li class="flex justify-between gap-3">
      <span class="min-w-0 wrap-anywhere">
        {props.row.country === null ? "Unknown country" : countryName(props.row.country)}
      </span>
      <span class="shrink-0 text-muted tabular-nums">
        {formatCount(props.row.contacts)}
        {props.row.eachMicros === null
          ? " · no price, not texted"
          : ` × ${props.money(props.row.eachMicros)}`}
      </span>
    </li>
  );
}
