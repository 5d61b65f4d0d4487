import type { JSX } from "solid-js";
import { LinkButton } from "../ui/button.tsx";
import { Empty } from "../ui/loaded.tsx";
import { useTitle } from "../ui/page.tsx";

export default function NotFoundPage(): JSX.Element {
  useTitle(() => "Page not found");
  return (
    <Empty
      heading
      icon="search"
      title="There is no page at this address"
      action={<LinkButton href="/">Go to Home</LinkButton>}
    >
      The link may be old, or a letter is missing. Press Ctrl K to search.
    </Empty>
  );
}
