import { type ChosenText, chosenText } from "../campaigns/texts/chosen-text.ts";
import { type Allowances, evaluateMessage, type MessageFacts } from "../gates/index.ts";
import {
  type Candidate,
  type CompiledCampaign,
  campaignFor,
  factsFor,
  messageFor,
  type PreparedText,
  type TenantRules,
  type TextValues,
  textFor,
} from "../gates/message-facts.ts";
import { createConsentFindings } from "./consent-findings.ts";
import { createLint } from "./cost-lint.ts";
import { orderFreeVerdicts } from "./order-free.ts";
import { createSuppressionFindings } from "./suppression-findings.ts";
import { createTally, type RefusedAgain } from "./tally.ts";
import { createTextFindings } from "./texts/text-findings.ts";

/** People of one class whose text is the same. All people of a class are alike to the gates. */
export interface PeopleAlike {
  /** The class's key. */
  alike: string;
  /** Of the first of them. */
  contactId: string;
  count: number;
  /** The merge values of the text. */
  values: TextValues;
  /** One person of the class. */
  candidate: Candidate;
}

interface Checking {
  campaign: CompiledCampaign;
  rules: TenantRules;
  allowances: Allowances;
  now: Date;
  viewerZone: string;
  /** An example of the opt-out link, which is as long for everyone. */
  optOutLink: string;
}

/** A class's facts for a text of some length. */
interface KnownClass {
  candidate: Candidate;
  facts: MessageFacts;
}

/** Facts are kept from one part of the audience to the next. Bounded, because in some audiences everybody differs. */
const KNOWN_MAX = 50_000;

/** Evaluates an audience as the claim would, person by person or class by class, and adds up the verdicts. */
export function createAudienceCheck(checking: Checking) {
  const { campaign, rules, allowances, now, viewerZone, optOutLink } = checking;
  const tally = createTally({ viewerZone, now, spreadMinutes: campaign.spreadMinutes });
  const lint = createLint(optOutLink);
  const texts = createTextFindings(campaign);
  const consent = createConsentFindings(now);
  const suppression = createSuppressionFindings(now);
  const known = new Map<string, KnownClass>();
  // Of a campaign with one text everybody's is the same, so it is not chosen a million times.
  const onlyText = campaign.withText ? null : chosenText(campaign, { country: null, custom: {} });

  function knownClass(people: PeopleAlike, segments: number, own: CompiledCampaign): KnownClass {
    const key = `${people.alike} ${segments} ${own.textKey ?? ""}`;
    const found = known.get(key);
    if (found) return found;
    if (known.size >= KNOWN_MAX) known.clear();
    const { candidate } = people;
    const made = { candidate, facts: factsFor(candidate, own, rules, segments) };
    known.set(key, made);
    return made;
  }

  /** Evaluates one person, and uses up their share. */
  function addPerson(candidate: Candidate): void {
    candidate.optOutLink = optOutLink;
    const message = messageFor(candidate, campaign, rules);
    const verdict = evaluateMessage(message, allowances, now);
    tally.add(candidate, message, verdict);
    consent.add(message.facts, verdict);
    suppression.add(message.facts, verdict);
    texts.add(chosenText(campaign, candidate), candidate.country, message, verdict);
    if (verdict.kind !== "drop")
      lint.add(campaignFor(campaign, candidate), candidate, candidate.country, {
        encoding: message.encoding,
        segments: message.facts.segments,
      });
  }

  /**
   * Starts on a part of the audience, given in the order of each group's first person. `add` takes the groups one by one;
   * `finish` evaluates them, and returns false without counting anything if their order decides who gets a message.
   */
  function part() {
    const groups = new Map<string, Group>();
    const dear: { people: PeopleAlike; own: CompiledCampaign; text: PreparedText; group: Group }[] = [];
    return {
      add(people: PeopleAlike): void {
        people.values.optOutLink = optOutLink;
        const { country } = people.candidate;
        const chosen = onlyText ?? chosenText(campaign, { country, custom: people.values.custom });
        const own = campaign.withText?.(chosen) ?? campaign;
        const text = textFor(people.values, own);
        const { segments, encoding, refusal, missing } = text;
        const refused = refusal ? `${missing.join()} ${Object.keys(refusal)[0]}` : "";
        const spoken = onlyText ? "" : `${chosen.key} ${chosen.reason}`;
        const key = `${people.alike} ${segments} ${encoding} ${refused} ${spoken}`;
        let group = groups.get(key);
        if (group) group.count += people.count;
        else {
          const { candidate, facts } = knownClass(people, segments, own);
          group = {
            candidate: { ...candidate, contactId: people.contactId },
            message: { facts, refusal, encoding, missing },
            chosen,
            count: people.count,
          };
          groups.set(key, group);
        }
        if (!lint.isUsual(own, text)) dear.push({ people, own, text, group });
      },
      finish(): boolean {
        const all = [...groups.values()];
        const verdicts = orderFreeVerdicts(all, allowances, now);
        if (!verdicts) return false;
        const dropped = new Set<Group>();
        all.forEach((group, at) => {
          const { candidate, message, chosen, count } = group;
          const verdict = verdicts[at]!;
          tally.add(candidate, message, verdict, count);
          consent.add(message.facts, verdict, count);
          suppression.add(message.facts, verdict, count);
          texts.add(chosen, candidate.country, message, verdict, count);
          if (verdict.kind === "drop") dropped.add(group);
        });
        for (const { people, own, text, group } of dear) {
          if (dropped.has(group)) continue;
          for (let n = 0; n < people.count; n += 1)
            lint.add(own, people.values, group.candidate.country, text);
        }
        return true;
      },
    };
  }

  /** Evaluates refused people once more, now that all their columns are known, to say why in their own words. */
  function readAgain(candidates: readonly Candidate[]): ReadonlyMap<string, RefusedAgain> {
    return new Map(
      candidates.map((candidate) => {
        candidate.optOutLink = optOutLink;
        const verdict = evaluateMessage(messageFor(candidate, campaign, rules), allowances, now);
        return [candidate.contactId, { candidate, verdict }];
      }),
    );
  }

  return {
    addPerson,
    part,
    soFar: tally.soFar,
    /** The people whom the answer names as examples. Pass them to `result`, with all their columns. */
    refusedContacts: tally.refusedContacts,
    result: (examples: readonly Candidate[] = []) => ({
      ...tally.result(readAgain(examples)),
      consent: consent.result(),
      suppression: suppression.result(),
      texts: texts.result(),
      dearer: lint.result(),
    }),
  };
}

interface Group {
  candidate: Candidate;
  message: { facts: MessageFacts } & Pick<PreparedText, "refusal" | "encoding" | "missing">;
  chosen: ChosenText;
  count: number;
}
