import { exampleOptOutLink } from "@smscrm/core/text/opt-out-link";
import { expect, test } from "vitest";
import { typicalText } from "./typical-values.ts";

test("the estimate counts the opt-out link in full, and custom fields as one word", () => {
  const link = exampleOptOutLink("https://texts.example.com");
  expect(typicalText("Hi {{first_name}}, {{shoe_size}}. {{opt_out_link}}", "https://texts.example.com")).toBe(
    `Hi Alexandra, something. ${link}`,
  );
  expect(link).toHaveLength("https://texts.example.com/o/".length + 33);
});
