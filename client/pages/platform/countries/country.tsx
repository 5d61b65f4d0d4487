import { A, useParams } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import {
  type CountryRules,
  countryRulesQuery,
  type RulePart,
  type RuleVersion,
} from "../../../data/rules/law.ts";
import { draftsQuery, type ListedDraft } from "../../../data/rules/law-drafts.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card, Fact, Facts, PageHead } from "../../../ui/page.tsx";
import { Badge, WordsBadge } from "../../../ui/status.tsx";
import { Table, Under } from "../../../ui/table.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { WeekWords } from "../../../ui/time/week-words.tsx";
import { changeState } from "../../rules/state-words.ts";
import { ExportButton } from "./export-button.tsx";
import { PartDialog } from "./part-dialog.tsx";
import { PART_WORDS, PARTS, STATE_WORDS } from "./part-words.ts";
import { WithdrawDialog } from "./withdraw-dialog.tsx";

const BACK = { href: "/platform/countries", label: "Countries" };

/** The rules of one country: what is in force, where it comes from, and what is missing. */
export default function CountryPage(): JSX.Element {
  const params = useParams<{ country: string }>();
  const query = useQuery(() => countryRulesQuery(params.country));
  return (
    <Loaded query={query}>
      {(rules) => (
        <>
          <PageHead
            title={rules().law.name}
            back={BACK}
            lead={`${rules().law.country} · ${rules().law.zones.join(", ")}`}
            actions={<ExportButton country={rules().law.country} />}
          />
          <div class="grid gap-6">
            <MissingCard rules={rules()} />
            <NowCard rules={rules()} />
            <PartsCard rules={rules()} />
            <DraftsCard country={rules().law.country} />
            <VersionsCard rules={rules()} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function MissingCard(props: { rules: CountryRules }): JSX.Element {
  const sentences = () => [...props.rules.law.missing, ...props.rules.advice];
  return (
    <Show when={sentences().length > 0}>
      <Card title="What is missing" hint="pnpm ops law check says the same.">
        <ul class="grid list-disc gap-1.5 pl-5">
          <For each={sentences()}>{(sentence) => <li class="wrap-anywhere">{sentence}</li>}</For>
        </ul>
      </Card>
    </Show>
  );
}

function NowCard(props: { rules: CountryRules }): JSX.Element {
  const law = () => props.rules.law;
  const national = () => law().rules.filter(({ region }) => region === null);
  return (
    <Card title="In force now">
      <Facts>
        <For each={national()}>
          {(rule) => (
            <Fact term={rule.basis === "statute" ? "Hours by law" : "Recommended hours"}>
              <WeekWords week={rule.week} />
              <Under>
                {rule.law}
                {rule.holidays === "as usual" ? "" : ". Other hours, or none, on public holidays"}
              </Under>
            </Fact>
          )}
        </For>
        <Fact term="Consent">{law().consent}</Fact>
        <Fact term="Price">
          {law().priced ? "Known" : <Badge tone="warn">None, so texts are refused</Badge>}
        </Fact>
      </Facts>
    </Card>
  );
}

interface PartRow {
  part: RulePart;
  own: RuleVersion | undefined;
  isShipped: boolean;
  isScheduled: boolean;
}

function PartsCard(props: { rules: CountryRules }): JSX.Element {
  const denied = useDenied();
  const [editing, setEditing] = createSignal<RulePart | null>(null);
  const [withdrawing, setWithdrawing] = createSignal<RulePart | null>(null);
  const rows = (): PartRow[] =>
    PARTS.map((part) => {
      const of = props.rules.versions.filter((version) => version.part === part);
      return {
        part,
        own: of.find(({ state, body }) => state === "in-force" && body !== null),
        isShipped: props.rules.parts.some((each) => each.part === part && each.shipped !== null),
        isScheduled: of.some(({ state }) => state === "scheduled"),
      };
    });
  const source = (row: PartRow) => (
    <Show
      when={row.own}
      fallback={<span class="text-muted">{row.isShipped ? "As shipped" : "Nothing is shipped"}</span>}
    >
      {(own) => (
        <>
          <a class="underline wrap-anywhere" href={own().source!} target="_blank" rel="noreferrer">
            {own().source}
          </a>
          <Under>
            Read {own().checkedOn}
            {own().note ? ` · ${own().note}` : ""}
          </Under>
        </>
      )}
    </Show>
  );
  const columns = [
    {
      head: "Rule",
      cell: (row: PartRow) => (
        <>
          <span class="font-medium">{PART_WORDS[row.part].label}</span>
          <Under>
            {row.own ? "Set here" : row.isShipped ? "As shipped" : "Nothing is shipped"}
            {row.isScheduled ? ", a change is scheduled" : ""}
          </Under>
        </>
      ),
    },
    { head: "Source", from: "md" as const, cell: source },
    {
      head: "Action",
      numeric: true,
      cell: (row: PartRow) => (
        <span class="flex flex-wrap justify-end gap-2">
          <Show when={row.own || row.isScheduled}>
            <Button
              size="small"
              denied={denied("platform.manage")}
              aria-label={`Use shipped ${PART_WORDS[row.part].label.toLowerCase()}`}
              onClick={() => setWithdrawing(row.part)}
            >
              Use shipped
            </Button>
          </Show>
          <Button
            size="small"
            icon="edit"
            denied={denied("platform.manage")}
            aria-label={`Change ${PART_WORDS[row.part].label.toLowerCase()}`}
            onClick={() => setEditing(row.part)}
          >
            Change
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Card
      title="Rules"
      hint="A change needs its source. Messages that are held keep the time that they were given, and are checked again then."
      flush
    >
      <Table caption="Rules" rows={rows()} columns={columns} />
      <Show when={editing()} keyed>
        {(part) => <PartDialog rules={props.rules} part={part} onClose={() => setEditing(null)} />}
      </Show>
      <WithdrawDialog rules={props.rules} part={withdrawing()} onClose={() => setWithdrawing(null)} />
    </Card>
  );
}

const DRAFT_COLUMNS = [
  {
    head: "Rule",
    cell: (row: ListedDraft) => (
      <>
        <A
          class="font-medium text-accent hover:underline"
          href={`/platform/countries/${row.country}/drafts/${row.id}`}
        >
          {PART_WORDS[row.part].label}
        </A>
        <Under>{row.note}</Under>
      </>
    ),
  },
  {
    head: "State",
    cell: (row: ListedDraft) => <Badge tone={changeState(row).tone}>{changeState(row).label}</Badge>,
  },
  { head: "Drafted", from: "sm" as const, cell: (row: ListedDraft) => <Moment at={row.draftedAt} /> },
  {
    head: "By",
    from: "md" as const,
    cell: (row: ListedDraft) => <span class="wrap-anywhere">{row.by}</span>,
  },
];

/** Changes that were drafted, each with what it would have changed. */
function DraftsCard(props: { country: string }): JSX.Element {
  const query = useQuery(() => draftsQuery(props.country));
  return (
    <Show when={(query.data?.length ?? 0) > 0}>
      <Card title="Drafts" hint="Nothing is sent differently until a draft is activated." flush>
        <Table caption="Drafts" rows={query.data!} columns={DRAFT_COLUMNS} />
      </Card>
    </Show>
  );
}

const VERSION_COLUMNS = [
  {
    head: "Rule",
    cell: (row: RuleVersion) => (
      <>
        <span class="font-medium">{PART_WORDS[row.part].label}</span>
        <Under>{row.body === null ? "As shipped" : `Revision ${row.revision}`}</Under>
      </>
    ),
  },
  { head: "State", cell: (row: RuleVersion) => <WordsBadge words={STATE_WORDS[row.state]} /> },
  { head: "Begins", from: "sm" as const, cell: (row: RuleVersion) => <Moment at={row.validFrom} /> },
  {
    head: "By",
    from: "md" as const,
    cell: (row: RuleVersion) => (
      <>
        <span class="wrap-anywhere">{row.by}</span>
        <Under>{row.note}</Under>
      </>
    ),
  },
];

function VersionsCard(props: { rules: CountryRules }): JSX.Element {
  return (
    <Show when={props.rules.versions.length > 0}>
      <Card title="Versions" hint="Each is kept, with its source and its dates." flush>
        <Table caption="Versions" rows={props.rules.versions} columns={VERSION_COLUMNS} />
      </Card>
    </Show>
  );
}
