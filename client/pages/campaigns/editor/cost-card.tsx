import { segments } from "@smscrm/core/text/segments";
import { createMemo, type JSX, Show } from "solid-js";
import { type Audience, audienceCountQuery } from "../../../data/campaigns.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useMe } from "../../../shell/session-context.tsx";
import { Card } from "../../../ui/page.tsx";
import { countOf, countryName, formatMoney } from "../../../ui/words/format.ts";
import { isChosen } from "./draft.ts";
import { typicalText } from "./typical-values.ts";

/** An estimate while the text is written. The preflight prices each contact by their own country and text. */
export function CostCard(props: { body: string; smartEncoding: boolean; audience: Audience }): JSX.Element {
  const me = useMe();
  const people = useQuery(() => ({
    ...audienceCountQuery(props.audience),
    enabled: isChosen(props.audience),
  }));
  const each = createMemo(() => {
    const text = typicalText(props.body, location.origin);
    const segmentMicros = people.isSuccess ? people.data.segmentMicros : null;
    if (segmentMicros === null) return null;
    return segmentMicros * segments(text, { smartEncoding: props.smartEncoding }).segments;
  });
  const contacts = () => (!isChosen(props.audience) || !people.isSuccess ? 0 : people.data.contacts);
  return (
    <Card title="Estimated cost">
      <Show
        when={each()}
        fallback={
          <p class="text-muted">
            {people.isSuccess
              ? `There is no price for ${countryName(me().tenant.country)}.`
              : "Loading the price…"}
          </p>
        }
      >
        {(price) => (
          <>
            <p class="text-2xl font-semibold tracking-tight">
              {formatMoney(price() * contacts(), me().tenant.currency)}
            </p>
            <p class="mt-1 text-muted">
              {formatMoney(price(), me().tenant.currency)} for each of {countOf(contacts(), "contact")}, at
              the price for {countryName(me().tenant.country)}. The review prices each contact.
            </p>
          </>
        )}
      </Show>
    </Card>
  );
}
