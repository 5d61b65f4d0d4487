import { type JSX, Show } from "solid-js";
import { alertCountQuery } from "../../data/alerts.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Badge } from "../../ui/status.tsx";
import { countOf } from "../../ui/words/format.ts";

/** The number of open alerts that need action. Shows nothing when there are none. */
export function AlertCount(): JSX.Element {
  const query = useQuery(alertCountQuery);

  const counts = () => query.data;
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
