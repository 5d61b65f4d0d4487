import { createSignal, type JSX } from "solid-js";
import { exportRules } from "../../../data/rules/law.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { notifyProblem } from "../../../ui/toast.tsx";

/** Downloads the rules that are not as shipped: of one country, or of all (null). */
export function ExportButton(props: { country: string | null }): JSX.Element {
  const [pending, setPending] = createSignal(false);
  const download = async () => {
    setPending(true);
    try {
      const link = document.createElement("a");
      const text = await exportRules(props.country);
      link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      link.download = `country-rules${props.country ? `-${props.country}` : ""}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      notifyProblem(sentenceOf(error));
    } finally {
      setPending(false);
    }
  };
  return (
    <Button pending={pending()} onClick={() => void download()}>
      Export
    </Button>
  );
}
