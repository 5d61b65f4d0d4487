import { type JSX, Show } from "solid-js";
import { alertCountQuery } from "../../data/alerts.ts";
import { useQuery } from "../../data/use-query.ts";
import { countOf } from "../../ui/format.ts";
import { Badge } from "../../ui/status.tsx";

/** How many alerts want somebody to act; nothing where there are none. */
export function AlertCount(): JSX.Element {
  const query = useQuery(alertCountQuery);
  // Read only once it is there: reading it earlier would suspend the menu.
  const counts = () => (query.isPending ? undefined : query.data);
  const all = () => (counts()?.critical ?? 0) + (counts()?.warning ?? 0);
  return (
    <Show when={all() > 0}>
      <span class="ml-auto">
        <Badge tone={counts()!.critical > 0 ? "danger" : "warn"}>
          {all()}
          <span class="sr-only">{countOf(all(), "open alert").replace(/^\S+/, "")}</span>
        </Badge>
      </span>
    </Show>
  );
}
