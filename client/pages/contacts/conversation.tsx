import type { JSX } from "solid-js";
import { correspondenceQuery } from "../../data/inbox.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Card } from "../../ui/page.tsx";
import { ReplyBox } from "../inbox/reply-box.tsx";
import { ThreadMessages } from "../inbox/thread-messages.tsx";

/** The conversation with a contact, the same as in the inbox. */
export function Conversation(props: { phone: string; name: string }): JSX.Element {
  const person = useQuery(() => correspondenceQuery(props.phone));
  return (
    <Card title="Conversation" flush>
      <ThreadMessages phone={props.phone} class="max-h-[60dvh] overflow-y-auto p-5" />
      <ReplyBox
        phone={props.phone}
        name={props.name}
        outlook={person.isPending ? null : (person.data?.outlook ?? null)}
      />
    </Card>
  );
}
