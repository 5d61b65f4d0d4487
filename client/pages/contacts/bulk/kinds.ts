/** What the bar of selected contacts offers. */
export type BulkKind = "tag" | "field" | "list" | "unlist" | "delete";
