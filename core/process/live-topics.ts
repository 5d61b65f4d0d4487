/**
 * What the server's stream and the browser's shared one must agree on. Everything else about them is two things: the
 * server decides how often a value is read and which change is worth sending, the browser which tab opens the stream
 * and how long it waits before it opens it again.
 */

/** The most topics that one stream follows: as many pages as a member has open at once. Other pages poll. */
export const STREAM_TOPICS_MAX = 10;

/** `inbox`: who of a tenant is writing a reply; its id is the tenant's. */
export type TopicKind = "campaigns" | "imports" | "inbox";

/** Returns the name of a topic: what a stream's values are labelled with. */
export function topicOf(kind: TopicKind, id: string): string {
  return `${kind}/${id}`;
}

/** Returns the ids of these topics, by kind, as `live.follow` takes them. */
export function idsOfTopics(topics: readonly string[]): Record<TopicKind, string[]> {
  const idsOf = (kind: TopicKind) =>
    topics
      .filter((topic) => topic.startsWith(topicOf(kind, "")))
      .map((topic) => topic.slice(kind.length + 1));
  return { campaigns: idsOf("campaigns"), imports: idsOf("imports"), inbox: idsOf("inbox") };
}
