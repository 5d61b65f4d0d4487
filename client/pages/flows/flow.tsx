import type { FlowDefinition } from "@smscrm/core/flows/definition";
import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import {
  type FlowPage,
  flowQuery,
  useCreateFlow,
  useMoveFlow,
  useSaveFlow,
  useTurnOnFlow,
} from "../../data/campaigns/flows.ts";
import { audiencesQuery } from "../../data/contacts/audiences.ts";
import { topicsQuery } from "../../data/contacts/consent.ts";
import { fieldsQuery } from "../../data/contacts/fields.ts";
import { assigneesQuery } from "../../data/inbox.ts";
import { codeOf, sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, Notice, PageHead } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { flowState } from "./flow-words.ts";
import { ForecastCard } from "./forecast-card.tsx";
import { FlowPeople } from "./people-card.tsx";
import { StepList } from "./step-list.tsx";
import { TriggerFields } from "./trigger-fields.tsx";
import { FlowVersions } from "./versions-card.tsx";

export default function FlowPageView(): JSX.Element {
  const params = useParams<{ id: string }>();
  return (
    <Show when={params.id === "new" ? null : params.id} fallback={<Editor />} keyed>
      {(id) => <Saved id={id} />}
    </Show>
  );
}

function Saved(props: { id: string }): JSX.Element {
  const query = useQuery(() => flowQuery(props.id));
  return (
    <Loaded query={query} page>
      {(flow) => <Editor flow={flow()} onReload={() => query.refetch()} />}
    </Loaded>
  );
}

const BLANK: FlowDefinition = {
  ...{ trigger: { kind: "keyword", keyword: "" }, purpose: "marketing", topic: null, steps: [] },
};

const formOf = (flow: FlowPage | undefined) => ({
  name: flow?.name ?? "",
  definition: structuredClone(unwrap(flow?.draft) ?? BLANK) as FlowDefinition,
  updatedAt: flow?.updatedAt ?? "",
});

function Editor(props: { flow?: FlowPage; onReload?: () => unknown }): JSX.Element {
  const denied = useDenied();
  const navigate = useNavigate();
  const create = useCreateFlow();
  const save = useSaveFlow();
  const fields = useQuery(fieldsQuery);
  const topics = useQuery(topicsQuery);
  const audiences = useQuery(audiencesQuery);
  const members = useQuery(assigneesQuery);
  const [form, setForm] = createStore(formOf(props.flow));
  const [changed, setChanged] = createSignal(false);
  const change = (next: Partial<FlowDefinition>) => {
    setChanged(true);
    setForm(
      "definition",
      reconcile({ ...unwrap(form.definition), ...next } as FlowDefinition, { merge: false }),
    );
  };
  const reload = async () => {
    save.reset();
    await props.onReload?.();
    setForm(reconcile(formOf(props.flow)));
    setChanged(false);
  };
  const problem = () => (create.isError ? create.error : save.isError ? save.error : undefined);
  const fault = () => {
    if (denied("campaigns.write")) return denied("campaigns.write");
    if (props.flow?.status === "stopped") return "This flow was stopped for good";
    if (form.name.trim() === "") return "Give the flow a name";
    return form.definition.steps.length === 0 ? "Add a step" : undefined;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (fault() || create.isPending || save.isPending) return;
    const { name, definition, updatedAt } = structuredClone(unwrap(form));
    if (!props.flow) {
      create.mutate(
        { name, definition },
        {
          onSuccess: ({ id }) => {
            notifyDone("Flow saved.");
            navigate(`/flows/${id}`, { replace: true });
          },
        },
      );
      return;
    }
    save.mutate(
      { id: props.flow.id, name, definition, updatedAt },
      {
        onSuccess: (saved) => {
          setForm("updatedAt", saved.updatedAt);
          setChanged(false);
          notifyDone("Flow saved.");
        },
      },
    );
  };
  return (
    <>
      <PageHead
        title={props.flow?.name ?? "New flow"}
        back={{ href: "/flows", label: "Flows" }}
        status={
          <Show when={props.flow}>
            {(flow) => <Badge tone={flowState(flow()).tone}>{flowState(flow()).label}</Badge>}
          </Show>
        }
        lead="Each person goes through a flow once. STOP, or an opt-out of any kind, ends every flow for them at once."
        actions={<Show when={props.flow}>{(flow) => <Actions flow={flow()} changed={changed()} />}</Show>}
      />
      <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <form onSubmit={submit} class="grid min-w-0 gap-6" noValidate>
          <Card title="Start">
            <div class="grid gap-5">
              <TextField
                label="Name"
                hint="Only your team sees it."
                maxLength={80}
                value={form.name}
                onInput={(event) => {
                  setChanged(true);
                  setForm("name", event.currentTarget.value);
                }}
              />
              <TriggerFields
                definition={form.definition}
                fields={fields.isSuccess ? fields.data : []}
                topics={topics.isSuccess ? topics.data : []}
                audiences={audiences.isSuccess ? audiences.data : []}
                onChange={change}
              />
            </div>
          </Card>
          <Card title="Steps" hint="A message is sent when its checks allow. Waits count from then.">
            <StepList
              steps={form.definition.steps}
              around={{
                fields: fields.isSuccess ? fields.data : [],
                assignees: members.isSuccess ? members.data : [],
              }}
              depth={1}
              onChange={(steps) => change({ steps })}
            />
          </Card>
          <FormProblem text={problem() ? sentenceOf(problem()) : undefined} />
          <div class="flex flex-wrap gap-2">
            <Button
              type="submit"
              look="primary"
              pending={create.isPending || save.isPending}
              denied={fault()}
            >
              Save flow
            </Button>
            <Show when={save.isError && codeOf(save.error) === "CONFLICT"}>
              <Button onClick={() => void reload()}>Show their version</Button>
            </Show>
          </div>
        </form>
        <Show when={props.flow}>
          {(flow) => (
            <div class="grid min-w-0 gap-6">
              <Show when={!changed() && flow().faults.length > 0}>
                <Notice tone="warn" title="Before it can be turned on">
                  <ul class="list-disc pl-5">
                    <For each={flow().faults}>{(sentence) => <li>{sentence}</li>}</For>
                  </ul>
                </Notice>
              </Show>
              <ForecastCard flow={flow()} denied={changed() ? "Save the flow first" : flow().faults[0]} />
              <FlowVersions flow={flow()} />
              <FlowPeople flow={flow()} />
            </div>
          )}
        </Show>
      </div>
    </>
  );
}

