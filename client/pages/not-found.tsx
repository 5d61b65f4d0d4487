import type { JSX } from "solid-js";
import { LinkButton } from "../ui/controls/button.tsx";
import { Empty } from "../ui/loaded.tsx";
import { useTitle } from "../ui/page.tsx";

export default function NotFoundPage(): JSX.Element {
  useTitle(() => "Page not found");
  return (
    <Empty heading icon="search" title="Page not found" action={<LinkButton href="/">Go to Home</LinkButton>}>
      The link may be old or incomplete. Press Ctrl K to search.
    </Empty>
  );
}
