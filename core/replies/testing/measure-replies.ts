import type { ReplyKind } from "../replies.ts";

/**
 * What is right for a reply. `partial`: an opt-out from some messages only. `person`: a person must read it, and it is
 * no opt-out. `either`: an opt-out, or a person reads it. `none`: an innocent reply.
 */
type RightKind = "opt-out" | "opt-in" | "help" | "partial" | "person" | "either" | "reaction" | "none";

export interface LabelledReply {
  language: string;
  right: RightKind;
  text: string;
  source: string;
}

/** A file of replies: by source, then language, then right kind. */
export interface ReplyFile {
  sources: readonly { source: string; replies: object }[];
}

/** Returns the replies of a file, one by one. */
export function repliesOf(file: ReplyFile): LabelledReply[] {
  return file.sources.flatMap(({ source, replies }) =>
    Object.entries(replies).flatMap(([language, kinds]) =>
      Object.entries(kinds as Record<RightKind, readonly string[]>).flatMap(([right, texts]) =>
        texts.map((text) => ({ language, right: right as RightKind, text, source })),
      ),
    ),
  );
}

/** Whether a reply belongs to the half that words may be tuned on. The other half is kept aside (FNV-1a of the text). */
export function isSeen({ text }: LabelledReply): boolean {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return ((hash ^ (hash >>> 16)) & 1) === 0;
}

export interface Measured {
  replies: number;
  /** Share of the opt-outs that are recognised at once. */
  recognised: number;
  recognisedEnglish: number;
  /** Opt-outs that a person is asked about. */
  askedOptOuts: LabelledReply[];
  /** Opt-outs, whole or partial, of which nobody would hear. */
  missed: LabelledReply[];
  /** Complaints, threats and wrong numbers that no question is asked about. */
  unasked: LabelledReply[];
  falseOptOuts: LabelledReply[];
  falseOptOutRate: number;
  falseOptIns: LabelledReply[];
  /** Innocent replies that a person is asked about. */
  innocentAsked: LabelledReply[];
  innocentAskedRate: number;
  /** Requests for help and opt-ins that are taken for something else. */
  otherwise: LabelledReply[];
}

const ASKED: readonly string[] = ["ask-a-person", "partial-opt-out"];

/** Compares what `classify` says with what is right. */
export function measure(replies: readonly LabelledReply[], classify: (text: string) => ReplyKind): Measured {
  const all = replies.map((reply) => ({ reply, kind: classify(reply.text) as string }));
  const of = (...rights: RightKind[]) => all.filter(({ reply }) => rights.includes(reply.right));
  const only = (list: typeof all) => list.map(({ reply }) => reply);
  const share = (part: number, list: readonly unknown[]) => (list.length === 0 ? 0 : part / list.length);
  const isOptOut = ({ kind }: (typeof all)[number]) => kind === "opt-out";
  const isAsked = ({ kind }: (typeof all)[number]) => ASKED.includes(kind);
  const optOuts = of("opt-out");
  const english = optOuts.filter(({ reply }) => reply.language === "en");
  const noOptOuts = of("opt-in", "help", "partial", "person", "reaction", "none");
  const innocent = of("reaction", "none", "help", "opt-in");
  const falseOptOuts = noOptOuts.filter(isOptOut);
  const innocentAsked = innocent.filter(isAsked);
  return {
    replies: replies.length,
    recognised: share(optOuts.filter(isOptOut).length, optOuts),
    recognisedEnglish: share(english.filter(isOptOut).length, english),
    askedOptOuts: only(optOuts.filter(isAsked)),
    missed: only(of("opt-out", "either", "partial").filter((one) => !isOptOut(one) && !isAsked(one))),
    unasked: only(of("person").filter((one) => !isOptOut(one) && !isAsked(one))),
    falseOptOuts: only(falseOptOuts),
    falseOptOutRate: share(falseOptOuts.length, noOptOuts),
    falseOptIns: only(all.filter(({ reply, kind }) => kind === "opt-in" && reply.right !== "opt-in")),
    innocentAsked: only(innocentAsked),
    innocentAskedRate: share(innocentAsked.length, innocent),
    otherwise: only(of("opt-in", "help").filter(({ reply, kind }) => kind !== reply.right)),
  };
}