function Actions(props: { flow: FlowPage; changed: boolean }): JSX.Element {
  const denied = useDenied();
  const turnOn = useTurnOnFlow();
  const move = useMoveFlow();
  const [asking, setAsking] = createSignal<"on" | "stop" | null>(null);
  const isOn = () => props.flow.status === "live" && !props.flow.isHeldByRestore;
  const isPaused = () => props.flow.status === "paused" || props.flow.isHeldByRestore;
  const to = (next: "pause" | "resume" | "stop", done: string) =>
    move.mutate(
      { id: props.flow.id, to: next },
      {
        onSuccess: () => {
          setAsking(null);
          notifyDone(done);
        },
        onError: (error) => notifyProblem(sentenceOf(error)),
      },
    );
  const on = () =>
    turnOn.mutate(
      { id: props.flow.id, updatedAt: props.flow.updatedAt },
      {
        onSuccess: ({ version }) => {
          setAsking(null);
          notifyDone(`Version ${version} is on.`);
        },
      },
    );
  const deniedOn = () =>
    denied("campaigns.launch") ?? (props.changed ? "Save the flow first" : props.flow.faults[0]);
  return (
    <Show when={props.flow.status !== "stopped"}>
      <Button icon="stop" denied={denied("campaigns.stop")} onClick={() => setAsking("stop")}>
        Stop for good…
      </Button>
      <Show when={isOn()}>
        <Button
          icon="pause"
          pending={move.isPending}
          denied={denied("campaigns.stop")}
          onClick={() => to("pause", "Flow paused. Nobody enters, and its queued messages stay queued.")}
        >
          Pause
        </Button>
      </Show>
      <Show
        when={isPaused()}
        fallback={
          <Button icon="play" look="primary" denied={deniedOn()} onClick={() => setAsking("on")}>
            {props.flow.version === 0 ? "Turn on…" : "Turn on this version…"}
          </Button>
        }
      >
        <Button
          icon="play"
          look="primary"
          pending={move.isPending}
          denied={denied("campaigns.launch")}
          onClick={() => to("resume", "Flow resumed.")}
        >
          Resume
        </Button>
      </Show>
      <Confirm
        open={asking() === "on"}
        onClose={() => setAsking(null)}
        title={`Turn on ${props.flow.name}?`}
        action="Turn on"
        pending={turnOn.isPending}
        error={turnOn.isError ? sentenceOf(turnOn.error) : undefined}
        onConfirm={on}
      >
        <p>
          People enter from now on, each once. Messages go automatically, within your hours, caps and budgets.
          Those who are in an earlier version finish with it.
        </p>
      </Confirm>
      <Confirm
        open={asking() === "stop"}
        onClose={() => setAsking(null)}
        title={`Stop ${props.flow.name} for good?`}
        action="Stop flow"
        pending={move.isPending}
        onConfirm={() => to("stop", "Flow stopped.")}
      >
        <p>Everybody leaves it, and its queued messages are canceled. To stop for a while, pause it.</p>
      </Confirm>
    </Show>
  );
}
