import { and, asc, eq } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { optInKeywords } from "../schema/index.ts";

/** A keyword that people text to agree to marketing. */
export interface OptInKeyword {
  keyword: string;
  /** The text that asks for the YES: the wording of the consent. */
  question: string;
  /** Topics of marketing; null: every topic. */
  topics: string[] | null;
}

export function listOptInKeywords(tx: TenantTransaction, tenantId: string): Promise<OptInKeyword[]> {
  return tx
    .select({
      keyword: optInKeywords.keyword,
      question: optInKeywords.question,
      topics: optInKeywords.topics,
    })
    .from(optInKeywords)
    .where(eq(optInKeywords.tenantId, tenantId))
    .orderBy(asc(optInKeywords.keyword));
}

/** Adds a keyword, or changes its question and topics. Takes effect with the next text. */
export async function setOptInKeyword(
  tx: TenantTransaction,
  tenantId: string,
  { keyword, question, topics }: OptInKeyword,
  createdBy: string,
): Promise<void> {
  await tx
    .insert(optInKeywords)
    .values({ tenantId, keyword, question, topics, createdBy })
    .onConflictDoUpdate({
      target: [optInKeywords.tenantId, optInKeywords.keyword],
      set: { question, topics, createdBy },
    });
}

/** Returns false if the tenant has no such keyword. */
export async function removeOptInKeyword(
  tx: TenantTransaction,
  tenantId: string,
  keyword: string,
): Promise<boolean> {
  const gone = await tx
    .delete(optInKeywords)
    .where(and(eq(optInKeywords.tenantId, tenantId), eq(optInKeywords.keyword, keyword)))
    .returning({ keyword: optInKeywords.keyword });
  return gone.length > 0;
}
