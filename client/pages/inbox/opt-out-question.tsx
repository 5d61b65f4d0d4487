import { createSignal, For, type JSX, Show } from "solid-js";
import { topicsQuery } from "../../data/contacts/consent.ts";
import { type ThreadMessage, useDecide } from "../../data/inbox.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Checkbox } from "../../ui/controls/field.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { subjectWords } from "../../ui/words/consent-words.ts";

type Decision = "opted-out" | "dismissed" | "preference";

const DONE = {
  "opted-out": "Opted out. This number will not be texted again.",
  dismissed: "Dismissed. This number can still be texted.",
  preference: "Saved. They get no more of these texts, and keep the rest.",
} as const satisfies Record<Decision, string>;

const DECIDED = {
  "opted-out": "Marked as an opt-out",
  dismissed: "Marked as not an opt-out",
  preference: "Their preference was saved",
} as const satisfies Record<Decision, string>;

/** Asks whether a reply is an opt-out, of all texts or of some. The answer and the name of the teammate are kept. */
export function OptOutQuestion(props: { message: ThreadMessage }): JSX.Element {
  const decide = useDecide();
  const denied = useDenied();
  const isPartial = () => props.message.kind === "partial-opt-out";
  const [choosing, setChoosing] = createSignal(false);
  const [refused, setRefused] = createSignal<string[]>(["marketing"]);
  const choose = (decision: Decision) =>
    decide.mutate(
      {
        id: props.message.id,
        decision,
        ...(decision === "preference" && { refuses: refused().map(toSubject) }),
      },
      {
        onSuccess: () => notifyDone(DONE[decision]),
        onError: (error) => notifyProblem(sentenceOf(error)),
      },
    );
  return (
    <Show
      when={!props.message.decision}
      fallback={<p class="text-xs text-muted">{DECIDED[props.message.decision ?? "dismissed"]}</p>}
    >
      <div class="grid gap-2.5 rounded-xl bg-warn-soft px-3.5 py-3">
        <p>
          <Show
            when={isPartial()}
            fallback={
              <>
                <strong class="font-semibold text-warn">Is this an opt-out?</strong> It sounds like one, but
                we aren’t sure. If they want no more texts, choose “Yes”. It takes effect immediately.
              </>
            }
          >
            <strong class="font-semibold text-warn">They may want only some of your texts.</strong> Choose
            what they don’t want. It takes effect immediately.
          </Show>
        </p>
        <Show when={isPartial() || choosing()}>
          <RefusedSubjects refused={refused()} onChange={setRefused} />
        </Show>
        <div class="flex flex-wrap gap-2">
          <Show
            when={isPartial() || choosing()}
            fallback={
              <Button size="small" denied={denied("doNotContact.add")} onClick={() => setChoosing(true)}>
                Only some texts…
              </Button>
            }
          >
            <Button
              size="small"
              look="primary"
              pending={decide.isPending}
              denied={denied("doNotContact.add") || (refused().length === 0 && "Choose what they don’t want")}
              onClick={() => choose("preference")}
            >
              Stop these texts
            </Button>
          </Show>
          <Button
            size="small"
            look="danger"
            pending={decide.isPending}
            denied={denied("doNotContact.add")}
            onClick={() => choose("opted-out")}
          >
            {isPartial() ? "Stop all texts" : "Yes, opt out"}
          </Button>
          <Button
            size="small"
            pending={decide.isPending}
            denied={denied("doNotContact.add")}
            onClick={() => choose("dismissed")}
          >
            No, dismiss
          </Button>
        </div>
      </div>
    </Show>
  );
}

function RefusedSubjects(props: { refused: string[]; onChange: (refused: string[]) => void }): JSX.Element {
  const topics = useQuery(topicsQuery);
  const subjects = () => {
    const named = topics.isSuccess ? topics.data.map((topic) => `marketing:${topic}`) : [];
    return ["marketing", ...named, "transactional", "service"];
  };
  const set = (key: string, on: boolean) =>
    props.onChange(on ? [...props.refused, key] : props.refused.filter((one) => one !== key));
  return (
    <fieldset class="grid gap-1.5">
      <legend class="mb-1 font-medium">They don’t want</legend>
      <For each={subjects()}>
        {(key) => (
          <Checkbox
            label={subjectWords(key)}
            checked={props.refused.includes(key)}
            onChange={(event) => set(key, event.currentTarget.checked)}
          />
        )}
      </For>
    </fieldset>
  );
}

function toSubject(key: string) {
  const [purpose, ...rest] = key.split(":");
  const topic = rest.length > 0 ? rest.join(":") : null;
  return { purpose: purpose as "marketing" | "transactional" | "service", topic };
}
