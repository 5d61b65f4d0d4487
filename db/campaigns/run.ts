import type { SQL } from "drizzle-orm";
import { runOnPipeline } from "../audiences/versions.ts";
import type { PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";

/** Runs a statement in the API's or the pipeline's transaction: a launch by hand and one at its time read the same. */
export type Run = <Row extends object>(query: SQL) => Promise<Row[]>;

export const onTenant =
  (tx: TenantTransaction): Run =>
  async <Row extends object>(query: SQL) =>
    [...(await tx.execute(query))] as unknown as Row[];
export const onPipeline =
  (tx: PipelineTransaction): Run =>
  (query) =>
    runOnPipeline(tx, query);
